import { describe, expect, it } from 'vitest'
import { lint } from '../expect.ts'

describe('plan/four-plans', () => {
  it('passes the four in any order, Free with models and limits that bind nothing', async () => {
    await lint({
      'plans.yaml': `
        plans:
          scale: { title: S, may_override: [] }
          growth: { title: G, may_override: [prompts] }
          starter: { title: S, may_override: [openai.model] }
          free: { title: F, may_override: [], limits: { max_tokens: 1 }, models: { deny: [gpt-4] } }
      `,
    })
  })

  it('points at a plan that there is not, and names the four', async () => {
    const found = await lint({
      'plans.yaml': `
        plans:
          free: { title: F, may_override: [] }
          starter: { title: S, may_override: [] }
          growth: { title: G, may_override: [] }
          scale: { title: S, may_override: [] }
          enterprise: { title: E, may_override: [] }
        # ^^^^^^^^^^ error[plan/four-plans] "enterprise"
      `,
    })
    expect(found[0]?.help).toContain('free, starter, growth, scale')
  })

  it('points at `plans` for each one that is missing', async () => {
    await lint({
      'plans.yaml': `
        plans:
        ^^^^^ error[plan/four-plans] "growth" is missing
        ^^^^^ error[plan/four-plans] "scale" is missing
          free: { title: F, may_override: [] }
          starter: { title: S, may_override: [] }
      `,
    })
  })

  it('takes a misspelt plan for one error, not two', async () => {
    await lint({
      'plans.yaml': `
        plans:
          Free: { title: F, may_override: [] }
        # ^^^^ error[plan/four-plans] "Free"
          starter: { title: S, may_override: [] }
          growht: { title: G, may_override: [] }
        # ^^^^^^ error[plan/four-plans] "growht"
          scale: { title: S, may_override: [] }
      `,
    })
  })

  it('points at every item that Free may not have', async () => {
    await lint({
      'plans.yaml': `
        plans:
          free: { title: F, may_override: [openai.model, prompts] }
        #                                  ^^^^^^^^^^^^ error[plan/four-plans] "openai.model"
        #                                                ^^^^^^^ error[plan/four-plans] "prompts"
          starter: { title: S, may_override: [] }
          growth: { title: G, may_override: [] }
          scale: { title: S, may_override: [] }
      `,
    })
  })

  it('does not widen Free for an account', async () => {
    await lint({
      'plans.yaml': `
        plans:
          free: { title: F, may_override: [openai] }
        #                                  ^^^^^^ error[plan/four-plans]
          starter: { title: S, may_override: [] }
          growth: { title: G, may_override: [] }
          scale: { title: S, may_override: [] }
      `,
      'accounts/acme.yaml': `
        id: acme
        plan: free
        overrides: { openai: { model: gpt-4 } }
        ^^^^^^^^^ error[plan/free-no-overrides]
      `,
    })
  })
})
