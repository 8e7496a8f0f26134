import fc from 'fast-check'
import { stringify } from 'yaml'
import {
  type AccountFile,
  type Block,
  type CatalogueModel,
  type Config,
  type Content,
  type Declaration,
  type FunctionRule,
  type PlanRule,
  type PromptFile,
  type VocabularyFile,
  BUILT_IN,
  areLegalGlobals,
  isLegal,
  serving,
  takes,
  vocabularyOf,
} from './model.ts'
import { VOCABULARY } from '../support/written-vocabulary.ts'
import { valuesOf } from './vocabularies.ts'

/** Random configurations: first any that the schemas take, then repaired until they are legal. */
const SIZES = ['256x256', '1024x1024', '1792x1024']
const MODELS = {
  openai: ['o-small', 'o-large', 'o-free'],
  anthropic: ['a-small', 'a-large'],
  dalle: ['d-1', 'd-2'],
  runware: ['r:1@1', 'r:2@1'],
}
const ALL_MODELS = Object.values(MODELS).flat()
const ITEMS = itemsOf(BUILT_IN)
const WHOLE = ITEMS.filter((item) => !item.includes('.'))
export const TYPES = ['clustering', 'picture', 'plain']

/** Left out half of the time. */
export const maybe = <T>(value: fc.Arbitrary<T>): fc.Arbitrary<T | undefined> =>
  fc.option(value, { nil: undefined, freq: 2 })
const temperature = fc.constantFrom(0, 0.2, 0.7, 1, 1.5, 2)
const maxTokens = fc.constantFrom(1, 100, 3000, 4096, 8192, 16000, 60000)
const maxInArticle = fc.constantFrom(0, 1, 2, 5, 10)
const size = fc.constantFrom(...SIZES)
const quality = fc.constantFrom('standard', 'hd')
const style = fc.constantFrom('vivid', 'natural')
const words = fc.constantFrom(
  '',
  'x',
  'Ümlaut & Söhne',
  'null',
  'yes',
  '007',
  '1.10',
  '# no comment',
  ': ',
  ' spaces ',
  'a\nb\n',
  '🌱 leaf',
  '{"json": [1]}',
  '- x',
  '0',
)

const textModel = (provider: string): fc.Arbitrary<CatalogueModel> =>
  fc.record({
    provider: fc.constant(provider),
    kind: fc.constant('text' as const),
    max_output_tokens: maybe(fc.constantFrom(4096, 8192, 16384)),
    max_temperature: maybe(fc.constantFrom(1, 2)),
  })
const imageModel = (provider: string): fc.Arbitrary<CatalogueModel> =>
  fc.record({
    provider: fc.constant(provider),
    kind: fc.constant('image' as const),
    sizes: maybe(fc.subarray(SIZES, { minLength: 1 })),
    qualities: maybe(fc.subarray(['standard', 'hd'], { minLength: 1 })),
    styles: maybe(fc.subarray(['vivid', 'natural'], { minLength: 1 })),
  })
const models = fc.record(
  Object.fromEntries(
    Object.entries(MODELS).flatMap(([provider, ids]) =>
      ids.map((id) => [
        id,
        provider === 'openai' || provider === 'anthropic' ? textModel(provider) : imageModel(provider),
      ]),
    ),
  ),
)

const secret = (provider: string): { secret: string } => ({ secret: `${provider.toUpperCase()}_API_KEY` })
const settings = fc.record({
  text: fc.record({ provider: fc.constantFrom('openai', 'anthropic') }),
  image: fc.record({ provider: fc.constantFrom('dalle', 'runware'), max_in_article: maybe(maxInArticle) }),
  providers: fc.record({
    openai: fc.record({
      api_key: fc.constant(secret('openai')),
      model: fc.constantFrom(...MODELS.openai),
      temperature: maybe(temperature),
      max_tokens: maxTokens,
    }),
    anthropic: fc.record({
      api_key: fc.constant(secret('anthropic')),
      model: fc.constantFrom(...MODELS.anthropic),
      temperature: maybe(temperature),
      max_tokens: maxTokens,
    }),
    dalle: fc.record({
      api_key: fc.constant(secret('dalle')),
      model: fc.constantFrom(...MODELS.dalle),
      size: maybe(size),
      quality: maybe(quality),
      style: maybe(style),
    }),
    runware: fc.record({
      api_key: fc.constant(secret('runware')),
      model: fc.constantFrom(...MODELS.runware),
      size: maybe(size),
    }),
  }),
})

