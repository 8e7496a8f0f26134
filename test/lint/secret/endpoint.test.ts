import { describe, it } from 'vitest'
import { lint } from '../expect.ts'

describe('secret/endpoint', () => {
  it('passes addresses in free text', async () => {
    await lint({
      'accounts/acme.yaml': `
        id: acme
        plan: growth
        name: https://acme.example
        strategies: { host: { name: Host } }
      `,
    })
  })

  it.each([
    'base_url',
    'baseURL',
    'api-base',
    'endpoint',
    'host',
    'headers',
    'organization',
    'organisation_id',
    'org',
    'proxy',
    'url',
  ])('points at the key %s, before the schema', async (key) => {
    const at = `${3 + key.length}`
    await lint(
      { 'accounts/acme.yaml': `id: acme\nplan: growth\noverrides:\n  ${key}: https://evil.example\n` },
      {
        also: [`error[secret/endpoint] accounts/acme.yaml:4:3-4:${at}`],
      },
    )
  })

  it('finds it at any depth, once, in values of a wrong type too', async () => {
    await lint({
      'accounts/acme.yaml': `
        id: acme
        plan: growth
        base_url: { host: a, url: b }
        ^^^^^^^^ error[secret/endpoint]
        overrides:
          openai: { headers: { Authorization: a }, model: { endpoint: b } }
        #           ^^^^^^^ error[secret/endpoint]
        #                                                 ^^^^^^^^^^^^^^^ error[schema/wrong-type]
        #                                                   ^^^^^^^^ error[secret/endpoint]
          mistral: [{ region: eu }]
        # ^^^^^^^ error[schema/unknown-key]
        #             ^^^^^^ error[secret/endpoint]
      `,
    })
  })

  it('is no matter of global files, where the schema speaks', async () => {
    await lint({
      'models.yaml': `
        models:
          gpt-4: { provider: openai, kind: text, endpoint: x }
        #                                        ^^^^^^^^ error[schema/unknown-key]
      `,
    })
  })

  it('speaks beneath a Free section', async () => {
    await lint({
      'accounts/acme.yaml': `
        id: acme
        plan: free
        overrides: { openai: { base_url: x } }
        ^^^^^^^^^ error[plan/free-no-overrides]
        #                      ^^^^^^^^ error[secret/endpoint]
      `,
    })
  })
})
