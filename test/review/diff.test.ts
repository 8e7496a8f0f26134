import { describe, expect, test } from 'vitest'
import { BASE, type Files } from '../support/config.ts'
import { compared, comparisonOf } from './support.ts'

const SETTINGS = BASE['settings.yaml'] ?? ''
const FUNCTIONS = BASE['functions.yaml'] ?? ''
const CLUSTERING = BASE['prompts/clustering.yaml'] ?? ''
const acme = (more = ''): Files => ({ 'accounts/acme.yaml': `id: acme\nplan: growth\n${more}` })
const OWN = 'overrides: { openai: { model: gpt-4 } }\n'

/** `account field: old → new` of every account, the unknown one too. */
async function movesOf(before: Files, after: Files): Promise<string[]> {
  const { diff } = await compared(before, after)
  const all = [...diff.accounts, { account: '*', changes: diff.unknown_accounts }]
  return all.flatMap(({ account, changes }) =>
    changes.map((change) => {
      return `${account} ${change.field}: ${JSON.stringify(change.old)} → ${JSON.stringify(change.new)}`
    }),
  )
}

const MODELS = ['auto_cluster', 'generate_content'].map((name) => `functions.${name}.model`)
const CASES: readonly (readonly [name: string, before: Files, after: Files, moves: readonly string[]])[] = [
  ['nothing', acme(OWN), acme(OWN), []],
  [
    'a comment, an order, a folder',
    acme(OWN),
    { 'accounts/eu/acme.yaml': `# mine\nplan: growth\n${OWN}id: acme\n`, 'settings.yaml': `# ours\n${SETTINGS}` },
    [],
  ],
  ['a name', acme(), acme('name: Acme\n'), []],
  ['an override set', acme(), acme(OWN), MODELS.map((field) => `acme ${field}: "gpt-4o-mini" → "gpt-4"`)],
  [
    'an override taken away',
    acme(OWN),
    acme('overrides: null\n'),
    MODELS.map((field) => `acme ${field}: "gpt-4" → "gpt-4o-mini"`),
  ],
  ['an override that says what is inherited', acme(), acme('overrides: { openai: { model: gpt-4o-mini } }\n'), []],
  ['an override that nobody resolves', acme(), acme('overrides: { anthropic: { temperature: 0.1 } }\n'), []],
  ['a plan', acme(), { 'accounts/acme.yaml': 'id: acme\nplan: free\n' }, ['acme plan: "growth" → "free"']],
  [
    'a provider, and with it its fields and its key',
    acme(),
    acme('overrides: { image: { provider: dalle } }\n'),
    [
      'acme functions.generate_images.api_key: {"secret":"RUNWARE_API_KEY"} → {"secret":"DALLE_API_KEY"}',
      'acme functions.generate_images.model: "runware:97@1" → "dall-e-3"',
      'acme functions.generate_images.provider: "runware" → "dalle"',
      'acme functions.generate_images.quality: null → "standard"',
      'acme functions.generate_images.style: null → "vivid"',
    ],
  ],
  [
    'a global',
    acme(OWN),
    { ...acme(OWN), 'settings.yaml': SETTINGS.replace('max_in_article: 2', 'max_in_article: 3') },
    ['acme functions.generate_images.max_in_article: 2 → 3', '* functions.generate_images.max_in_article: 2 → 3'],
  ],
  [
    'a function',
    acme(),
    {
      ...acme(),
      'functions.yaml': FUNCTIONS.replace(
        '{ kind: text, prompts: [] }',
        '{ kind: text, prompts: [], defaults: { temperature: 0 } }',
      ),
    },
    ['acme functions.generate_content.temperature: 0.7 → 0', '* functions.generate_content.temperature: 0.7 → 0'],
  ],
  [
    'a prompt',
    acme(),
    { ...acme(), 'prompts/clustering.yaml': CLUSTERING.replace('Group', 'Sort') },
    ['acme', '*'].flatMap((id) =>
      ['default_prompt', 'prompt_value'].map((field) => {
        return `${id} prompts.clustering.${field}: "Group these keywords: [IGNY8_KEYWORDS]\\n" → "Sort these keywords: [IGNY8_KEYWORDS]\\n"`
      }),
    ),
  ],
  [
    'a prompt type that is gone',
    { 'prompts/spare.yaml': 'title: Spare\nplaceholders: none\nvalue: x\n' },
    {},
    [
      '* prompts.spare.default_prompt: "x" → null',
      '* prompts.spare.is_customized: false → null',
      '* prompts.spare.prompt_value: "x" → null',
    ],
  ],
  [
    'a profile, whole',
    { 'author-profiles/house.yaml': 'name: House\n' },
    { 'author-profiles/house.yaml': 'name: House\ntone: warm\n' },
    ['* author_profiles.house: {"name":"House"} → {"name":"House","tone":"warm"}'],
  ],
  [
    'a strategy that is hidden',
    { 'strategies/launch.yaml': 'name: Launch\n', ...acme() },
    { 'strategies/launch.yaml': 'name: Launch\n', ...acme('strategies: { launch: { active: false } }\n') },
    ['acme strategies.launch: {"name":"Launch"} → null'],
  ],
  ['a price', {}, { 'models.yaml': (BASE['models.yaml'] ?? '').replace('output: 0.60', 'output: 0.70') }, []],
]

