import { describe, expect, it } from 'vitest'
import { lint } from '../expect.ts'

const plans = (growth: string): string => `plans:
  free: { title: Free, may_override: [] }
  starter: { title: Starter, may_override: [] }
  growth: ${growth}
  scale: { title: Scale, may_override: [] }
`
const ALL = '[text, image, openai, anthropic, dalle, runware]'

describe('plan/limit-exceeded', () => {
  it('passes the limit itself, a plan without limits, and globals beyond it', async () => {
    await lint({
      'plans.yaml': plans(`{ title: G, may_override: ${ALL}, limits: { max_tokens: 1000, max_in_article: 1 } }`),
      'accounts/acme.yaml': `
        id: acme
        plan: growth
        overrides: { openai: { max_tokens: 1000 }, image: { max_in_article: 1 } }
      `,
      'accounts/b.yaml': 'id: b\nplan: growth\noverrides: { openai: { temperature: 0.1 } }\n',
    })
  })

  it('points at the value that the account writes, in a block that nothing selects too', async () => {
    const found = await lint({
      'plans.yaml': plans(`{ title: G, may_override: ${ALL}, limits: { max_tokens: 1000, max_in_article: 1 } }`),
      'accounts/acme.yaml': `
        id: acme
        plan: growth
        overrides:
          openai: { max_tokens: 1001 }
        #                       ^^^^ error[plan/limit-exceeded] up to 1000, not 1001
          anthropic: { max_tokens: 2000 }
        #            ^^^^^^^^^^^^^^^^^^^^ warning[override/no-effect]
        #                          ^^^^ error[plan/limit-exceeded]
          image: { max_in_article: 3 }
        #                          ^ error[plan/limit-exceeded]
      `,
    })
    const exceeded = found.find(({ rule }) => rule === 'plan/limit-exceeded')
    expect(exceeded?.related).toMatchObject([{ file: 'plans.yaml', line: 4 }])
  })

  it('speaks before model/mismatch', async () => {
    await lint({
      'accounts/acme.yaml': `
        id: acme
        plan: scale
        overrides: { openai: { max_tokens: 20000 } }
        #                                  ^^^^^ error[plan/limit-exceeded] 16000
      `,
    })
  })

  it('leaves a value beyond the schema to it', async () => {
    await lint({
      'plans.yaml': plans(`{ title: G, may_override: ${ALL}, limits: { max_in_article: 1 } }`),
      'accounts/acme.yaml': `
        id: acme
        plan: growth
        overrides: { image: { max_in_article: 11 } }
        #                                     ^^ error[schema/out-of-range]
      `,
    })
  })
})
