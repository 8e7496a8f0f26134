import { expect, test } from 'vitest'
import { winnersOf } from '../../src/compare/winning-layers.ts'
import { settingsOf } from './support.ts'

const PROFILE = 'name: Clara\ntone: warm\n'
const FILES = {
  'author-profiles/clara.yaml': PROFILE,
  'author-profiles/otto.yaml': 'name: Otto\nactive: false\n',
  'accounts/none.yaml': 'id: none\nplan: free\n',
  'accounts/own.yaml': `id: own
plan: growth
overrides: { openai: { temperature: 0.2 }, image: { provider: dalle } }
prompts: { clustering: { customized: false, default: "Old [IGNY8_KEYWORDS]" } }
author_profiles: { clara: { name: Claire }, hugo: { name: Hugo }, fred: { name: Fred, active: false } }
`,
}

const EVERYBODY = {
  'functions.auto_cluster.provider': 'provider',
  'functions.auto_cluster.api_key': 'provider',
  'functions.auto_cluster.model': 'provider',
  'functions.auto_cluster.temperature': 'provider',
  'functions.auto_cluster.max_tokens': 'function',
  'functions.auto_cluster.response_format': 'function',
  'functions.generate_content.provider': 'provider',
  'functions.generate_content.api_key': 'provider',
  'functions.generate_content.model': 'provider',
  'functions.generate_content.temperature': 'provider',
  'functions.generate_content.max_tokens': 'provider',
  'functions.generate_images.provider': 'provider',
  'functions.generate_images.api_key': 'provider',
  'functions.generate_images.model': 'provider',
  'functions.generate_images.size': 'provider',
  'functions.generate_images.max_in_article': 'provider',
  'prompts.clustering.prompt_value': 'global',
  'prompts.clustering.default_prompt': 'global',
  'prompts.clustering.is_customized': 'global',
  'prompts.image_prompt.prompt_value': 'global',
  'prompts.image_prompt.default_prompt': 'global',
  'prompts.image_prompt.is_customized': 'global',
  'author_profiles.clara': 'global',
}

const OWN = {
  ...EVERYBODY,
  plan: 'account',
  'functions.auto_cluster.temperature': 'account',
  'functions.generate_content.temperature': 'account',
  'functions.generate_images.provider': 'account',
  'functions.generate_images.quality': 'provider',
  'functions.generate_images.style': 'provider',
  'prompts.clustering.prompt_value': 'account',
  'prompts.clustering.default_prompt': 'account',
  'prompts.clustering.is_customized': 'account',
  'author_profiles.clara': 'account',
  'author_profiles.hugo': 'account',
}

test.each([
  ['nobody', EVERYBODY],
  ['none', { ...EVERYBODY, plan: 'account' }],
  ['own', OWN],
])('where the answers of the account %s come from', async (id, want) => {
  const { globals, accounts } = await settingsOf(FILES)
  expect(Object.fromEntries(winnersOf(globals, accounts.get(id)))).toEqual(want)
})

test('nothing is the own of an account whose plan takes it all back', async () => {
  const { globals, accounts } = await settingsOf(FILES)
  const account = accounts.get('own')
  if (account === undefined) throw new Error('no account')
  const winners = winnersOf(globals, { ...account, plan: 'free' })
  expect(Object.fromEntries(winners)).toEqual({ ...EVERYBODY, plan: 'account' })
})