test.each(CASES)('%s', async (_name, before, after, moves) => {
  expect(await movesOf(before, after)).toEqual(moves)
})

describe('an account that is on one side alone', () => {
  test('lists every field of its flat form, with null on the other side', async () => {
    const { diff } = await compared({}, acme(OWN))
    const { diff: back } = await compared(acme(OWN), {})
    const [made] = diff.accounts
    expect(made).toMatchObject({ account: 'acme', plan: 'growth' })
    expect(made?.changes.map(({ field, old }) => [field, old])).toEqual(
      [
        'functions.auto_cluster.api_key',
        'functions.auto_cluster.max_tokens',
        'functions.auto_cluster.model',
        'functions.auto_cluster.provider',
        'functions.auto_cluster.response_format',
        'functions.auto_cluster.temperature',
        'functions.generate_content.api_key',
        'functions.generate_content.max_tokens',
        'functions.generate_content.model',
        'functions.generate_content.provider',
        'functions.generate_content.temperature',
        'functions.generate_images.api_key',
        'functions.generate_images.max_in_article',
        'functions.generate_images.model',
        'functions.generate_images.provider',
        'functions.generate_images.size',
        'plan',
        'prompts.clustering.default_prompt',
        'prompts.clustering.is_customized',
        'prompts.clustering.prompt_value',
        'prompts.image_prompt.default_prompt',
        'prompts.image_prompt.is_customized',
        'prompts.image_prompt.prompt_value',
      ].map((field) => [field, null]),
    )
    expect(made?.changes.find(({ field }) => field === 'functions.auto_cluster.api_key')?.new).toEqual({
      secret: 'OPENAI_API_KEY',
    })
    expect(back.accounts[0]?.changes.map(({ field, old, new: now }) => ({ field, old: now, new: old }))).toEqual(
      made?.changes,
    )
    expect(diff.summary).toMatchObject({
      accounts_changed: 1,
      accounts_total: 1,
      by_plan: { growth: { changed: 1, total: 1 } },
    })
    // What is gone was changed, and is no longer counted.
    expect(back.summary).toMatchObject({
      accounts_changed: 1,
      accounts_total: 0,
      by_plan: { growth: { changed: 1, total: 0 } },
    })
  })
})

