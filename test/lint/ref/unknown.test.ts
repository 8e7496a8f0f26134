import { describe, expect, it } from 'vitest'
import { lint } from '../expect.ts'

const FILE = 'accounts/acme.yaml'

describe('ref/unknown', () => {
  it('passes references that something defines', async () => {
    await lint({
      [FILE]: `
        id: acme
        plan: growth
        overrides: { text: { provider: anthropic }, anthropic: { model: claude-3-haiku-20240307, max_tokens: 4096 } }
        strategies: { a: { name: A, prompt_types: [clustering] } }
      `,
    })
  })

  it.each(['enterprise', 'Free', 'pro', '""'])('names the four where the plan is %s', async (plan) => {
    const [found] = await lint(
      { [FILE]: `id: acme\nplan: ${plan}\n` },
      { also: [`error[ref/unknown] ${FILE}:2:7-2:${7 + plan.length}`] },
    )
    expect(found?.help).toContain('free, starter, growth, scale')
  })

  it('points at the value of an account, and at the key of a prompt', async () => {
    await lint({
      [FILE]: `
        id: acme
        plan: growth
        overrides:
          text: { provider: opnai }
        #                   ^^^^^ error[ref/unknown]
          image: { provider: "" }
        #                    ^^ error[ref/unknown]
          openai: { model: gpt-9 }
        #                  ^^^^^ error[ref/unknown] "gpt-9"
          dalle: { model: "" }
        #                 ^^ error[ref/unknown]
        prompts:
          clusterin: { customized: false, default: x }
        # ^^^^^^^^^ error[ref/unknown] "clusterin"
        strategies: { a: { name: A, prompt_types: [clustering, ideas] } }
        #                                                      ^^^^^ error[ref/unknown] "ideas"
      `,
    })
  })

  it('points into every global file', async () => {
    await lint({
      'settings.yaml': `
        text: { provider: mistral }
        #                 ^^^^^^^ error[ref/unknown] "mistral"
        image: { provider: runware }
        providers:
          openai: { api_key: { secret: OPENAI_API_KEY }, model: gpt-9, max_tokens: 8192 }
        #                                                       ^^^^^ error[ref/unknown]
          runware: { api_key: { secret: RUNWARE_API_KEY }, model: "runware:97@1" }
      `,
      'models.yaml': `
        models:
          gpt-4: { provider: opneai, kind: text, successor: gpt-9 }
        #                    ^^^^^^ error[ref/unknown]
        #                                                   ^^^^^ error[ref/unknown]
          "runware:97@1": { provider: runware, kind: image }
      `,
      'plans.yaml': `
        plans:
          free: { title: F, may_override: [] }
          starter: { title: S, may_override: [], models: { allow: [gpt-4, gpt-8] } }
        #                                                                 ^^^^^ error[ref/unknown]
          growth: { title: G, may_override: [], models: { deny: [gpt-7] } }
        #                                                        ^^^^^ error[ref/unknown]
          scale: { title: S, may_override: [] }
      `,
      'functions.yaml': `
        functions:
          a: { kind: text, prompts: [clustering, image_prompt, outline], defaults: { models: { openai: gpt-6 } } }
        #                                                      ^^^^^^^ error[ref/unknown] "outline"
        #                                                                                              ^^^^^ error[ref/unknown]
      `,
      'strategies/s.yaml': `
        name: S
        prompt_types: [outline]
        #              ^^^^^^^ error[ref/unknown]
      `,
    })
  })

  it('reports a provider of the other kind, and one that settings.yaml does not define', async () => {
    await lint({
      'settings.yaml': `text: { provider: openai }
image: { provider: runware }
providers:
  openai: { api_key: { secret: OPENAI_API_KEY }, model: gpt-4, max_tokens: 8192 }
  runware: { api_key: { secret: RUNWARE_API_KEY }, model: "runware:97@1" }
`,
      [FILE]: `
        id: acme
        plan: growth
        overrides:
          text: { provider: dalle }
        #                   ^^^^^ error[ref/unknown] other kind
          image: { provider: dalle }
        #                    ^^^^^ error[ref/unknown] no block
      `,
    })
  })

  it('says which file to create where there is no prompt at all', async () => {
    const [found] = await lint({
      'prompts/clustering.yaml': null,
      'prompts/image_prompt.yaml': null,
      'functions.yaml': `
        functions: { a: { kind: text, prompts: [clustering] } }
        #                                       ^^^^^^^^^^ error[ref/unknown]
      `,
    })
    expect(found?.help).toBe('create prompts/clustering.yaml: there is no prompt type yet')
  })

  it('depends on nothing that is opaque', async () => {
    await lint(
      {
        'models.yaml': 'models: {',
        'prompts/clustering.yaml': 'title: {',
        [FILE]: `
        id: acme
        plan: growth
        overrides: { openai: { model: gpt-9 } }
        prompts: { clustering: { customized: false, default: x } }
      `,
      },
      { also: ['error[yaml/syntax] models.yaml:1:10-1:10', 'error[yaml/syntax] prompts/clustering.yaml:1:9-1:9'] },
    )
  })

  it('says nothing beneath a section that Free may not have', async () => {
    await lint({
      [FILE]: `
        id: acme
        plan: free
        overrides: { openai: { model: gpt-9 }, dalle: { size: 256x256 } }
        ^^^^^^^^^ error[plan/free-no-overrides]
        prompts: { none: { customized: false, default: x }, clustering: { customized: false, default: x } }
        ^^^^^^^ error[plan/free-no-overrides]
      `,
    })
  })
})
