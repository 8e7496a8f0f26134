import { expect, test } from 'vitest'
import { globalFields } from '../../src/compare/list-global-fields.ts'
import { BUILT_IN } from '../../src/domain/built-in-vocabulary.ts'
import { parsed } from '../draft/support.ts'

/** Each field as `value at FILE:LINE`. */
function fieldsOf(path: string, text: string): Record<string, string> {
  const fields = globalFields(parsed(path, text), BUILT_IN, (file) => `config/${file}`)
  return Object.fromEntries(
    [...fields].map(([name, { value, file, line }]) => [name, `${JSON.stringify(value)} at ${file}:${line}`]),
  )
}

test('the fields of settings.yaml have no prefix', () => {
  const text = `text: { provider: openai }
image:
  provider: runware
  max_in_article: 2
providers:
  openai:
    api_key: { secret: OPENAI_API_KEY }
    temperature: 0.5
    max_tokens: 100
    model:
      gpt-4o
`
  expect(fieldsOf('settings.yaml', text)).toEqual({
    'text.provider': '"openai" at config/settings.yaml:1',
    'image.provider': '"runware" at config/settings.yaml:3',
    'image.max_in_article': '2 at config/settings.yaml:4',
    'providers.openai.api_key.secret': '"OPENAI_API_KEY" at config/settings.yaml:7',
    'providers.openai.temperature': '0.5 at config/settings.yaml:8',
    'providers.openai.max_tokens': '100 at config/settings.yaml:9',
    'providers.openai.model': '"gpt-4o" at config/settings.yaml:11',
  })
})

test('those of another file begin with its name; a list is one, and so is an empty mapping', () => {
  const text = `title: Clustering
placeholders: brackets
variables:
  A: {}
  B: { required: true }
value: |
  One [A]
  two [B]
`
  expect(fieldsOf('prompts/clustering.yaml', text)).toEqual({
    'prompts/clustering.title': '"Clustering" at config/prompts/clustering.yaml:1',
    'prompts/clustering.placeholders': '"brackets" at config/prompts/clustering.yaml:2',
    'prompts/clustering.variables.A': '{} at config/prompts/clustering.yaml:4',
    'prompts/clustering.variables.B.required': 'true at config/prompts/clustering.yaml:5',
    'prompts/clustering.value': '"One [A]\\ntwo [B]\\n" at config/prompts/clustering.yaml:6',
  })
  const plans = `plans:
  free: { title: Free, may_override: [] }
  starter:
    title: 1.10
    may_override:
      - text
      - prompts
  growth: { title: G, may_override: [text], models: { deny: [gpt-4] } }
  scale: { title: S, may_override: [text], limits: { max_tokens: 16000 } }
`
  expect(fieldsOf('plans.yaml', plans)).toEqual({
    'plans.plans.free.title': '"Free" at config/plans.yaml:2',
    'plans.plans.free.may_override': '[] at config/plans.yaml:2',
    // As it is written: a title is a text.
    'plans.plans.starter.title': '"1.10" at config/plans.yaml:4',
    'plans.plans.starter.may_override': '["text","prompts"] at config/plans.yaml:6',
    'plans.plans.growth.title': '"G" at config/plans.yaml:8',
    'plans.plans.growth.may_override': '["text"] at config/plans.yaml:8',
    'plans.plans.growth.models.deny': '["gpt-4"] at config/plans.yaml:8',
    'plans.plans.scale.title': '"S" at config/plans.yaml:9',
    'plans.plans.scale.may_override': '["text"] at config/plans.yaml:9',
    'plans.plans.scale.limits.max_tokens': '16000 at config/plans.yaml:9',
  })
})

test('a value that is nothing is where its key is', () => {
  const text = 'name: Clara\ntone: ""\nactive:\n  false\n'
  expect(fieldsOf('author-profiles/clara.yaml', text)).toEqual({
    'author-profiles/clara.name': '"Clara" at config/author-profiles/clara.yaml:1',
    'author-profiles/clara.tone': '"" at config/author-profiles/clara.yaml:2',
    'author-profiles/clara.active': 'false at config/author-profiles/clara.yaml:4',
  })
})

test.each([
  ['that fails its schema', 'plans.yaml', 'plans: { free: { titel: Free } }\n'],
  ['that is empty', 'settings.yaml', ''],
  ['that is no YAML', 'settings.yaml', 'text: { provider: openai\n'],
])('a file %s has no fields', (_, path, text) => expect(fieldsOf(path, text)).toEqual({}))

test('a file whose fields follow from a vocabulary has none without it', () => {
  const plans = parsed('plans.yaml', 'plans: { free: { title: Free, may_override: [] } }\n')
  expect(globalFields(plans, undefined, (file) => file)).toEqual(new Map())
})
