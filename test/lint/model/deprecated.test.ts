import { describe, expect, it } from 'vitest'
import { lint } from '../expect.ts'

const models = (dates: string): string => `models:
  gpt-4: { provider: openai, kind: text, max_output_tokens: 8192, ${dates} }
  gpt-4o-mini: { provider: openai, kind: text, max_output_tokens: 16384 }
  claude-3-5-sonnet-20241022: { provider: anthropic, kind: text, max_output_tokens: 8192, max_temperature: 1 }
  dall-e-3: { provider: dalle, kind: image, sizes: [1024x1024], qualities: [standard], styles: [vivid] }
  gpt-5.2: { provider: openai, kind: text }
  "runware:97@1": { provider: runware, kind: image, sizes: [1024x1024] }
`
const FILE = 'accounts/acme.yaml'
const DEPRECATED = 'deprecated_on: "2026-01-31", successor: gpt-4o-mini'
const REMOVED = 'deprecated_on: "2025-06-30", removed_on: "2026-01-31"'
const ACCOUNT = `
  id: acme
  plan: growth
  overrides: { openai: { model: gpt-4 } }
`

describe('model/deprecated', () => {
  it('is silent before the date, and without git, where there is no date', async () => {
    await lint({ 'models.yaml': models(DEPRECATED), [FILE]: ACCOUNT }, { date: '2026-01-30' })
    await lint({ 'models.yaml': models(REMOVED), [FILE]: ACCOUNT })
  })

  it('points at the value from the date on, and names the successor', async () => {
    const [found] = await lint(
      {
        'models.yaml': models(DEPRECATED),
        [FILE]: `
        id: acme
        plan: growth
        overrides: { openai: { model: gpt-4 } }
        #                             ^^^^^ warning[model/deprecated] 2026-01-31
      `,
      },
      { date: '2026-01-31' },
    )
    expect(found?.help).toContain('gpt-4o-mini')
    expect(found?.related).toMatchObject([{ file: 'models.yaml', line: 2 }])
  })

  it('judges settings and functions too', async () => {
    await lint(
      {
        'models.yaml': models(DEPRECATED),
        'settings.yaml': `
        text: { provider: openai }
        image: { provider: runware }
        providers:
          openai: { api_key: { secret: OPENAI_API_KEY }, model: gpt-4, max_tokens: 8192 }
        #                                                       ^^^^^ warning[model/deprecated]
          runware: { api_key: { secret: RUNWARE_API_KEY }, model: "runware:97@1" }
      `,
        'functions.yaml': `
        functions:
          a: { kind: text, prompts: [clustering, image_prompt], defaults: { models: { openai: gpt-4 } } }
        #                                                                                     ^^^^^ warning[model/deprecated]
      `,
      },
      { date: '2027-01-01' },
    )
  })

  it('is an error past removal where the change wrote that value, and only there', async () => {
    const drawn = (severity: string): Record<string, string> => ({
      'models.yaml': models(REMOVED),
      [FILE]: `
        id: acme
        plan: growth
        overrides: { openai: { model: gpt-4 } }
        #                             ^^^^^ ${severity}[model/deprecated] removed on 2026-01-31
      `,
    })
    await lint(drawn('error'), { date: '2026-02-01', changes: 'everything' })
    await lint(drawn('warning'), { date: '2026-02-01', changes: new Map() })
    await lint(drawn('warning'), { date: '2026-02-01' })
  })

  it('stays a warning between deprecation and removal, touched or not', async () => {
    await lint(
      {
        'models.yaml': models(REMOVED),
        [FILE]: `
        id: acme
        plan: growth
        overrides: { openai: { model: gpt-4 } }
        #                             ^^^^^ warning[model/deprecated] deprecated on 2025-06-30
      `,
      },
      { date: '2026-01-30', changes: 'everything' },
    )
  })
})
