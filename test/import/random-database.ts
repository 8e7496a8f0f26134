import fc from 'fast-check'

/** A row as `dumpdata` writes it. */
export interface Row {
  readonly model: string
  readonly pk: number | string
  readonly fields: Readonly<Record<string, unknown>>
}

/** A database, and what an import of it has to be told. */
export interface Database {
  readonly rows: readonly Row[]
  readonly plans: ReadonlyMap<string, 'free' | 'starter' | 'growth' | 'scale'>
}

/** The models and limits that the databases are written for: an account may set nearly all that the rows say. */
export const OWN_FILES: Readonly<Record<string, string>> = {
  'functions.yaml': `functions:
  write: { kind: text, prompts: [] }
  draw: { kind: image, prompts: [] }
`,
  'models.yaml': `models:
  gpt-4o: { provider: openai, kind: text }
  gpt-4o-mini: { provider: openai, kind: text }
  gpt-5.2: { provider: openai, kind: text }
  claude-3: { provider: anthropic, kind: text }
  claude-3-5-sonnet-20241022: { provider: anthropic, kind: text }
  claude-4: { provider: anthropic, kind: text }
  dall-e-3: { provider: dalle, kind: image, sizes: [1024x1024, 1792x1024], qualities: [standard, hd], styles: [vivid, natural] }
  "runware:97@1": { provider: runware, kind: image, sizes: [1024x1024, 1280x768] }
  "runware:98@1": { provider: runware, kind: image, sizes: [1024x1024, 1280x768] }
`,
  'plans.yaml': `plans:
  free: { title: Free, may_override: [] }
  starter: { title: Starter, may_override: [text, image, openai, anthropic, dalle, runware, prompts, author_profiles, strategies] }
  growth: { title: Growth, may_override: [text, image, openai, anthropic, dalle, runware, prompts, author_profiles, strategies], models: { deny: [gpt-5.2] } }
  scale: { title: Scale, may_override: [text, image, openai, anthropic, dalle, runware, prompts, author_profiles, strategies], limits: { max_tokens: 16000 } }
`,
}

export const PLAN_ROWS = ['free', 'starter', 'growth', 'scale', 'Team (annual)', 'enterprise'] as const
const ANSWERS: Database['plans'] = new Map([
  ['Team (annual)', 'growth'],
  ['enterprise', 'scale'],
])

const APPS = ['system', 'igny8_core_auth', 'billing', 'A.b']
const TYPES = ['clustering', 'ideas', 'image_prompt', 'o-1'] as const

/** Texts that YAML, JSON, a terminal or a line-based reader may take for something else. */
const HOSTILE = [
  'a: b',
  '# no comment',
  'x # y',
  '- item',
  '\tindented by a tab',
  '  leading and trailing  ',
  'trailing blanks  \nand more \n',
  '\n\nblank lines first',
  'ends with several\n\n\n',
  'CRLF\r\nlines\r\n',
  'CR\ralone',
  'emoji 🌱👩‍👩‍👧',
  'line\u2028separator\u2029',
  'nul \0 inside',
  'escape \u001b[31m red',
  'null',
  'true',
  'No',
  '1.0',
  '0x1f',
  '2025-12-20',
  '1:30',
  '---',
  '...',
  '%YAML 1.2',
  '| literal',
  '> folded',
  '"quoted" and \'single\'',
  '{"json": [1, null]}',
  '\ufeffmark',
  'Žluťoučký kůň',
  '\u0085next line',
  '\\ back \\n slash',
  '!!str tag',
  '&anchor *alias',
  '<<: merge',
  '~',
  '@at `tick`',
  'ﬁ ligature ½',
  '? key',
  ', flow ] }',
  ' \n ',
  '   \ntext after blanks\n   ',
]

export const hostile: fc.Arbitrary<string> = fc.oneof(
  { weight: 3, arbitrary: fc.constantFrom(...HOSTILE) },
  { weight: 1, arbitrary: fc.string({ unit: 'grapheme', minLength: 1, maxLength: 12 }) },
  {
    weight: 1,
    arbitrary: fc.array(fc.constantFrom(...HOSTILE, 'plain', ''), { maxLength: 4 }).map((all) => all.join('\n')),
  },
)
const words = fc.oneof(fc.constantFrom('Calm', 'Dry humour', 'en', 'Über uns'), hostile)

/** Null and left out are the same to the origin, and "" to this one too. */
const maybe = (value: fc.Arbitrary<unknown>): fc.Arbitrary<unknown> =>
  fc.oneof({ weight: 3, arbitrary: value }, { weight: 1, arbitrary: fc.constantFrom(null, undefined, '') })

