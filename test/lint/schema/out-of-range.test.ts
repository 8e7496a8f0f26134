import { describe, it } from 'vitest'
import { lint } from '../expect.ts'

const FILE = 'accounts/acme.yaml'

describe('schema/out-of-range', () => {
  it('passes the ends of every range: 0 is a value', async () => {
    await lint({
      [FILE]: `
        id: acme
        plan: growth
        overrides: { openai: { temperature: 0, max_tokens: 1 }, image: { max_in_article: 0 } }
      `,
      'accounts/b.yaml': `
        id: b
        plan: growth
        overrides: { openai: { temperature: 2 }, image: { max_in_article: 10 } }
      `,
    })
  })

  it('points at the value', async () => {
    await lint({
      [FILE]: `
        id: acme
        plan: growth
        overrides:
          openai: { temperature: 2.01, max_tokens: 0 }
        #                        ^^^^ error[schema/out-of-range] at most 2
        #                                          ^ error[schema/out-of-range] at least 1
          anthropic: { temperature: -0.1, max_tokens: -5 }
        #                           ^^^^ error[schema/out-of-range] at least 0
        #                                             ^^ error[schema/out-of-range]
          image: { max_in_article: 11 }
        #                          ^^ error[schema/out-of-range] at most 10
      `,
    })
  })

  it('judges settings, functions, the catalogue and limits', async () => {
    await lint({
      'functions.yaml': `
        functions:
          a: { kind: text, prompts: [clustering], defaults: { max_tokens: 0 } }
        #                                                                 ^ error[schema/out-of-range]
          b: { kind: image, prompts: [image_prompt], defaults: { max_in_article: -1 } }
        #                                                                        ^^ error[schema/out-of-range]
      `,
      'models.yaml': `
        models:
          gpt-4: { provider: openai, kind: text, max_output_tokens: 0, max_temperature: 3, price: { input: -1 } }
        #                                                           ^ error[schema/out-of-range]
        #                                                                               ^ error[schema/out-of-range]
        #                                                                                                  ^^ error[schema/out-of-range]
      `,
      'plans.yaml': `
        plans:
          growth: { title: G, may_override: [], limits: { max_tokens: 0, max_in_article: 11 } }
        #                                                             ^ error[schema/out-of-range]
        #                                                                                ^^ error[schema/out-of-range]
      `,
    })
  })

  it('leaves a temperature that only the model refuses to model/mismatch', async () => {
    await lint({
      [FILE]: `
        id: acme
        plan: growth
        overrides:
          text: { provider: anthropic }
          anthropic: { temperature: 1.5 }
        #                           ^^^ error[model/mismatch]
      `,
    })
  })
})
