import { describe, expect, it } from 'vitest'
import { lint } from '../expect.ts'

const plans = (growth: string): string => `plans:
  free: { title: Free, may_override: [] }
  starter: { title: Starter, may_override: [] }
  growth: ${growth}
  scale: { title: Scale, may_override: [] }
`
const ALL = '[text, image, openai, anthropic, dalle, runware]'
const FILE = 'accounts/acme.yaml'

describe('plan/model-not-allowed', () => {
  it('passes a model that no list denies, and globals that a list denies', async () => {
    await lint({
      'plans.yaml': plans(`{ title: G, may_override: ${ALL}, models: { deny: [gpt-4o-mini, dall-e-3] } }`),
      [FILE]: 'id: acme\nplan: growth\noverrides: { openai: { model: gpt-4 } }\n',
      'accounts/b.yaml': 'id: b\nplan: growth\noverrides: { openai: { temperature: 0.1 } }\n',
    })
  })

  it('points at the model that the account writes, and shows the rule', async () => {
    const [found] = await lint({
      [FILE]: `
        id: acme
        plan: growth
        overrides: { openai: { model: gpt-5.2 } }
        #                             ^^^^^^^ error[plan/model-not-allowed] plan "growth" may not use model "gpt-5.2"
      `,
    })
    expect(found?.related).toMatchObject([{ file: 'plans.yaml', line: 4, message: 'the rule' }])
    expect(found?.help).toContain('gpt-4o')
  })

  it('takes a list of what is allowed', async () => {
    await lint({
      'plans.yaml': plans(`{ title: G, may_override: ${ALL}, models: { allow: [gpt-4o] } }`),
      [FILE]: `
        id: acme
        plan: growth
        overrides: { openai: { model: gpt-4 } }
        #                             ^^^^^ error[plan/model-not-allowed]
      `,
      'accounts/b.yaml': 'id: b\nplan: growth\noverrides: { openai: { model: gpt-4o } }\n',
    })
  })

  it('binds a block that nothing selects', async () => {
    await lint({
      [FILE]: `
        id: acme
        plan: growth
        overrides:
          text: { provider: anthropic }
          openai: { model: gpt-5.2 }
        #         ^^^^^^^^^^^^^^^^^^ warning[override/no-effect]
        #                  ^^^^^^^ error[plan/model-not-allowed]
      `,
    })
  })

  it('points at the provider where the account’s choice of it brings the model', async () => {
    await lint({
      'plans.yaml': plans(`{ title: G, may_override: ${ALL}, models: { deny: [claude-3-5-sonnet-20241022] } }`),
      [FILE]: `
        id: acme
        plan: growth
        overrides: { text: { provider: anthropic } }
        #                              ^^^^^^^^^ error[plan/model-not-allowed] claude-3-5-sonnet-20241022
      `,
      'accounts/b.yaml': `
        id: b
        plan: growth
        overrides: { text: { provider: anthropic }, anthropic: { model: claude-3-haiku-20240307, max_tokens: 9 } }
      `,
    })
  })

  it('points at the provider where a function brings the model', async () => {
    await lint({
      'functions.yaml': `functions:
  a: { kind: text, prompts: [clustering, image_prompt], defaults: { models: { anthropic: claude-3-haiku-20240307 }, max_tokens: 9 } }
`,
      'plans.yaml': plans(`{ title: G, may_override: ${ALL}, models: { deny: [claude-3-haiku-20240307] } }`),
      [FILE]: `
        id: acme
        plan: growth
        overrides: { text: { provider: anthropic } }
        #                              ^^^^^^^^^ error[plan/model-not-allowed]
      `,
    })
  })

  it('speaks before model/mismatch, and after ref/unknown', async () => {
    await lint({
      'plans.yaml': plans(`{ title: G, may_override: ${ALL}, models: { allow: [gpt-4] } }`),
      [FILE]: `
        id: acme
        plan: growth
        overrides:
          openai: { model: claude-3-haiku-20240307 }
        #                  ^^^^^^^^^^^^^^^^^^^^^^^ error[plan/model-not-allowed]
          runware: { model: "runware:1@1" }
        #                   ^^^^^^^^^^^^^ error[ref/unknown]
      `,
    })
  })
})
