import { describe, expect, it } from 'vitest'
import { lint } from '../expect.ts'

const FILE = 'accounts/acme.yaml'

describe('model/mismatch', () => {
  it('passes what fits, and lacks fields that the model does not list', async () => {
    await lint({
      [FILE]: `
        id: acme
        plan: growth
        overrides:
          openai: { model: gpt-4, max_tokens: 8192, temperature: 2 }
          image: { provider: dalle }
          dalle: { model: dall-e-2, size: 512x512 }
      `,
    })
  })

  it('points at a known model of another provider or kind', async () => {
    const found = await lint({
      [FILE]: `
        id: acme
        plan: growth
        overrides:
          openai: { model: claude-3-haiku-20240307 }
        #                  ^^^^^^^^^^^^^^^^^^^^^^^ error[model/mismatch] belongs to anthropic (text), not to openai
          runware: { model: dall-e-3 }
        #                   ^^^^^^^^ error[model/mismatch] belongs to dalle (image), not to runware
      `,
    })
    expect(found[0]?.related).toMatchObject([{ file: 'settings.yaml', line: 1 }])
  })

  it('points at a function’s model of another provider, whichever is selected', async () => {
    await lint(
      {
        'functions.yaml': `
        functions:
          auto_cluster: { kind: text, prompts: [clustering] }
          generate_content: { kind: text, prompts: [], defaults: { models: { openai: gpt-4o, anthropic: gpt-4 } } }
        #                                                                                               ^^^^^ error[model/mismatch] belongs to openai (text), not to anthropic
          generate_images: { kind: image, prompts: [image_prompt] }
      `,
        [FILE]: 'id: acme\nplan: growth\noverrides: { anthropic: { temperature: 0 } }\n',
      },
      { also: ['warning[override/no-effect] accounts/acme.yaml:3:25-3:43'] },
    )
  })

  it('judges the block of a provider that settings.yaml does not have, by itself', async () => {
    await lint(
      {
        'settings.yaml': `
        text: { provider: openai }
        image: { provider: runware, max_in_article: 2 }
        providers:
          openai: { api_key: { secret: OPENAI_API_KEY }, model: gpt-4o-mini, temperature: 0.7, max_tokens: 8192 }
          runware: { api_key: { secret: RUNWARE_API_KEY }, model: "runware:97@1", size: 1024x1024 }
      `,
        'functions.yaml': `
        functions:
          auto_cluster: { kind: text, prompts: [clustering] }
          generate_images: { kind: image, prompts: [image_prompt], defaults: { models: { dalle: gpt-4o } } }
        #                                                                                       ^^^^^^ error[model/mismatch] belongs to openai (text), not to dalle
      `,
        [FILE]: `
        id: acme
        plan: growth
        overrides:
          anthropic: { model: gpt-4, max_tokens: 9000 }
        #                     ^^^^^ error[model/mismatch] belongs to openai (text), not to anthropic
          dalle: { model: dall-e-2, quality: hd }
        #                 ^^^^^^^^ error[model/mismatch] model "dall-e-2" has no quality
      `,
        'accounts/part.yaml': 'id: part\nplan: growth\noverrides: { dalle: { quality: hd } }\n',
      },
      {
        also: [
          'warning[override/no-effect] accounts/acme.yaml:4:14-4:48',
          'warning[override/no-effect] accounts/acme.yaml:5:10-5:42',
          'warning[override/no-effect] accounts/part.yaml:3:21-3:36',
        ],
      },
    )
  })

  it('points at the value from the highest layer: here the account’s', async () => {
    const [found] = await lint({
      [FILE]: `
        id: acme
        plan: growth
        overrides: { openai: { max_tokens: 20000 } }
        #                                  ^^^^^ error[model/mismatch] 1 to 16384 tokens, not 20000
      `,
    })
    expect(found?.related).toMatchObject([{ file: 'settings.yaml', line: 4 }])
  })

  it('points at the account’s model where the other value is a global one', async () => {
    await lint({
      [FILE]: `
        id: acme
        plan: growth
        overrides:
          text: { provider: anthropic }
          anthropic: { model: claude-3-haiku-20240307 }
        #                     ^^^^^^^^^^^^^^^^^^^^^^^ error[model/mismatch] 1 to 4096 tokens, not 8192
      `,
    })
  })

  it('points at the model where both are of one layer, once', async () => {
    await lint({
      [FILE]: `
        id: acme
        plan: growth
        overrides:
          text: { provider: anthropic }
          anthropic: { model: claude-3-haiku-20240307, max_tokens: 5000, temperature: 1.5 }
        #                     ^^^^^^^^^^^^^^^^^^^^^^^ error[model/mismatch]
      `,
    })
  })

  it('points at the choice of provider where that is the account’s only part', async () => {
    await lint({
      'functions.yaml': `
        functions: { a: { kind: text, prompts: [clustering, image_prompt], defaults: { max_tokens: 10000 } } }
      `,
      [FILE]: `
        id: acme
        plan: growth
        overrides: { text: { provider: anthropic } }
        #                              ^^^^^^^^^ error[model/mismatch] 1 to 8192 tokens, not 10000
      `,
    })
  })

  it('validates every overridden block, selected or not', async () => {
    await lint({
      [FILE]: `
        id: acme
        plan: growth
        overrides:
          dalle: { size: 256x256 }
        #        ^^^^^^^^^^^^^^^^^ warning[override/no-effect]
        #                ^^^^^^^ error[model/mismatch] does not take size "256x256"
          anthropic: { temperature: 1.01 }
        #            ^^^^^^^^^^^^^^^^^^^^^ warning[override/no-effect]
        #                           ^^^^ error[model/mismatch] 0 to 1, not 1.01
      `,
    })
  })

  it('refuses a style that the account sets itself where dall-e-2 has none', async () => {
    await lint({
      [FILE]: `
        id: acme
        plan: growth
        overrides:
          image: { provider: dalle }
          dalle: { model: dall-e-2, size: 512x512, style: natural }
        #                 ^^^^^^^^ error[model/mismatch] has no style
      `,
    })
    await lint({
      'functions.yaml': `
        functions:
          a: { kind: image, prompts: [clustering, image_prompt], defaults: { models: { dalle: dall-e-2 }, size: 512x512 } }
        #                                                                                                       ^^^^^^^ error[model/mismatch]
      `,
      [FILE]: `
        id: acme
        plan: growth
        overrides:
          image: { provider: dalle }
          dalle: { style: natural }
        #                 ^^^^^^^ error[model/mismatch] has no style
      `,
    })
  })

  it('judges the globals as a whole, once a value', async () => {
    await lint({
      'settings.yaml': `
        text: { provider: openai }
        image: { provider: runware }
        providers:
          openai: { api_key: { secret: OPENAI_API_KEY }, model: gpt-4, temperature: 2, max_tokens: 9000 }
        #                                                       ^^^^^ error[model/mismatch] 8192
          anthropic: { api_key: { secret: ANTHROPIC_API_KEY }, model: gpt-4o, max_tokens: 1 }
        #                                                             ^^^^^^ error[model/mismatch] belongs to openai
          runware: { api_key: { secret: RUNWARE_API_KEY }, model: "runware:97@1", size: 1024x1024 }
      `,
      'functions.yaml': `
        functions:
          a: { kind: text, prompts: [clustering], defaults: { max_tokens: 3000 } }
          b: { kind: text, prompts: [] }
          c: { kind: text, prompts: [] }
          d: { kind: image, prompts: [image_prompt], defaults: { size: 1x1 } }
        #                                                              ^^^ error[model/mismatch] "1x1"
          e: { kind: text, prompts: [], defaults: { max_tokens: 8193 } }
        #                                                       ^^^^ error[model/mismatch]
          f: { kind: text, prompts: [], defaults: { max_tokens: 9, models: { openai: dall-e-3 } } }
        #                                                                            ^^^^^^^^ error[model/mismatch]
      `,
    })
  })

  it('says an error of the globals once, there, whoever chooses the provider', async () => {
    const found = await lint({
      'settings.yaml': `
        text: { provider: openai }
        image: { provider: runware }
        providers:
          openai: { api_key: { secret: OPENAI_API_KEY }, model: gpt-4, max_tokens: 8192 }
          anthropic: { api_key: { secret: ANTHROPIC_API_KEY }, model: claude-3-haiku-20240307, max_tokens: 9000 }
        #                                                             ^^^^^^^^^^^^^^^^^^^^^^^ error[model/mismatch] 4096
          dalle: { api_key: { secret: DALLE_API_KEY }, model: dall-e-3, size: 1024x1024, quality: hd, style: vivid }
          runware: { api_key: { secret: RUNWARE_API_KEY }, model: "runware:97@1", size: 1024x1024 }
      `,
      'functions.yaml': `
        functions:
          a: { kind: text, prompts: [clustering, image_prompt], defaults: { models: { anthropic: gpt-4 } } }
        #                                                                                        ^^^^^ error[model/mismatch] not to anthropic
          b: { kind: text, prompts: [] }
      `,
      'accounts/a.yaml': 'id: a\nplan: growth\noverrides: { text: { provider: anthropic } }\n',
      'accounts/b.yaml':
        'id: b\nplan: growth\noverrides: { text: { provider: anthropic }, anthropic: { temperature: 1 } }\n',
      'accounts/c.yaml': `
        id: c
        plan: growth
        overrides: { text: { provider: anthropic }, anthropic: { max_tokens: 9001 } }
        #                                                                    ^^^^ error[model/mismatch]
      `,
    })
    const help = found.find(({ file }) => file === 'functions.yaml')
    expect(help?.related).toMatchObject([{ file: 'functions.yaml', line: 2, column: 79 }])
    expect(help?.help).not.toContain('choose provider')
  })

  it('blames the catalogue alone for a model whose kind is not its provider’s, used or not', async () => {
    await lint({
      'models.yaml': `
        models:
          gpt-4o-mini: { provider: openai, kind: image }
        #                                        ^^^^^ error[model/mismatch]
          claude-3-5-sonnet-20241022: { provider: anthropic, kind: text }
          gpt-5.2: { provider: openai, kind: text }
          dall-e-3: { provider: dalle, kind: image }
          "runware:97@1": { provider: runware, kind: image }
      `,
    })
  })

  it('skips the default of a function for a field that the provider does not have', async () => {
    await lint({
      'functions.yaml': `
        functions: { a: { kind: image, prompts: [clustering, image_prompt], defaults: { quality: hd, style: vivid } } }
      `,
      [FILE]: 'id: acme\nplan: growth\noverrides: { runware: { size: 1280x768 } }\n',
    })
  })

  it('refuses a model whose kind is not its provider’s', async () => {
    await lint({
      'models.yaml': `
        models:
          gpt-4o-mini: { provider: openai, kind: text }
          sora: { provider: openai, kind: image }
        #                                 ^^^^^ error[model/mismatch]
          claude-3-5-sonnet-20241022: { provider: anthropic, kind: text }
          gpt-5.2: { provider: openai, kind: text }
          dall-e-3: { provider: dalle, kind: image }
          "runware:97@1": { provider: runware, kind: image }
      `,
    })
  })

  it('is silent while settings, models or functions are opaque', async () => {
    await lint(
      {
        'functions.yaml': 'functions: []\n',
        [FILE]: 'id: acme\nplan: growth\noverrides: { openai: { max_tokens: 20000 } }\n',
      },
      { also: ['error[schema/wrong-type] functions.yaml:1:12-1:14'] },
    )
  })

  it.each([
    ['functions.yaml', 'functions: []\n', 'error[schema/wrong-type] functions.yaml:1:12-1:14'],
    ['settings.yaml', 'text: {', 'error[yaml/syntax] settings.yaml:1:8-1:8'],
    ['settings.yaml', null, 'error[files/missing] settings.yaml:1:1-1:1'],
  ])('judges what an account writes by itself while %s is opaque: %j', async (name, text, also) => {
    await lint(
      {
        [name]: text,
        [FILE]: `
          id: acme
          plan: growth
          overrides:
            openai: { model: dall-e-3 }
          #                  ^^^^^^^^ error[model/mismatch] belongs to dalle
            dalle: { model: dall-e-3, size: 17x17 }
          #                 ^^^^^^^^ error[model/mismatch] does not take size
        `,
      },
      { also: [also] },
    )
  })
})
