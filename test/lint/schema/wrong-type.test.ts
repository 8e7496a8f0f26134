import { describe, it } from 'vitest'
import { lint } from '../expect.ts'

const FILE = 'accounts/acme.yaml'

describe('schema/wrong-type', () => {
  it('passes a null where it means that nothing is overridden', async () => {
    await lint({
      [FILE]: `
        id: acme
        plan: growth
        overrides: { openai: null, dalle: { size: null }, text: { provider: ~ } }
        prompts: null
      `,
      'accounts/b.yaml': 'id: b\nplan: growth\noverrides:\nprompts:\nauthor_profiles: null\nstrategies: ~\n',
    })
  })

  it('points a null at its key', async () => {
    await lint({
      [FILE]: `
        id: acme
        plan: null
        ^^^^ error[schema/wrong-type] not null
        name:
        ^^^^ error[schema/wrong-type] not null
        prompts:
          clustering: null
        # ^^^^^^^^^^ error[schema/wrong-type] must be a mapping, not null
          image_prompt: { customized: ~, default: null }
        #                 ^^^^^^^^^^ error[schema/wrong-type]
        #                                ^^^^^^^ error[schema/wrong-type]
        author_profiles: { a: null, b: { name: B, tone: null } }
        #                  ^ error[schema/wrong-type]
        #                                         ^^^^ error[schema/wrong-type]
        strategies: { a: { name: null } }
        #                  ^^^^ error[schema/wrong-type]
      `,
    })
  })

  it('points anything else at the value', async () => {
    await lint({
      [FILE]: `
        id: 3
        #   ^ error[schema/wrong-type] must be a string, not a whole number
        plan: 3
        #     ^ error[schema/wrong-type]
        name: true
        #     ^^^^ error[schema/wrong-type] not true or false
        overrides:
          openai: { max_tokens: 1.5, temperature: "0.5", model: [gpt-4] }
        #                       ^^^ error[schema/wrong-type] must be a whole number
        #                                         ^^^^^ error[schema/wrong-type] must be a number, not a string
        #                                                       ^^^^^^^ error[schema/wrong-type] not a list
          image: 4
        #        ^ error[schema/wrong-type] must be a mapping
        author_profiles: { a: { name: A, active: "false" }, b: { active: "false" } }
        #                                        ^^^^^^^ error[schema/wrong-type]
        #                                                                ^^^^^^^ error[schema/wrong-type]
        strategies: []
        #           ^^ error[schema/wrong-type]
      `,
    })
  })

  it('says of a value with a fraction beyond its range only that', async () => {
    await lint({
      [FILE]: `
        id: acme
        plan: growth
        overrides: { image: { max_in_article: 10.5 } }
        #                                     ^^^^ error[schema/wrong-type]
      `,
    })
  })

  it('points at the file where it is no mapping', async () => {
    await lint({ [FILE]: '- acme\n' }, { also: [`error[schema/wrong-type] ${FILE}:1:1-1:7`] })
    await lint({ [FILE]: 'acme\n' }, { also: [`error[schema/wrong-type] ${FILE}:1:1-1:5`] })
  })

  it('refuses null anywhere in a global file', async () => {
    await lint({
      'settings.yaml': `
        text: { provider: null }
        #       ^^^^^^^^ error[schema/wrong-type]
        image: { provider: runware, max_in_article: null }
        #                           ^^^^^^^^^^^^^^ error[schema/wrong-type]
        providers:
          openai: null
        # ^^^^^^ error[schema/wrong-type]
          runware: { api_key: null, model: "runware:97@1", size: null }
        #            ^^^^^^^ error[schema/wrong-type]
        #                                                  ^^^^ error[schema/wrong-type]
      `,
      'functions.yaml': `
        functions:
          a: { kind: text, prompts: [clustering, null], defaults: null }
        #                                        ^^^^ error[schema/wrong-type]
        #                                               ^^^^^^^^ error[schema/wrong-type]
          b: null
        # ^ error[schema/wrong-type]
      `,
      'plans.yaml': `
        plans: null
        ^^^^^ error[schema/wrong-type]
      `,
      'strategies/a.yaml': `
        name: A
        sections: null
        ^^^^^^^^ error[schema/wrong-type]
      `,
    })
  })
})
