import { describe, it } from 'vitest'
import { lint } from '../expect.ts'

const FILE = 'accounts/acme.yaml'

describe('schema/missing-key', () => {
  it('passes without anything that is optional', async () => {
    await lint({
      [FILE]: 'id: acme\nplan: free\n',
      'tenfold.yaml': '{}\n',
      'author-profiles/a.yaml': 'active: false\n',
    })
  })

  it('points at 1:1 where the file itself lacks a key', async () => {
    await lint(
      { [FILE]: 'name: Acme\n' },
      {
        also: [`error[schema/missing-key] ${FILE}:1:1-1:1`, `error[schema/missing-key] ${FILE}:1:1-1:1`],
      },
    )
    await lint({ 'functions.yaml': '{}\n' }, { also: ['error[schema/missing-key] functions.yaml:1:1-1:1'] })
  })

  it('points at the key of the mapping that lacks one', async () => {
    await lint({
      [FILE]: `
        id: acme
        plan: growth
        prompts:
          clustering: { customized: true, default: "[IGNY8_KEYWORDS]" }
        # ^^^^^^^^^^ error[schema/missing-key] "value" is missing in prompts.clustering
        author_profiles:
          house: { tone: warm }
        # ^^^^^ error[schema/missing-key] "name"
        strategies:
          launch: {}
        # ^^^^^^ error[schema/missing-key] "name"
          hidden: { active: false }
      `,
    })
  })

  it('asks each provider for a key and a model, and one of text for max_tokens', async () => {
    await lint({
      'settings.yaml': `
        text: { provider: openai }
        image: {}
        ^^^^^ error[schema/missing-key] "provider" is missing in image
        providers:
          openai: { api_key: { secret: OPENAI_API_KEY }, model: gpt-4 }
        # ^^^^^^ error[schema/missing-key] "max_tokens"
          dalle: { model: dall-e-3 }
        # ^^^^^ error[schema/missing-key] "api_key"
          runware: { api_key: { secret: RUNWARE_API_KEY } }
        # ^^^^^^^ error[schema/missing-key] "model"
      `,
    })
  })

  it('points at `providers` where the selected one has no block; another may be absent', async () => {
    await lint({
      'settings.yaml': `
        text: { provider: openai }
        image: { provider: dalle }
        providers:
        ^^^^^^^^^ error[schema/missing-key] "dalle"
          openai: { api_key: { secret: OPENAI_API_KEY }, model: gpt-4, max_tokens: 8192 }
      `,
    })
  })

  it('leaves what depends on settings.yaml unsaid where a block or a section is missing in it', async () => {
    const account = `
      id: acme
      plan: growth
      overrides:
        image: { provider: dalle }
        anthropic: { model: claude-3-5-sonnet-20241022 }
    `
    await lint({
      'settings.yaml': `
        text: { provider: openai }
        image: { provider: dalle }
        providers:
        ^^^^^^^^^ error[schema/missing-key] "dalle"
          openai: { api_key: { secret: OPENAI_API_KEY }, model: gpt-9, max_tokens: 8192 }
      `,
      [FILE]: account,
    })
    await lint(
      {
        'providers.yaml': `
          kinds: { text: {}, image: {} }
          providers:
            openai: { kind: text }
            dalle: { kind: image }
        `,
        'settings.yaml': `
          text: { provider: openai }
          providers:
            openai: { api_key: { secret: OPENAI_API_KEY }, model: gpt-9 }
            dalle: { api_key: { secret: DALLE_API_KEY }, model: dall-e-3 }
        `,
        'models.yaml': 'models: { gpt-4: { provider: openai, kind: text } }\n',
        'plans.yaml': `
          plans:
            free: { title: Free, may_override: [] }
            starter: { title: Starter, may_override: [openai] }
            growth: { title: Growth, may_override: [openai] }
            scale: { title: Scale, may_override: [openai] }
        `,
        'functions.yaml': 'functions: { a: { kind: image, prompts: [clustering, image_prompt] } }\n',
        [FILE]: 'id: acme\nplan: growth\noverrides: { openai: { model: gpt-4 } }\n',
      },
      { also: ['error[schema/missing-key] settings.yaml:1:1-1:1'] },
    )
  })

  it('is silent for a key that stands there misspelt', async () => {
    await lint({
      [FILE]: `
        id: acme
        plna: growth
        ^^^^ error[schema/unknown-key]
      `,
    })
  })

  it('says of a function without a kind only that', async () => {
    await lint({
      'functions.yaml': `
        functions:
          auto_cluster: { prompts: [clustering], defaults: { size: 1024x1024 } }
        # ^^^^^^^^^^^^ error[schema/missing-key] "kind"
          generate_images: { kind: image }
        # ^^^^^^^^^^^^^^^ error[schema/missing-key] "prompts"
      `,
    })
  })

  it('leaves what depends on the file unsaid', async () => {
    await lint({
      'models.yaml': `
        models:
          gpt-4: { kind: text }
        # ^^^^^ error[schema/missing-key]
      `,
      [FILE]: 'id: acme\nplan: growth\noverrides: { openai: { model: gpt-9 } }\n',
    })
  })
})
