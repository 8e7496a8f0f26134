import { expect, test } from 'vitest'
import { parse } from 'yaml'
import { canonical } from '../../src/store/format/canonical-json.ts'
import type { FileTypes } from '../../src/source/generated/types.ts'
import { place } from '../../src/source/file-layout.ts'
import { type PartialGlobals, linkAccount, type AccountModel } from '../../src/source/link-files.ts'
import { lintAccount } from '../../src/lint/run-rules.ts'
import { reached } from '../../src/lint/rules-to-ask-again.ts'
import type { Finding, When } from '../../src/lint/rule.ts'
import { rules } from '../../src/lint/generated/registry.ts'
import { checkGlobalFiles } from '../../src/check/check-global-files.ts'
import { BASE } from '../support/base.ts'
import { type Random, randomFrom } from '../support/corpus.ts'

/** What may be written elsewhere in the globals, file by file; some of it is wrong, and some moves nothing. */
const EDITS: readonly (readonly [file: string, from: string, to: readonly string[]])[] = [
  ['settings.yaml', 'text: { provider: openai }', ['text: { provider: anthropic }']],
  [
    'settings.yaml',
    'provider: runware, max_in_article: 2',
    ['provider: dalle', 'provider: runware, max_in_article: 3'],
  ],
  ['settings.yaml', 'temperature: 0.7,', ['temperature: 0.5,', 'temperature: 1.5,', '']],
  ['settings.yaml', 'model: gpt-4o-mini', ['model: gpt-4', 'model: gpt-5.2', 'model: claude-3-haiku-20240307']],
  ['settings.yaml', 'max_tokens: 8192 }', ['max_tokens: 4000 }', 'max_tokens: 9000 }', 'max_tokens: 100 }']],
  ['settings.yaml', 'size: 1024x1024, quality', ['size: 1792x1024, quality', 'quality']],
  ['settings.yaml', 'quality: standard', ['quality: hd']],
  ['settings.yaml', '  dalle: {', ['  # dalle: {']],
  ['settings.yaml', 'providers:', ['providers: [', 'provider:']],
  ['models.yaml', 'max_output_tokens: 16384', ['max_output_tokens: 2000', 'max_output_tokens: 4096']],
  ['models.yaml', 'max_temperature: 1 ', ['max_temperature: 0.4 ', 'max_temperature: 2 ']],
  [
    'models.yaml',
    '  gpt-4: {',
    ['  gpt-4: { deprecated_on: 2026-01-10,', '  gpt-4: { removed_on: 2026-01-10,', '  gpt-4x: {'],
  ],
  ['models.yaml', 'price: { input: 0.15,', ['price: { input: 0.25,']],
  ['models.yaml', 'qualities: [standard, hd]', ['qualities: [standard]', 'context_tokens: 9']],
  ['plans.yaml', 'title: Growth', ['title: Grown']],
  ['plans.yaml', 'deny: [gpt-5.2]', ['deny: [gpt-4]', 'allow: [gpt-4o]', 'deny: [gpt-4o-mini, dall-e-3]']],
  ['plans.yaml', 'max_tokens: 16000', ['max_tokens: 1500', 'max_in_article: 1']],
  ['plans.yaml', '[text, image, openai,', ['[text, openai,', '[text, image, openai.model,']],
  ['plans.yaml', '  starter:', ['  started:']],
  [
    'functions.yaml',
    'max_tokens: 3000',
    ['max_tokens: 1000', 'max_tokens: 9000', 'temperature: 0.5', 'models: { openai: gpt-4 }'],
  ],
  ['functions.yaml', '  generate_images: {', ['  # generate_images: {']],
  ['functions.yaml', 'functions:', ['function:']],
  ['prompts/clustering.yaml', 'Group', ['Sort', 'Mine 1']],
  [
    'prompts/clustering.yaml',
    'placeholders: brackets',
    ['placeholders: braces', 'placeholders: none', 'placeholders: ['],
  ],
  [
    'prompts/clustering.yaml',
    'IGNY8_KEYWORDS: { required: true }',
    ['OTHER: {}', 'IGNY8_KEYWORDS: {}, OTHER: { required: false }'],
  ],
]

