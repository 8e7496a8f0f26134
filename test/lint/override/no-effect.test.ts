import { describe, it } from 'vitest'
import { lint } from '../expect.ts'

describe('override/no-effect', () => {
  it('passes the block of the provider in use, by default or by choice, and blocks of nulls', async () => {
    await lint({
      'accounts/acme.yaml': `
        id: acme
        plan: growth
        overrides: { openai: { temperature: 0.1 }, anthropic: { model: null }, dalle: {} }
      `,
      'accounts/b.yaml': 'id: b\nplan: growth\noverrides: { image: { provider: dalle }, dalle: { quality: hd } }\n',
    })
  })

  it('points at the block of a provider that is never used', async () => {
    await lint({
      'accounts/acme.yaml': `
        id: acme
        plan: growth
        overrides:
          text: { provider: anthropic }
          openai: { temperature: 0.1 }
        #         ^^^^^^^^^^^^^^^^^^^^ warning[override/no-effect] use anthropic, never openai
          dalle: { quality: hd }
        #        ^^^^^^^^^^^^^^^ warning[override/no-effect] use runware, never dalle
      `,
    })
  })

  it('points at one that no function is of the kind for', async () => {
    await lint({
      'functions.yaml': 'functions: { a: { kind: text, prompts: [clustering, image_prompt] } }\n',
      'accounts/acme.yaml': `
        id: acme
        plan: growth
        overrides: { runware: { size: 1280x768 } }
        #                     ^^^^^^^^^^^^^^^^^^ warning[override/no-effect] no function is of kind image
      `,
    })
  })

  it('points at one of a kind that neither settings nor functions use', async () => {
    await lint({
      'providers.yaml': `
        kinds: { text: {}, speech: {} }
        providers:
          openai: { kind: text }
          speaker: { kind: speech }
      `,
      'settings.yaml': `
        text: { provider: openai }
        providers: { openai: { api_key: { secret: OPENAI_API_KEY }, model: gpt-4 } }
      `,
      'models.yaml': 'models: { gpt-4: { provider: openai, kind: text }, loud: { provider: speaker, kind: speech } }\n',
      'plans.yaml': `
        plans:
          free: { title: Free, may_override: [] }
          starter: { title: Starter, may_override: [speaker] }
          growth: { title: Growth, may_override: [speaker] }
          scale: { title: Scale, may_override: [speaker] }
      `,
      'functions.yaml': 'functions: { a: { kind: text, prompts: [clustering, image_prompt] } }\n',
      'accounts/acme.yaml': `
        id: acme
        plan: growth
        overrides: { speaker: { model: loud } }
        #                     ^^^^^^^^^^^^^^^ warning[override/no-effect] no function is of kind speech
      `,
    })
  })
})
