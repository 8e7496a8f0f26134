import { describe, expect, it } from 'vitest'
import { lint } from '../expect.ts'

const plans = (growth: string): string => `plans:
  free: { title: Free, may_override: [] }
  starter: { title: Starter, may_override: [] }
  growth: ${growth}
  scale: { title: Scale, may_override: [] }
`
const FILE = 'accounts/acme.yaml'

describe('plan/not-allowed', () => {
  it('passes sections and single fields that the plan lists', async () => {
    await lint({
      'plans.yaml': plans('{ title: G, may_override: [openai.model, openai.max_tokens, image, author_profiles] }'),
      [FILE]: `
        id: acme
        plan: growth
        overrides: { openai: { model: gpt-4 }, image: { max_in_article: 3 } }
        author_profiles: { a: { name: A } }
      `,
    })
  })

  it('points at the key of the section, or of the field where the plan lists others', async () => {
    const [found] = await lint({
      'plans.yaml': plans('{ title: G, may_override: [openai.model] }'),
      [FILE]: `
        id: acme
        plan: growth
        overrides:
          openai: { model: gpt-4, temperature: 0.1 }
        #                         ^^^^^^^^^^^ error[plan/not-allowed] openai.temperature
          image: { max_in_article: 3 }
        # ^^^^^ error[plan/not-allowed] image
        prompts:
        ^^^^^^^ error[plan/not-allowed] prompts
          clustering: { customized: true, value: "My [IGNY8_KEYWORDS]", default: "Group these keywords: [IGNY8_KEYWORDS]\\n" }
        author_profiles: { a: { name: A } }
        ^^^^^^^^^^^^^^^ error[plan/not-allowed]
        strategies: { a: { active: false } }
        ^^^^^^^^^^ error[plan/not-allowed]
      `,
    })
    expect(found?.related).toMatchObject([{ file: 'plans.yaml', line: 4 }])
    expect(found?.help).toContain('openai.model')
  })

  it('takes a null, and a section of nulls, for absent', async () => {
    await lint({
      'plans.yaml': plans('{ title: G, may_override: [openai.model] }'),
      [FILE]: `
        id: acme
        plan: growth
        overrides: { openai: { temperature: null }, dalle: null, image: { max_in_article: null } }
        prompts: null
        strategies:
      `,
    })
  })

  it('is silent where plans.yaml does not hold the four', async () => {
    await lint(
      {
        'plans.yaml': 'plans: { free: { title: F, may_override: [] } }\n',
        [FILE]: 'id: acme\nplan: growth\noverrides: { image: { max_in_article: 3 } }\n',
      },
      { also: ['growth', 'scale', 'starter'].map(() => 'error[plan/four-plans] plans.yaml:1:1-1:6') },
    )
  })
})
