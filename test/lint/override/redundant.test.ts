import { describe, expect, it } from 'vitest'
import { lint } from '../expect.ts'

const FILE = 'accounts/acme.yaml'

describe('override/redundant', () => {
  it('passes a value that one function at least would not inherit', async () => {
    // auto_cluster has a max_tokens of its own, so the account's 8192 does change something.
    await lint({
      [FILE]: `
        id: acme
        plan: growth
        overrides: { openai: { max_tokens: 8192, temperature: 0 }, image: { max_in_article: 0 } }
      `,
    })
  })

  it('points at the value, and says that deleting it un-pins it', async () => {
    const found = await lint({
      [FILE]: `
        id: acme
        plan: growth
        overrides:
          text: { provider: openai }
        #                   ^^^^^^ warning[override/redundant] text.provider
          openai: { model: gpt-4o-mini, temperature: 0.70 }
        #                  ^^^^^^^^^^^ warning[override/redundant] openai.model
        #                                            ^^^^ warning[override/redundant]
          image: { max_in_article: 2 }
        #                          ^ warning[override/redundant]
          runware: { size: 1024x1024 }
        #                  ^^^^^^^^^ warning[override/redundant]
      `,
    })
    for (const { help } of found) expect(help).toContain('when the global moves')
  })

  it('compares with what the chosen provider would give', async () => {
    await lint({
      [FILE]: `
        id: acme
        plan: growth
        overrides:
          image: { provider: dalle }
          dalle: { quality: standard, style: natural }
        #                   ^^^^^^^^ warning[override/redundant]
      `,
    })
  })

  it('points at a profile or strategy that is the global one', async () => {
    await lint({
      'author-profiles/house.yaml': 'name: House\ntone: warm\n',
      'strategies/launch.yaml': 'name: Launch\n',
      [FILE]: `
        id: acme
        plan: growth
        author_profiles: { house: { tone: warm, name: House } }
        #                         ^^^^^^^^^^^^^^^^^^^^^^^^^^^ warning[override/redundant] author_profiles.house
        strategies: { launch: { active: false } }
      `,
    })
  })
})
