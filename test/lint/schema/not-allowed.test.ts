import { describe, expect, it } from 'vitest'
import { lint } from '../expect.ts'

const FILE = 'accounts/acme.yaml'

describe('schema/not-allowed', () => {
  it('passes every word of a vocabulary', async () => {
    await lint({
      [FILE]: `
        id: acme
        plan: growth
        overrides: { image: { provider: dalle }, dalle: { quality: hd, style: natural } }
      `,
    })
  })

  it('points at the value, `""` too', async () => {
    await lint({
      [FILE]: `
        id: Acme
        #   ^^^^ error[schema/not-allowed]
        plan: growth
        overrides:
          dalle: { size: big, quality: "", style: vibrant }
        #                ^^^ error[schema/not-allowed]
        #                              ^^ error[schema/not-allowed] ""
        #                                         ^^^^^^^ error[schema/not-allowed] "vibrant"
          runware: { size: "" }
        #                  ^^ error[schema/not-allowed]
      `,
    })
  })

  it('takes `""` where no vocabulary is', async () => {
    await lint({ [FILE]: 'id: acme\nplan: growth\nname: ""\nauthor_profiles: { a: { name: "", tone: "" } }\n' })
  })

  it.each(['-acme', '_acme', 'a'.repeat(64), 'acmé'])('refuses the id %s', async (id) => {
    await lint(
      { [FILE]: `id: ${id}\nplan: free\n` },
      { also: [`error[schema/not-allowed] ${FILE}:1:5-1:${5 + id.length}`] },
    )
  })

  it('judges the names of secrets, kinds, placeholders, dates and what a plan may override', async () => {
    const found = await lint({
      'settings.yaml': `
        text: { provider: openai }
        image: { provider: runware }
        providers:
          openai: { api_key: { secret: hunter2 }, model: gpt-4, max_tokens: 8192 }
        #                              ^^^^^^^ error[schema/not-allowed]
      `,
      'models.yaml': `
        models:
          gpt-4: { provider: openai, kind: txt, deprecated_on: 31.1.2026 }
        #                                  ^^^ error[schema/not-allowed] "txt"
        #                                                      ^^^^^^^^^ error[schema/not-allowed]
      `,
      'functions.yaml': `
        functions:
          a: { kind: imgae, prompts: [clustering, image_prompt], defaults: { size: 1024x1024 } }
        #            ^^^^^ error[schema/not-allowed] "imgae"
      `,
      'prompts/clustering.yaml': `
        title: T
        placeholders: bracket
        #             ^^^^^^^ error[schema/not-allowed]
        value: x
      `,
      'plans.yaml': `
        plans:
          free: { title: Free, may_override: [] }
          growth: { title: G, may_override: [openai.modle, api_keys, prompts.clustering] }
        #                                    ^^^^^^^^^^^^ error[schema/not-allowed] "openai.modle"
        #                                                  ^^^^^^^^ error[schema/not-allowed] "api_keys"
        #                                                            ^^^^^^^^^^^^^^^^^^ error[schema/not-allowed]
      `,
    })
    expect(found.map(({ help }) => help).join(' ')).toContain('did you mean "openai.model"?')
    expect(found.map(({ message, help }) => message + help).join(' ')).not.toContain('hunter2')
  })

  it('forbids the key `deny` beside `allow`', async () => {
    await lint({
      'plans.yaml': `
        plans:
          growth: { title: G, may_override: [], models: { allow: [gpt-4], deny: [gpt-5.2] } }
        #                                                                 ^^^^ error[schema/not-allowed] beside
      `,
    })
  })
})
