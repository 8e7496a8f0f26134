import { describe, expect, it } from 'vitest'
import { BASE } from '../../support/base.ts'
import { diagnosticsOf } from '../../support/config.ts'
import { lint } from '../expect.ts'
import { ALPHABETS, random } from './planted.ts'

describe('secret/key-field', () => {
  it('passes `api_key: { secret: NAME }` in settings.yaml, and max_tokens anywhere', async () => {
    await lint({ 'accounts/acme.yaml': 'id: acme\nplan: growth\noverrides: { openai: { max_tokens: 9 } }\n' })
  })

  it.each([
    'api_key',
    'apiKey',
    'API-KEY',
    'openai_key',
    'secret',
    'client_secret',
    'token',
    'access_token',
    'password',
    'authorization',
    'ａｐｉ_key',
  ])('points at the key %s, before the schema', async (key) => {
    await lint(
      { 'accounts/acme.yaml': `id: acme\nplan: growth\n${key}: x\n` },
      {
        also: [`error[secret/key-field] accounts/acme.yaml:3:1-3:${1 + key.length}`],
      },
    )
  })

  it('finds it at any depth of an account, {secret: NAME}, null, and as an id too', async () => {
    await lint({
      'accounts/acme.yaml': `
        id: acme
        plan: growth
        overrides:
          openai: { api_key: { secret: OPENAI_API_KEY } }
        #           ^^^^^^^ error[secret/key-field]
          anthropic: { api_key: null, temperature: [{ token: a }] }
        #              ^^^^^^^ error[secret/key-field]
        #                                          ^^^^^^^^^^^^^^ error[schema/wrong-type]
        #                                             ^^^^^ error[secret/key-field]
        prompts: { clustering: { customized: false, default: a, password: b } }
        #                                                       ^^^^^^^^ error[secret/key-field]
        author_profiles: { api_key: hunter2, a: { name: A, secret: b } }
        #                  ^^^^^^^ error[secret/key-field]
        #                                                  ^^^^^^ error[secret/key-field]
        strategies: { token: { name: T } }
        #             ^^^^^ error[secret/key-field]
      `,
    })
  })

  it('points at `api_key` in settings.yaml where it is anything else, and never shows it', async () => {
    const found = await lint({
      'settings.yaml': `
        text: { provider: openai }
        image: { provider: runware }
        providers:
          openai: { api_key: hunter2, model: gpt-4, max_tokens: 8192 }
        #           ^^^^^^^ error[secret/key-field]
          runware: { api_key: { secret: RUNWARE_API_KEY, value: hunter2 }, model: "runware:97@1" }
        #            ^^^^^^^ error[secret/key-field]
          dalle: { api_key: [hunter2], model: dall-e-3, token: hunter2 }
        #          ^^^^^^^ error[secret/key-field]
        #                                               ^^^^^ error[secret/key-field]
      `,
    })
    expect(JSON.stringify(found)).not.toContain('hunter2')
  })

  it('leaves to the schema what is named as it should be, in a place that does not exist', async () => {
    await lint({
      'settings.yaml': `
        text: { provider: openai }
        image: { provider: runware }
        api_key: { secret: OPENAI_API_KEY }
        ^^^^^^^ error[schema/unknown-key]
        providers:
          openai: { api_key: { secret: OPENAI_API_KEY }, model: gpt-4, max_tokens: 8192 }
          runware: { api_key: { secret: RUNWARE_API_KEY }, model: "runware:97@1" }
          gemini: { api_key: { secret: GEMINI_API_KEY }, model: gemini-pro }
        # ^^^^^^ error[schema/unknown-key]
          mistral: { api_key: hunter2 }
        # ^^^^^^^ error[schema/unknown-key]
        #            ^^^^^^^ error[secret/key-field]
      `,
    })
  })

  it('leaves a slip of a name that is known there to the schema, where it holds no credential', async () => {
    const found = await lint({
      'accounts/acme.yaml': `
        id: acme
        plan: growth
        overrides:
          openai: { max_token: 4000, temprature: 0.7 }
        #           ^^^^^^^^^ error[schema/unknown-key] max_token
        #                            ^^^^^^^^^^ error[schema/unknown-key] temprature
          anthropic: { maxToken: "4000" }
        #              ^^^^^^^^ error[schema/unknown-key]
      `,
      'accounts/b.yaml': `
        id: b
        plan: growth
        overrides: { openai: { max_token: hunter2hunter2, tokens: 4000 } }
        #                      ^^^^^^^^^ error[secret/key-field]
        #                                                 ^^^^^^ error[secret/key-field]
      `,
      'functions.yaml': `
        functions:
          auto_cluster: { kind: text, prompts: [clustering], defaults: { max_token: 3000 } }
        #                                                                ^^^^^^^^^ error[schema/unknown-key]
          generate_image: { kind: image, prompts: [image_prompt] }
      `,
    })
    expect(found.map(({ help }) => help).filter((help) => help.includes('did you mean "max_tokens"?'))).toHaveLength(3)
    expect(JSON.stringify(found)).not.toContain('hunter2')
  })

  it.each([
    ['{}', 'schema/missing-key'],
    ['{ secrets: OPENAI_API_KEY }', 'schema/unknown-key'],
    ['{ sercet: OPENAI_API_KEY }', 'schema/unknown-key'],
    ['{ secret: null }', 'schema/wrong-type'],
    ['{ secrets: hunter2 }', 'secret/key-field'],
    ['{ secret: OPENAI_API_KEY, note: mine }', 'secret/key-field'],
    ['hunter2', 'secret/key-field'],
    ['[]', 'schema/wrong-type'],
    ['""', 'schema/wrong-type'],
    ['[""]', 'schema/wrong-type'],
    ['[hunter2]', 'secret/key-field'],
    ['{ secret: openai }', 'schema/not-allowed'],
    ['{ secret: OPENAI_KEY }', 'schema/not-allowed'],
    ['{ secret: openai_api_key_of_the_production_account }', 'schema/not-allowed'],
    ['{ secret: "" }', 'schema/not-allowed'],
    ['{ secret: [] }', 'schema/wrong-type'],
  ])('of `api_key: %s` in settings.yaml, %s speaks alone', async (value, rule) => {
    const settings = (BASE['settings.yaml'] ?? '').replace('api_key: { secret: OPENAI_API_KEY }', `api_key: ${value}`)
    const found = await diagnosticsOf({ 'settings.yaml': settings })
    expect(found.map((one) => one.rule)).toEqual([rule])
    if (rule === 'schema/missing-key') expect(found[0]).toMatchObject({ line: 4, column: 13, end_column: 20 })
  })

  it.each(['hexadecimal', 'hexadecimal in capitals', 'letters and digits', 'base64 for URLs'])(
    'takes what may be a key for no name, and never shows it: %s',
    async (alphabet) => {
      const key = random(48, 3, ALPHABETS[alphabet])
      for (const value of [`"${key}"`, `["${key}"]`, `{ value: "${key}" }`]) {
        const settings = (BASE['settings.yaml'] ?? '').replace('OPENAI_API_KEY', value)
        const found = await diagnosticsOf({ 'settings.yaml': settings })
        expect(found).toMatchObject([{ rule: 'secret/key-field', line: 4, column: 13, end_column: 20 }])
        expect(found[0]?.help).toContain('revoke it')
        expect(JSON.stringify(found)).not.toContain(key)
      }
    },
  )

  it('leaves a key of a known form to `secret/value`, which points at it', async () => {
    const key = `sk-proj-${random(40)}`
    const found = await diagnosticsOf({ 'settings.yaml': (BASE['settings.yaml'] ?? '').replace('OPENAI_API_KEY', key) })
    expect(found).toMatchObject([{ rule: 'secret/value', line: 4, column: 32, end_column: 32 + key.length }])
  })

  it.each(['apiKey', 'api_keys', 'api-key'])(
    'leaves %s: { secret: NAME } in settings.yaml to the schema',
    async (key) => {
      const settings = (BASE['settings.yaml'] ?? '').replace(
        'api_key: { secret: OPENAI_API_KEY }',
        `${key}: { secret: OPENAI_API_KEY }`,
      )
      const found = await diagnosticsOf({ 'settings.yaml': settings })
      expect(found.map(({ rule, help }) => [rule, help.slice(0, 23)])).toEqual([
        ['schema/unknown-key', 'did you mean "api_key"?'],
      ])
    },
  )

  it('speaks in every other file', async () => {
    await lint({
      'models.yaml': `
        models:
          gpt-4: { provider: openai, kind: text, api_key: { secret: OPENAI_API_KEY } }
        #                                        ^^^^^^^ error[secret/key-field]
      `,
      'tenfold.yaml': `
        api_key: x
        ^^^^^^^ error[secret/key-field]
      `,
    })
  })
})