/** A number, or as a Decimal is written. */
const decimal = (...numbers: readonly (number | string)[]): fc.Arbitrary<unknown> => maybe(fc.constantFrom(...numbers))
const temperature = decimal(0, 0.2, 0.7, 1, '0.50', '1.0', '0', 2)
const tokens = decimal(1, 3000, 4096, '8192', '16000.0', 16000)

const configs = {
  openai: fc.record({ model: maybe(fc.constantFrom('gpt-4o', 'gpt-4o-mini', 'gpt-5.2')), temperature }).chain((rest) =>
    // An alias, or the name itself.
    fc.tuple(fc.constantFrom('max_tokens', 'maxTokens'), tokens).map(([name, value]) => ({ ...rest, [name]: value })),
  ),
  anthropic: fc.record({ model: maybe(fc.constantFrom('claude-3', 'claude-4')), temperature, max_tokens: tokens }),
  dalle: fc.record({
    model: maybe(fc.constant('dall-e-3')),
    size: maybe(fc.constantFrom('1024x1024', '1792x1024')),
    quality: maybe(fc.constantFrom('standard', 'hd')),
    style: maybe(fc.constantFrom('vivid', 'natural')),
  }),
  runware: fc.record({
    model: maybe(fc.constantFrom('runware:97@1', 'runware:98@1')),
    imageSize: maybe(fc.constantFrom('1280x768', '1024x1024')),
    maxInArticle: decimal(0, 1, '3'),
  }),
}
type Provider = keyof typeof configs
const PROVIDERS = ['openai', 'anthropic', 'dalle', 'runware'] as const satisfies readonly Provider[]

const integration = fc.constantFrom(...PROVIDERS).chain((type) =>
  fc.record({
    integration_type: fc.constant(type),
    // A JSON column may have been written as text.
    config: fc.tuple(configs[type], fc.boolean()).map(([config, isText]): unknown => {
      return isText ? JSON.stringify(config) : config
    }),
    is_active: fc.constantFrom(true, true, true, undefined, false),
  }),
)

/** A text of a prompt: most have the one variable, so that few are refused. */
const promptText = fc
  .tuple(fc.constantFrom('', 'Group: ', '\n'), hostile, fc.constantFrom('', '\n', '\n\n'))
  .map(([before, text, after]) => `${before}${text}\n[IGNY8_WORD]${after}`)

/** What an account's prompt is on: a text of its own, today's global or an older one, with an empty default or not. */
const accountPrompt = fc.record({
  prompt_type: fc.constantFrom(...TYPES),
  is_customized: fc.boolean(),
  value: fc.oneof(promptText, fc.constant('today')),
  default: fc.oneof(promptText, fc.constantFrom('today', 'today', '')),
  is_active: fc.constantFrom(true, undefined, false),
})

const profile = fc.record({
  name: fc.constantFrom('Calm Voice', 'Expert', 'Über', 'X 1'),
  tone: words,
  description: words,
  language: maybe(words),
})
const strategy = fc.record({
  name: fc.constantFrom('Weekly', 'Launch plan', 'Löwe'),
  description: words,
  prompt_types: fc.constantFrom<unknown>([], ['clustering'], '["clustering"]', null),
  section_logic: fc.oneof(fc.constantFrom<unknown>([], null), fc.array(words, { minLength: 1, maxLength: 2 })),
})

const named = <T extends { readonly name: string }>(one: fc.Arbitrary<T>, maxLength: number): fc.Arbitrary<T[]> =>
  fc.uniqueArray(one, { selector: ({ name }) => name, maxLength })

const account = fc.record({
  slug: fc.oneof(
    fc.constantFrom('acme', 'Müller & Söhne', 'a_b', '42', '1e3', 'no', 'null', '--', '世界', ''),
    hostile,
  ),
  name: fc.oneof(words, fc.constant('')),
  plan: fc.nat(PLAN_ROWS.length - 1),
  natural: fc.boolean(),
  status: fc.constantFrom('active', 'active', 'trial', 'suspended', undefined),
  integrations: fc.uniqueArray(integration, { selector: (row) => row.integration_type, maxLength: 3 }),
  prompts: fc.uniqueArray(accountPrompt, { selector: (row) => row.prompt_type, maxLength: 3 }),
  profiles: named(profile, 2),
  strategies: named(strategy, 2),
})
type AccountSpec = typeof account extends fc.Arbitrary<infer T> ? T : never