function globalsOf(random: Random): PartialGlobals {
  const files = new Map(Object.entries({ ...BASE, 'author-profiles/house.yaml': 'name: House\n' }))
  for (let i = random.below(4); i > 0; i--) {
    const [file, from, to] = random.of(EDITS)
    files.set(file, (files.get(file) ?? '').replace(from, random.of(to)))
  }
  if (random.below(5) === 0) files.delete(random.of([...files.keys()]))
  const contents = [...files].flatMap(([path, text]) => {
    const found = place(path)
    return found.is !== 'yaml' || found.kind === 'account'
      ? []
      : [{ path, kind: found.kind, content: Buffer.from(text) }]
  })
  return checkGlobalFiles(contents, undefined, { date: undefined }, (path) => path).known
}

function accountOf(random: Random): AccountModel {
  const some = (text: string): string => (random.below(2) === 0 ? text : '')
  const text = `id: a
plan: ${random.of(['starter', 'growth', 'scale', 'scale', 'free', 'gold'])}
overrides:
  text: { ${some(`provider: ${random.of(['openai', 'anthropic', 'dalle'])}`)} }
  image: { ${some(`provider: ${random.of(['dalle', 'runware'])},`)} ${some(`max_in_article: ${random.below(4)}`)} }
  openai: { ${some(`model: ${random.of(['gpt-4', 'gpt-4o', 'gpt-4o-mini', 'gpt-5.2', 'gpt-6'])},`)} ${some(`temperature: ${random.of(['0.5', '0.7', '1.5'])},`)} ${some(`max_tokens: ${random.of(['1000', '3000', '8192', '9000'])}`)} }
  anthropic: { ${some(`model: ${random.of(['claude-3-haiku-20240307', 'gpt-4'])},`)} ${some('temperature: 0.7')} }
  dalle: { ${some(`model: ${random.of(['dall-e-2', 'dall-e-3'])},`)} ${some(`size: ${random.of(['256x256', '1024x1024', '1792x1024'])},`)} ${some('quality: hd')} }
${some(`prompts: { ${random.of(['clustering', 'image_prompt', 'none'])}: { customized: ${random.of(['true', 'false'])}, value: "${random.of(['Group these keywords: [IGNY8_KEYWORDS]\\n', 'x {other}'])}", default: "${random.of(['Group these keywords: [IGNY8_KEYWORDS]\\n', 'y'])}" } }`)}
${some('author_profiles: { house: { name: House } }')}
${some('strategies: { s: { name: S, prompt_types: [clustering, nothing] } }')}
`
  const value: FileTypes['account'] = parse(text)
  return linkAccount('accounts/a.yaml', value)
}

function named({ rule, severity, at, message }: Finding): string {
  return canonical([rule, severity, { ...at }, message])
}

test('each of our rules says what its judgement of an account depends on', () => {
  expect(rules.filter(({ account, reads }) => account !== undefined && reads === undefined)).toEqual([])
})

test('a rule that reads the same in two sets of globals finds the same in every account', () => {
  const random = randomFrom(42)
  const judging = rules.filter(({ account }) => account !== undefined)
  const pool = Array.from({ length: 100 }, () => globalsOf(random))
  const seen = { spared: new Set<string>(), asked: new Set<string>(), differing: new Set<string>() }
  for (let round = 0; round < 500; round++) {
    const [before, after] = [random.of(pool), random.of(pool)]
    const [then, now]: When[] = [{ date: random.of(['2026-01-01', '2026-02-01']) }, { date: '2026-02-01' }]
    if (then === undefined || now === undefined) throw new Error('there is no day')
    const asked = reached(judging, { known: before, when: then }, { known: after, when: now })
    for (let i = 0; i < 4; i++) {
      const account = accountOf(random)
      for (const rule of judging) {
        const [was, is] = [lintAccount(account, before, then, [rule]), lintAccount(account, after, now, [rule])]
        const isSame = canonical(was.map(named).sort()) === canonical(is.map(named).sort())
        const isAsked = asked.includes(rule)
        if (!isAsked) expect(is.map(named).sort(), rule.id).toEqual(was.map(named).sort())
        if (!isSame) seen.differing.add(rule.id)
        seen[isAsked ? 'asked' : 'spared'].add(rule.id)
      }
    }
  }
  // What the test is worth: all rules are spared at times, and those that look at globals find something else at others.
  expect([...seen.spared].sort()).toEqual(judging.map(({ id }) => id).sort())
  const looking = judging.filter(({ id }) => !['ref/file-name', 'plan/free-no-overrides'].includes(id))
  expect([...seen.differing].sort()).toEqual(looking.map(({ id }) => id).sort())
})