describe('global fields', () => {
  test('are named by their file and path, and stand where HEAD has them, or BASE where it had them', async () => {
    const { diff } = await compared(
      { 'tenfold.yaml': 'name: A\nenvironment: staging\n' },
      {
        'settings.yaml': SETTINGS.replace('model: gpt-4o-mini', 'model: gpt-4o'),
        'models.yaml': (BASE['models.yaml'] ?? '').replace('input: 0.15', 'input: 0.25'),
        'plans.yaml': (BASE['plans.yaml'] ?? '').replace('deny: [gpt-5.2]', 'deny: [gpt-5.2, gpt-4]'),
        'functions.yaml': FUNCTIONS.replace('max_tokens: 3000', 'max_tokens: 2000'),
        'prompts/clustering.yaml': CLUSTERING.replace('Group', 'Sort').replace(
          'IGNY8_KEYWORDS: { required: true }',
          'IGNY8_KEYWORDS: {}',
        ),
        'author-profiles/house.yaml': 'name: House\n',
        'tenfold.yaml': 'name: A\n',
      },
    )
    expect(diff.globals.map(({ field, old, new: now, file, line }) => [field, old, now, `${file}:${line}`])).toEqual([
      ['author-profiles/house.name', null, 'House', 'author-profiles/house.yaml:1'],
      ['functions.functions.auto_cluster.defaults.max_tokens', 3000, 2000, 'functions.yaml:2'],
      ['models.models.gpt-4o-mini.price.input', 0.15, 0.25, 'models.yaml:4'],
      ['plans.plans.growth.models.deny', ['gpt-5.2'], ['gpt-5.2', 'gpt-4'], 'plans.yaml:4'],
      [
        'prompts/clustering.value',
        'Group these keywords: [IGNY8_KEYWORDS]\n',
        'Sort these keywords: [IGNY8_KEYWORDS]\n',
        'prompts/clustering.yaml:4',
      ],
      ['prompts/clustering.variables.IGNY8_KEYWORDS', null, {}, 'prompts/clustering.yaml:3'],
      ['prompts/clustering.variables.IGNY8_KEYWORDS.required', true, null, 'prompts/clustering.yaml:3'],
      ['providers.openai.model', 'gpt-4o-mini', 'gpt-4o', 'settings.yaml:4'],
      ['tenfold.environment', 'staging', null, 'tenfold.yaml:2'],
    ])
  })
})

describe('shielded', () => {
  const record = (customized: boolean): string =>
    `prompts: { clustering: { customized: ${customized}, value: "My [IGNY8_KEYWORDS]", default: "Group [IGNY8_KEYWORDS]" } }\n`
  const cases: readonly (readonly [name: string, own: string, after: Files, fields: readonly string[]])[] = [
    [
      'the account keeps its own model',
      OWN,
      { 'settings.yaml': SETTINGS.replace('model: gpt-4o-mini', 'model: gpt-4o') },
      ['providers.openai.model'],
    ],
    [
      'another field of the provider reaches it',
      OWN,
      { 'settings.yaml': SETTINGS.replace('temperature: 0.7', 'temperature: 0.6') },
      [],
    ],
    [
      'the provider is not on its path',
      'overrides: { text: { provider: anthropic }, openai: { model: gpt-4 } }\n',
      { 'settings.yaml': SETTINGS.replace('model: gpt-4o-mini', 'model: gpt-4o') },
      [],
    ],
    [
      'it keeps its own provider',
      'overrides: { text: { provider: openai } }\n',
      { 'settings.yaml': SETTINGS.replace('provider: openai', 'provider: anthropic') },
      ['text.provider'],
    ],
    [
      'a function default is kept away as well',
      'overrides: { openai: { max_tokens: 100 } }\n',
      { 'functions.yaml': FUNCTIONS.replace('max_tokens: 3000', 'max_tokens: 2000') },
      ['functions.functions.auto_cluster.defaults.max_tokens'],
    ],
    [
      'max_in_article is of the kind',
      'overrides: { image: { max_in_article: 0 } }\n',
      { 'settings.yaml': SETTINGS.replace('max_in_article: 2', 'max_in_article: 3') },
      ['image.max_in_article'],
    ],
    [
      'a customised prompt',
      record(true),
      { 'prompts/clustering.yaml': CLUSTERING.replace('Group', 'Sort') },
      ['prompts/clustering.value'],
    ],
    [
      'a pinned prompt',
      record(false),
      { 'prompts/clustering.yaml': CLUSTERING.replace('Group', 'Sort') },
      ['prompts/clustering.value'],
    ],
    [
      'a profile of its own',
      'author_profiles: { house: { name: Mine } }\n',
      { 'author-profiles/house.yaml': 'name: House\ntone: cold\n' },
      ['author-profiles/house.tone'],
    ],
    [
      'a profile that it hides',
      'author_profiles: { house: { active: false } }\n',
      { 'author-profiles/house.yaml': 'name: House\ntone: cold\n' },
      ['author-profiles/house.tone'],
    ],
    [
      'a function default that changes nothing is no shield',
      OWN,
      {
        'functions.yaml': FUNCTIONS.replace(
          '{ kind: text, prompts: [] }',
          '{ kind: text, prompts: [], defaults: { temperature: 0.7 } }',
        ),
      },
      [],
    ],
    ['nothing of its own', '', { 'settings.yaml': SETTINGS.replace('model: gpt-4o-mini', 'model: gpt-4o') }, []],
  ]
  test.each(cases)('%s', async (_name, own, after, fields) => {
    const same: Files = { ...acme(own), 'author-profiles/house.yaml': 'name: House\n' }
    const { diff, effects } = await compared(same, { ...same, ...after })
    expect(diff.shielded).toEqual(Object.fromEntries(fields.map((field) => [field, ['acme']])))
    expect(effects.shielded_by_plan.growth).toBe(fields.length === 0 ? 0 : 1)
  })

  test('a customisation is left behind until it knows the new text', async () => {
    const moved = { 'prompts/clustering.yaml': CLUSTERING.replace('Group', 'Sort') }
    expect((await compared(acme(record(true)), { ...acme(record(true)), ...moved })).effects.left_behind).toEqual({
      clustering: ['acme'],
    })
    const rebased = acme(
      'prompts:\n  clustering:\n    customized: true\n    value: My [IGNY8_KEYWORDS]\n    default: |\n      Sort these keywords: [IGNY8_KEYWORDS]\n',
    )
    expect((await compared(acme(record(true)), { ...rebased, ...moved })).effects.left_behind).toEqual({})
  })

  test('a customisation that was behind before is not left behind by what moves another text', async () => {
    const behind = { ...acme(record(true)), 'prompts/clustering.yaml': CLUSTERING.replace('Group', 'Sort') }
    const moved = { 'prompts/image_prompt.yaml': (BASE['prompts/image_prompt.yaml'] ?? '').replace('A picture', 'One') }
    const { diff, effects } = await compared(behind, { ...behind, ...moved })
    expect(diff.globals.map(({ field }) => field)).toEqual(['prompts/image_prompt.value'])
    expect(effects.left_behind).toEqual({})
  })
})

