import { describe, expect, it } from 'vitest'
import { lint } from '../expect.ts'

describe('secret/key-field', () => {
  it('passes `api_key: { secret: NAME }` in settings.yaml, and max_tokens anywhere', async () => {
    await lint({ 'accounts/acme.yaml': 'id: acme\nplan: growth\noverrides: { openai: { max_tokens: 9 } }\n' })
  })

  it.each([
    'api_key', 'apiKey', 'API-KEY', 'openai_key', 'secret', 'client_secret', 'token', 'access_token', 'password',
    'authorization', 'ａｐｉ_key',
  ])(
    'points at the key %s, before the schema',
    async (key) => {
      await lint({ 'accounts/acme.yaml': `id: acme\nplan: growth\n${key}: x\n` }, {
        also: [`error[secret/key-field] accounts/acme.yaml:3:1-3:${1 + key.length}`],
      })
    },
  )

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