const limits = fc.record({ max_tokens: maybe(maxTokens), max_in_article: maybe(maxInArticle) })
const rule: fc.Arbitrary<PlanRule> = fc.record({
  title: fc.constant('Plan'),
  may_override: fc.oneof(
    fc.constant(WHOLE),
    fc.constant(WHOLE),
    fc.constant(WHOLE),
    fc.subarray(WHOLE),
    fc.subarray(ITEMS),
  ),
  models: fc.option(
    fc.oneof(
      fc.subarray(ALL_MODELS, { minLength: 5 }).map((allow) => ({ allow })),
      fc.subarray(ALL_MODELS, { maxLength: 4 }).map((deny) => ({ deny })),
    ),
    { nil: undefined, freq: 2 },
  ),
  limits: maybe(limits),
})
const plans = fc.record({ starter: rule, growth: rule, scale: rule }).map((paid) => ({
  free: { title: 'Free', may_override: [] },
  ...paid,
}))

const functions = fc.dictionary(
  fc.constantFrom('cluster', 'write', 'draw', '10', '9', 'a-b'),
  fc.oneof(
    fc.record({
      kind: fc.constant('text' as const),
      prompts: fc.subarray(TYPES),
      defaults: maybe(
        fc.record({
          temperature: maybe(temperature),
          max_tokens: maybe(maxTokens),
          response_format: maybe(fc.constantFrom('text', 'json')),
          models: maybe(
            fc.record({
              openai: maybe(fc.constantFrom(...MODELS.openai)),
              anthropic: maybe(fc.constantFrom(...MODELS.anthropic)),
            }),
          ),
        }),
      ),
    }),
    fc.record({
      kind: fc.constant('image' as const),
      prompts: fc.subarray(TYPES),
      defaults: maybe(
        fc.record({
          size: maybe(size),
          quality: maybe(quality),
          style: maybe(style),
          max_in_article: maybe(maxInArticle),
          models: maybe(
            fc.record({
              dalle: maybe(fc.constantFrom(...MODELS.dalle)),
              runware: maybe(fc.constantFrom(...MODELS.runware)),
            }),
          ),
        }),
      ),
    }),
  ),
  { minKeys: 2 },
)

/** A text with a prompt's placeholders: the required one always, the other by chance. */
function text(type: string): fc.Arbitrary<string> {
  const [needed, spare] =
    { clustering: ['[KEYS]', '[MORE]'], picture: ['{title}', '{mood}'], plain: ['', 'x'] }[type] ?? []
  return fc
    .tuple(fc.array(words, { maxLength: 3 }), fc.boolean())
    .map(([parts, more]) => `${parts.join(' ')}${needed}${more ? spare : ''}`)
}
const prompts: fc.Arbitrary<Record<string, PromptFile>> = fc.record({
  clustering: fc.record({
    title: words,
    placeholders: fc.constant('brackets' as const),
    value: text('clustering'),
    variables: fc.constant({ KEYS: {}, MORE: { required: false } }),
  }),
  picture: fc.record({
    title: words,
    placeholders: fc.constant('braces' as const),
    value: text('picture'),
    variables: fc.constant({ title: { required: true }, mood: { required: false } }),
  }),
  plain: fc.record({ title: words, placeholders: fc.constant('none' as const), value: text('plain') }),
})

const recordIds = fc.constantFrom('house', 'guide', '7', 'x-1')
const profile: fc.Arbitrary<Content> = fc.oneof(
  fc.constant({ active: false }),
  fc.record({
    name: words,
    description: maybe(words),
    tone: maybe(words),
    language: maybe(words),
    active: maybe(fc.boolean()),
  }),
)
const strategy: fc.Arbitrary<Content> = fc.oneof(
  fc.constant({ active: false }),
  fc.record({
    name: words,
    prompt_types: maybe(fc.subarray(TYPES)),
    sections: maybe(fc.array(words, { maxLength: 3 })),
    active: maybe(fc.boolean()),
  }),
)

export const orNull = <T>(value: fc.Arbitrary<T>): fc.Arbitrary<T | null | undefined> =>
  fc.oneof(fc.constant(undefined), fc.constant(null), value, value, value, value)
const block = (fields: Record<string, fc.Arbitrary<string | number>>): fc.Arbitrary<Block> =>
  fc.record(Object.fromEntries(Object.entries(fields).map(([field, value]) => [field, orNull(value)])))
const overrides = fc.record({
  text: orNull(block({ provider: fc.constantFrom('openai', 'anthropic') })),
  image: orNull(block({ provider: fc.constantFrom('dalle', 'runware'), max_in_article: maxInArticle })),
  openai: orNull(block({ model: fc.constantFrom(...MODELS.openai), temperature, max_tokens: maxTokens })),
  anthropic: orNull(block({ model: fc.constantFrom(...MODELS.anthropic), temperature, max_tokens: maxTokens })),
  dalle: orNull(block({ model: fc.constantFrom(...MODELS.dalle), size, quality, style })),
  runware: orNull(block({ model: fc.constantFrom(...MODELS.runware), size })),
})
const promptRecords = fc.record(
  Object.fromEntries(
    TYPES.map((type) => [
      type,
      maybe(
        fc.record({
          customized: fc.boolean(),
          default: text(type),
          value: text(type),
        }),
      ),
    ]),
  ),
)