describe('a mistake', () => {
  test('at BASE is skipped', async () => {
    const { compared: found, diagnostics } = await comparisonOf(
      {
        ...acme('overrides: [\n'),
        'prompts/image_prompt.yaml': 'title: 3\n',
        'accounts/b.yaml': 'id: b\nplan: free\n',
      },
      { ...acme(), 'accounts/b.yaml': 'id: b\nplan: free\n' },
    )
    expect(diagnostics).toEqual([])
    expect(found?.diff.accounts.map(({ account }) => account)).toEqual(['acme', 'b'])
    expect(found?.diff.accounts[1]?.changes.map(({ field }) => field)).toEqual(
      ['default_prompt', 'is_customized', 'prompt_value'].map((field) => `prompts.image_prompt.${field}`),
    )
  })
  test('of the whole BASE leaves nothing to compare with', async () => {
    const { diff } = await compared({ 'settings.yaml': null, ...acme() }, acme())
    expect(diff.accounts.map(({ account }) => account)).toEqual(['acme'])
    expect(diff.unknown_accounts.every(({ old }) => old === null)).toBe(true)
  })
  test('at HEAD is told, and its account is no difference', async () => {
    const { compared: found, diagnostics } = await comparisonOf(acme(OWN), acme('overrides: [\n'))
    expect(diagnostics.map(({ rule, file }) => `${rule} ${file}`)).toEqual(['yaml/syntax accounts/acme.yaml'])
    expect(found?.diff.accounts).toEqual([])
  })
  test('at HEAD that was there before is told too', async () => {
    const wrong = acme('overrides: { openai: { model: gpt-9 } }\n')
    expect((await comparisonOf(wrong, wrong)).diagnostics.map(({ rule }) => rule)).toEqual(['ref/unknown'])
  })
  test('of the whole HEAD leaves nothing', async () => {
    expect((await comparisonOf({}, { 'settings.yaml': 'text: {}\n' })).compared).toBeUndefined()
  })
})
