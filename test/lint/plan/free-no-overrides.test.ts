import { describe, it } from 'vitest'
import { lint } from '../expect.ts'

const FILE = 'accounts/acme.yaml'
/** Made up, and put together here so that no scanner takes this file for a leak. */
const KEY = `sk-proj-${'a1'.repeat(16)}`

describe('plan/free-no-overrides', () => {
  it('passes a Free account with nothing but its name, and the same sections on a paid plan', async () => {
    await lint({
      [FILE]: 'id: acme\nplan: free\nname: Acme\n',
      'accounts/b.yaml': 'id: b\nplan: starter\noverrides: {}\nprompts: {}\nauthor_profiles:\nstrategies: null\n',
    })
  })

  it('points at each top-level key, empty and null ones too', async () => {
    await lint({
      [FILE]: `
        id: acme
        plan: free
        overrides: {}
        ^^^^^^^^^ error[plan/free-no-overrides] overrides
        prompts:
        ^^^^^^^ error[plan/free-no-overrides] prompts
        author_profiles: null
        ^^^^^^^^^^^^^^^ error[plan/free-no-overrides] author_profiles
        strategies: { a: { name: A } }
        ^^^^^^^^^^ error[plan/free-no-overrides] strategies
      `,
    })
  })

  it('speaks in a file that fails its schema', async () => {
    await lint({
      [FILE]: `
        id: acme
        plan: free
        overrides: { openai: { modle: gpt-4 } }
        ^^^^^^^^^ error[plan/free-no-overrides]
        #                      ^^^^^ error[schema/unknown-key]
        strategies: 3
        ^^^^^^^^^^ error[plan/free-no-overrides]
        #           ^ error[schema/wrong-type]
      `,
    })
  })

  it('lets secret/* speak beneath the section, and nothing else of what is wrong there', async () => {
    await lint({
      [FILE]: `
        id: acme
        plan: free
        overrides:
        ^^^^^^^^^ error[plan/free-no-overrides]
          openai: { model: gpt-9, api_key: ${KEY} }
        #                         ^^^^^^^ error[secret/key-field]
        #                                  ${'^'.repeat(KEY.length)} error[secret/value]
      `,
    })
  })

  it('is the only one to speak for overrides that would be wrong on any plan', async () => {
    await lint({
      [FILE]: `
        id: acme
        plan: free
        overrides: { openai: { model: gpt-4o-mini }, dalle: { size: 256x256 }, text: { provider: none } }
        ^^^^^^^^^ error[plan/free-no-overrides]
        prompts: { clustering: { customized: false, value: a, default: b } }
        ^^^^^^^ error[plan/free-no-overrides]
      `,
    })
  })

  it('needs no plans.yaml', async () => {
    await lint(
      {
        'plans.yaml': 'plans: {',
        [FILE]: `
        id: acme
        plan: free
        prompts: {}
        ^^^^^^^ error[plan/free-no-overrides]
      `,
      },
      { also: ['error[yaml/syntax] plans.yaml:1:9-1:9'] },
    )
  })
})