export const PLANS = ['free', 'starter', 'growth', 'scale'] as const
const accountBody = (overrides: fc.Arbitrary<Overrides>): fc.Arbitrary<Body> =>
  fc.record({
    plan: fc.constantFrom(...PLANS, 'starter', 'growth', 'scale'),
    overrides: orNull(overrides),
    prompts: orNull(promptRecords),
    author_profiles: orNull(fc.dictionary(recordIds, profile)),
    strategies: orNull(fc.dictionary(recordIds, strategy)),
  })
const ids = fc.constantFrom(
  'acme',
  'b',
  '0',
  '10',
  '9',
  'null',
  'true',
  'a_b-c',
  'x'.repeat(63),
  '1e3',
  'no',
  'o1',
  'o2',
)

type Overrides = NonNullable<AccountFile['overrides']>
type Body = { readonly [K in Exclude<keyof AccountFile, 'id' | 'plan'>]: AccountFile[K] | undefined } & {
  readonly plan: string
}
/** The parts of a configuration that follow from its vocabulary, and that vocabulary where it is written. */
export type Following = Omit<Config, 'prompts' | 'author_profiles' | 'strategies' | 'accounts'>

/** A whole configuration around the parts that follow from its vocabulary. */
export function around(following: fc.Arbitrary<Following>, overrides: fc.Arbitrary<Overrides>): fc.Arbitrary<Config> {
  return fc
    .record({
      following,
      prompts,
      author_profiles: fc.dictionary(recordIds, profile),
      strategies: fc.dictionary(recordIds, strategy),
      bodies: fc.dictionary(ids, accountBody(overrides), { minKeys: 4, maxKeys: 12 }),
    })
    .map(({ bodies, following: some, ...globals }) => {
      const accounts = Object.entries(bodies).map(([id, body]) => [id, plausible({ id, ...body })])
      // Left out is left out, and not undefined.
      const plain: Config = JSON.parse(JSON.stringify({ ...some, ...globals, accounts: Object.fromEntries(accounts) }))
      return plain
    })
}

/** What an author may write, right or wrong by plan and model. */
export const anyConfig: fc.Arbitrary<Config> = around(fc.record({ settings, models, plans, functions }), overrides).map(
  repairGlobals,
)

/** What compiles without an error. */
export const legalConfig: fc.Arbitrary<Config> = anyConfig.map(repairAccounts)

export function repairAccounts(config: Config): Config {
  let legal = config
  for (const id of Object.keys(config.accounts)) legal = repairAccount(legal, id)
  return legal
}

/** An empty collection is neither absent nor a value worth arguing about. */
function plausible(account: AccountFile): object {
  const { id, plan, ...rest } = account
  if (plan === 'free') return { id, plan }
  const full = Object.entries(rest).filter(
    ([, section]) => section === null || Object.values(section ?? {}).some((one) => one !== undefined),
  )
  return { id, plan, ...Object.fromEntries(full) }
}

/** Everything that a plan may let an account override. */
export function itemsOf({ kinds, providers }: VocabularyFile): string[] {
  const sections: [string, string[]][] = [
    ...Object.entries(kinds).map(([kind, { section }]): [string, string[]] => [kind, ['provider', ...names(section)]]),
    ...Object.entries(providers).map(([name, { parameters }]): [string, string[]] => [
      name,
      ['model', ...names(parameters)],
    ]),
  ]
  return [
    ...sections.map(([section]) => section),
    'prompts',
    'author_profiles',
    'strategies',
    ...sections.flatMap(([section, fields]) => fields.map((field) => `${section}.${field}`)),
  ]
}

function names(declared: object | undefined): string[] {
  return Object.keys(declared ?? {})
}

/** What cannot be repaired is left out: a kind that no provider with a block serves, its functions, a bad default. */
export function repairGlobals(config: Config): Config {
  const fitted = fit(selecting(config))
  const functions = Object.entries(fitted.functions).flatMap(
    ([name, { defaults, ...spec }]): [string, FunctionRule][] => {
      if (fitted.settings[spec.kind] === undefined) return []
      const alone = { ...fitted, functions: { [name]: { ...spec, ...(defaults !== undefined && { defaults }) } } }
      return [[name, areLegalGlobals(alone) ? (alone.functions[name] ?? spec) : spec]]
    },
  )
  return { ...fitted, functions: Object.fromEntries(functions) }
}

