import { describe, it } from 'vitest'
import { lint } from '../expect.ts'

describe('yaml/unsafe-number', () => {
  it('passes the largest safe number, and any digits that are quoted', async () => {
    await lint(
      {
        'models.yaml': 'models: { gpt-4: { provider: openai, kind: text, context_tokens: 9007199254740991 } }\n',
        'accounts/acme.yaml': 'id: acme\nplan: growth\nname: "9007199254740993"\n',
        'settings.yaml': null,
        'plans.yaml': null,
      },
      { also: ['error[files/missing] plans.yaml:1:1-1:1', 'error[files/missing] settings.yaml:1:1-1:1'] },
    )
  })

  it('reports what JSON cannot carry, before the schema does', async () => {
    await lint({
      'accounts/acme.yaml': `
        id: acme
        plan: growth
        name: 9007199254740993
        #     ^^^^^^^^^^^^^^^^ error[yaml/unsafe-number] 9007199254740993
        overrides:
          openai: { max_tokens: 9007199254740992, temperature: .nan }
        #                       ^^^^^^^^^^^^^^^^ error[yaml/unsafe-number]
        #                                                      ^^^^ error[yaml/unsafe-number]
          anthropic: { max_tokens: 1e999, temperature: -.inf }
        #                          ^^^^^ error[yaml/unsafe-number]
        #                                              ^^^^^ error[yaml/unsafe-number]
          image: { max_in_article: .INF }
        #                          ^^^^ error[yaml/unsafe-number]
      `,
    })
  })
})
