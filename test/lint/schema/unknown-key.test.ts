import { describe, expect, it } from 'vitest'
import { lint } from '../expect.ts'

const FILE = 'accounts/acme.yaml'

describe('schema/unknown-key', () => {
  it('passes every key that the contract lists', async () => {
    await lint({
      [FILE]: `
        id: acme
        plan: growth
        name: Acme Ltd
        overrides:
          openai: { model: gpt-4, temperature: 0.8, max_tokens: 4000 }
          image: { provider: dalle, max_in_article: 4 }
          dalle: { size: 1792x1024, quality: hd, style: natural }
        author_profiles: { house: { name: House, description: d, tone: warm, language: en, structure: s, active: true } }
        strategies: { launch: { name: Launch, description: d, prompt_types: [clustering], sections: [Proof], active: true } }
      `,
    })
  })

  it('points at the key, and names the nearest one', async () => {
    const found = await lint({
      [FILE]: `
        id: acme
        plan: growth
        overides: {}
        ^^^^^^^^ error[schema/unknown-key] "overides" in the file
        overrides:
          mistral: { model: large }
        # ^^^^^^^ error[schema/unknown-key] "mistral" in overrides
          openai: { modle: gpt-4, "size": 1 }
        #           ^^^^^ error[schema/unknown-key] "modle" in overrides.openai
        #                         ^^^^^^ error[schema/unknown-key]
          runware: { style: vivid }
        #            ^^^^^ error[schema/unknown-key]
          text: { response_format: json }
        #         ^^^^^^^^^^^^^^^ error[schema/unknown-key]
        prompts: { clustering: { customized: false, default: "[IGNY8_KEYWORDS]", text: x } }
        #                                                                        ^^^^ error[schema/unknown-key]
      `,
    })
    const helps = found.map(({ help }) => help)
    expect(helps[0]).toContain('did you mean "overrides"?')
    expect(helps[1]).toBe(
      'known here: text, image, openai, anthropic, dalle or runware; a new one is declared in providers.yaml',
    )
    expect(helps[2]).toContain('did you mean "model"?')
  })

  it('takes two letters that changed places for one slip', async () => {
    const [found] = await lint({
      [FILE]: `
        id: acme
        plan: growth
        nmae: Acme
        ^^^^ error[schema/unknown-key]
      `,
    })
    expect(found?.help).toContain('did you mean "name"?')
  })

  it('knows the defaults of a function by its kind', async () => {
    const found = await lint({
      'functions.yaml': `
        functions:
          a: { kind: text, prompts: [clustering], defaults: { size: 1024x1024, models: { dalle: dall-e-3 } } }
        #                                                     ^^^^ error[schema/unknown-key]
        #                                                                                ^^^^^ error[schema/unknown-key]
          b: { kind: image, prompts: [image_prompt], defaults: { max_tokens: 3 }, title: B }
        #                                                        ^^^^^^^^^^ error[schema/unknown-key]
        #                                                                         ^^^^^ error[schema/unknown-key]
      `,
    })
    expect(found[0]?.help).toContain('temperature, max_tokens, response_format or models')
    expect(found[1]?.help).toContain('openai or anthropic')
    expect(found[2]?.help).toContain('size, quality, style, max_in_article or models')
  })

  it('closes every global file too', async () => {
    await lint({
      'settings.yaml': `
        text: { provider: openai, max_in_article: 2 }
        #                         ^^^^^^^^^^^^^^ error[schema/unknown-key]
        image: { provider: runware }
        providers:
          openai: { api_key: { secret: OPENAI_API_KEY }, model: gpt-4, max_tokens: 8192, base_url: x }
        #                                                                                ^^^^^^^^ error[schema/unknown-key]
          azure: {}
        # ^^^^^ error[schema/unknown-key]
      `,
      'prompts/clustering.yaml': `
        title: T
        placeholders: none
        value: x
        variables: { a: { requierd: true } }
        #                 ^^^^^^^^ error[schema/unknown-key]
        id: clustering
        ^^ error[schema/unknown-key]
      `,
      'author-profiles/a.yaml': `
        id: a
        ^^ error[schema/unknown-key]
        name: A
      `,
      'tenfold.yaml': `
        enviroment: staging
        ^^^^^^^^^^ error[schema/unknown-key]
      `,
    })
  })

  it('speaks for a key whatever is wrong with its value', async () => {
    await lint({
      'accounts/acme.yaml': `
        id: acme
        plan: growth
        naem: .inf
        ^^^^ error[schema/unknown-key]
        #     ^^^^ error[yaml/unsafe-number]
        nmae: !!str x
        ^^^^ error[schema/unknown-key]
        #     ^^^^^ error[yaml/no-tag-directive]
      `,
    })
  })
})