const settings = fc.record({
  openai_api_key: fc.constantFrom('', null),
  openai_model: fc.constantFrom('gpt-4o', 'gpt-4o-mini'),
  openai_temperature: fc.constantFrom(0, 0.7, '0.70'),
  openai_max_tokens: fc.constantFrom(8192, 4096),
  anthropic_model: fc.constant('claude-3'),
  anthropic_temperature: fc.constantFrom(0.5, '1'),
  anthropic_max_tokens: fc.constant(4096),
  dalle_model: fc.constant('dall-e-3'),
  dalle_size: fc.constantFrom('1024x1024', '1792x1024'),
  dalle_quality: fc.constant('standard'),
  dalle_style: fc.constant('vivid'),
  runware_model: fc.constant('runware:97@1'),
  runware_size: fc.constant('1024x1024'),
  default_text_provider: fc.constantFrom('openai', 'anthropic'),
  default_image_service: fc.constantFrom('dalle', 'runware'),
  max_in_article_images: fc.constantFrom(0, 2),
})

/** A database in which nothing is damaged, its rows in any order. */
export const database: fc.Arbitrary<Database> = fc
  .record({
    app: fc.constantFrom(...APPS),
    settings,
    prompts: fc.uniqueArray(fc.tuple(fc.constantFrom(...TYPES), promptText), { selector: ([type]) => type }),
    profiles: named(profile, 2),
    strategies: named(strategy, 2),
    accounts: fc.array(account, { minLength: 1, maxLength: 6 }),
    seed: fc.nat(),
  })
  .map(({ seed, ...parts }) => ({ rows: shuffled(rowsOf(parts), seed), plans: ANSWERS }))

interface Parts {
  readonly app: string
  readonly settings: Readonly<Record<string, unknown>>
  readonly prompts: readonly (readonly [string, string])[]
  readonly profiles: readonly object[]
  readonly strategies: readonly object[]
  readonly accounts: readonly AccountSpec[]
}

function rowsOf({ app, settings: global, prompts, profiles, strategies, accounts }: Parts): Row[] {
  const rows: Row[] = []
  const last = new Map<string, number>()
  const add = (model: string, fields: object): number => {
    const pk = (last.get(model) ?? 0) + 1
    last.set(model, pk)
    rows.push({ model: `${app}.${model}`, pk, fields: { ...fields } })
    return pk
  }
  const today = new Map(prompts)
  for (const name of PLAN_ROWS) add('plan', { name, slug: name === 'Team (annual)' ? 'team' : name, price: '0.00' })
  // No account is on it.
  add('plan', { name: 'Legacy', slug: 'legacy', price: '9.99' })
  add('globalintegrationsettings', { ...global, last_updated: '2025-12-20T09:30:00Z' })
  for (const [prompt_type, prompt_value] of prompts) add('globalaiprompt', { prompt_type, prompt_value, version: 1 })
  for (const one of profiles) add('globalauthorprofile', one)
  for (const one of strategies) add('globalstrategy', one)
  const names = new Set<string>()
  for (const [i, spec] of accounts.entries()) {
    // Which id a slug becomes, another test looks at: here no two meet.
    const slug = `${spec.slug}-${i}`
    names.add(slug)
    const plan = PLAN_ROWS[spec.plan] ?? 'free'
    const { name, status } = spec
    const pk = add('account', { name, slug, status, plan: spec.natural ? [plan] : spec.plan + 1, credits: 5 })
    const owner = spec.natural ? [slug] : pk
    if (plan === 'free') continue
    for (const row of spec.integrations) add('integrationsettings', { account: owner, ...row })
    for (const { value, default: written, ...row } of spec.prompts) {
      const textFor = (text: string): string =>
        text === 'today' ? (today.get(row.prompt_type) ?? '[IGNY8_WORD]') : text
      const texts = { prompt_value: textFor(value), default_prompt: textFor(written) }
      add('aiprompt', { account: owner, ...row, ...texts })
    }
    for (const one of spec.profiles) add('authorprofile', { account: owner, ...one })
    for (const one of spec.strategies) add('strategy', { account: owner, ...one })
  }
  return rows
}

/** The same order for the same seed. */
export function shuffled<T>(items: readonly T[], seed: number): T[] {
  const keyed = items.map(
    (item, i) => [Math.imul(i + 1, (seed | 1) ^ 0x9e3779b1) ^ Math.imul(seed, i * i + 7), item] as const,
  )
  return keyed.sort(([a], [b]) => a - b).map(([, item]) => item)
}

/** A dump of rows. */
export function dumpOf(rows: readonly unknown[]): string {
  return JSON.stringify(rows).replaceAll('"@NaN@"', 'NaN')
}