/** Every kind's section selects a provider that has a block. */
function selecting(config: Config): Config {
  const { providers, ...sections } = config.settings
  const kept = Object.entries(sections).flatMap(([kind, section]) => {
    const able = serving(vocabularyOf(config), kind).filter((name) => Object.hasOwn(providers, name))
    const { provider, ...rest } = section ?? {}
    const [first] = able
    if (section === undefined || first === undefined) return []
    return [[kind, { provider: able.find((name) => name === provider) ?? first, ...rest }]]
  })
  return { ...config, settings: { ...Object.fromEntries(kept), providers } }
}

/** Every provider's defaults made to fit its model, or its model made to take what settings.yaml has to give. */
function fit(config: Config): Config {
  const models = { ...config.models }
  const blocks = Object.entries(config.settings.providers).map(([provider, fields]) => {
    const block = { ...fields }
    const id = String(block['model'])
    for (const [name, declared] of Object.entries(vocabularyOf(config).providers[provider]?.parameters ?? {})) {
      const model = models[id]
      const isTaken = (value: unknown): boolean => takes(model, name, declared, value) !== false
      if (model === undefined || block[name] === undefined || isTaken(block[name])) continue
      const { provider: _, kind, parameters: { [name]: narrowing, ...others } = {}, ...older } = model
      const mentioned = [Object.values(narrowing === false ? {} : (narrowing ?? {})), Object.values(older)].flat(2)
      const value = [...mentioned, ...valuesOf(declared)].find((one) => isOfType(one, declared.type) && isTaken(one))
      if (value !== undefined) block[name] = value
      else if (declared.required !== true) delete block[name]
      else models[id] = { provider, kind, parameters: others }
    }
    return [provider, block]
  })
  return { ...config, models, settings: { ...config.settings, providers: Object.fromEntries(blocks) } }
}

function isOfType(value: unknown, type: Declaration['type']): value is string | number | boolean {
  return type === 'integer' ? Number.isInteger(value) : typeof value === type
}

/** An account's values one after another, each kept where it is legal beside those before it; otherwise a null. */
function repairAccount(config: Config, id: string): Config {
  const account = config.accounts[id]
  if (account === undefined || account.plan === 'free') return config
  const withAccount = (one: AccountFile): Config => ({ ...config, accounts: { ...config.accounts, [id]: one } })
  const { overrides: wanted, ...rest } = account
  let legal: AccountFile = { id, plan: account.plan }
  const tryOut = (next: AccountFile, otherwise: AccountFile): void => {
    legal = isLegal(withAccount(next), id) ? next : otherwise
  }
  for (const section of ['prompts', 'author_profiles', 'strategies'] as const) {
    if (rest[section] !== undefined) tryOut({ ...legal, [section]: rest[section] }, { ...legal, [section]: null })
  }
  if (wanted === undefined || wanted === null)
    return withAccount({ ...legal, ...(wanted === null && { overrides: null }) })
  legal = { ...legal, overrides: {} }
  for (const [section, fields] of Object.entries(wanted)) {
    if (fields === null) legal = { ...legal, overrides: { ...legal.overrides, [section]: null } }
    for (const [field, value] of Object.entries(fields ?? {})) {
      const set = (to: Block[string]): AccountFile => ({
        ...legal,
        overrides: { ...legal.overrides, [section]: { ...legal.overrides?.[section], [field]: to } },
      })
      tryOut(set(value), set(null))
    }
  }
  return withAccount(legal)
}

/** The files of a configuration, by path. Accounts lie in folders of any depth. */
export function filesOf(config: Config): Record<string, string> {
  const { settings: own, models: catalogue, plans: four, functions: calls, accounts } = config
  const files: [string, unknown][] = [
    ['settings.yaml', own],
    ['models.yaml', { models: catalogue }],
    ['plans.yaml', { plans: four }],
    ['functions.yaml', { functions: calls }],
    ...Object.entries(config.prompts).map(([type, prompt]): [string, unknown] => [`prompts/${type}.yaml`, prompt]),
    ...Object.entries(config.author_profiles).map(([id, one]): [string, unknown] => [
      `author-profiles/${id}.yaml`,
      one,
    ]),
    ...Object.entries(config.strategies).map(([id, one]): [string, unknown] => [`strategies/${id}.yaml`, one]),
    ...Object.entries(accounts).map(([id, account], i): [string, unknown] => [
      `accounts/${['', 'eu/', 'eu/north/'][i % 3]}${id}.yaml`,
      account,
    ]),
  ]
  const vocabulary = config.providers === undefined ? VOCABULARY : { 'providers.yaml': stringify(config.providers) }
  return { ...vocabulary, ...Object.fromEntries(files.map(([path, value]) => [path, stringify(value)])) }
}
