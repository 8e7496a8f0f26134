import { expect, test } from 'vitest'
import { diagnosticsOf } from '../support/config.ts'
import { type Row, member, table, whose } from '../support/doors.ts'
import { tenfold } from '../support/run.ts'
import { account, anthropic, cluster, content, dalle, dalle2, images, openai, runware, strategies } from './answers.ts'

const json = { response_format: 'json' }

const FUNCTIONS: Row[] = [
  { name: 'auto_cluster', account: 'nobody', ask: cluster, answer: openai({ max_tokens: 3000, ...json }) },
  {
    name: 'generate_ideas',
    account: 'nobody',
    ask: { function: 'generate_ideas' },
    answer: openai({ max_tokens: 4000, ...json }),
  },
  { name: 'generate_content', account: 'nobody', ask: content, answer: openai() },
  {
    name: 'generate_image_prompts',
    account: 'nobody',
    ask: { function: 'generate_image_prompts' },
    answer: openai(json),
  },
  { name: 'optimize_content', account: 'nobody', ask: { function: 'optimize_content' }, answer: openai() },
  { name: 'generate_images', account: 'nobody', ask: images, answer: runware() },
  {
    name: 'embed_content',
    account: 'nobody',
    ask: { function: 'embed_content' },
    answer: { provider: 'voyage', model: 'voyage-3.5', dimensions: 1024, api_key: { secret: 'VOYAGE_API_KEY' } },
  },
]

table(
  'the repository’s own configuration',
  'repository',
  [
    ...FUNCTIONS,
    {
      name: 'acme: text',
      account: 'acme',
      ask: content,
      answer: openai({ model: 'gpt-4', temperature: 0.8, max_tokens: 4000 }),
    },
    {
      name: 'acme: images',
      account: 'acme',
      ask: images,
      answer: dalle({ size: '1792x1024', quality: 'hd', style: 'natural', max_in_article: 4 }),
    },
    { name: 'brightside: claude', account: 'brightside', ask: content, answer: anthropic({ temperature: 0.4 }) },
    { name: 'brightside: dall-e-2', account: 'brightside', ask: images, answer: dalle2({ size: '512x512' }) },
    {
      name: 'driftwood: nulls beside a model',
      account: 'driftwood',
      ask: content,
      answer: openai({ model: 'gpt-4.1' }),
    },
    {
      name: 'quietpress: temperature 0',
      account: 'quietpress',
      ask: cluster,
      answer: openai({ temperature: 0, max_tokens: 3000, ...json }),
    },
    { name: 'quietpress: no images', account: 'quietpress', ask: images, answer: runware({ max_in_article: 0 }) },
    {
      name: 'kestrel: haiku',
      account: 'kestrel',
      ask: cluster,
      answer: anthropic({ model: 'claude-3-haiku-20240307', temperature: 1, max_tokens: 4096, ...json }),
    },
    {
      name: 'juniper: gpt-5.2 on scale',
      account: 'juniper',
      ask: content,
      answer: openai({ model: 'gpt-5.2', max_tokens: 16000 }),
    },
    {
      name: 'juniper under a live growth plan',
      account: 'juniper',
      ask: content,
      live: 'growth',
      answer: openai({ max_tokens: 16000 }),
    },
    {
      name: 'juniper under a live starter plan',
      account: 'juniper',
      ask: images,
      live: 'starter',
      answer: runware({ model: 'runware:100@1', size: '1344x768' }),
    },
    { name: 'acme under a live free plan', account: 'acme', ask: images, live: 'free', answer: runware() },
    {
      name: 'acme’s profiles under a live free plan: the global ones',
      account: 'acme',
      ask: { records: 'author_profiles' },
      live: 'free',
      answer: {
        'clear-teacher': expect.objectContaining({ name: 'Clear Teacher' }),
        'friendly-guide': expect.objectContaining({ name: 'Friendly Guide' }),
        'industry-analyst': expect.objectContaining({ name: 'Industry Analyst' }),
      },
    },
    {
      name: 'harborview hides a strategy and adds one',
      account: 'harborview',
      ask: strategies,
      answer: { 'pillar-and-cluster': expect.anything(), seasonal: expect.anything() },
    },
  ],
  (doors) => {
    test('the functions and their prompt types', () => {
      const { flat, globals } = doors()
      expect(flat['functions']).toEqual(FUNCTIONS.map(({ name }) => name).sort())
      expect(
        Object.fromEntries(
          Object.entries(globals.functions).map(([name, { kind, prompts }]) => [name, [kind, ...prompts]]),
        ),
      ).toEqual({
        auto_cluster: ['text', 'clustering'],
        generate_ideas: ['text', 'ideas'],
        generate_content: ['text', 'content_generation'],
        generate_image_prompts: ['text', 'image_prompt_extraction'],
        optimize_content: ['text', 'optimization'],
        generate_images: ['image', 'image_prompt_template', 'negative_prompt'],
        embed_content: ['embedding'],
      })
    })

    test('the catalogue: models by provider, prices, sizes', () => {
      const { models } = doors().globals
      const of = (provider: string): string[] =>
        Object.keys(models)
          .filter((id) => models[id]?.provider === provider)
          .sort()
      expect(of('openai')).toEqual([
        'gpt-4',
        'gpt-4-turbo-preview',
        'gpt-4.1',
        'gpt-4o',
        'gpt-4o-mini',
        'gpt-5.1',
        'gpt-5.2',
        'o4-mini',
      ])
      expect(of('anthropic')).toEqual([
        'claude-3-5-sonnet-20241022',
        'claude-3-haiku-20240307',
        'claude-3-opus-20240229',
      ])
      expect(of('dalle')).toEqual(['dall-e-2', 'dall-e-3'])
      expect(of('runware')).toEqual(['runware:100@1', 'runware:101@1', 'runware:97@1'])
      expect(models['dall-e-3']).toMatchObject({
        parameters: {
          size: { enum: ['1024x1024', '1792x1024', '1024x1792'] },
          quality: { enum: ['standard', 'hd'] },
          style: { enum: ['vivid', 'natural'] },
        },
      })
      expect(models['dall-e-2']?.parameters).toEqual({ size: { enum: ['256x256', '512x512', '1024x1024'] } })
      const prices = Object.entries(models).flatMap(([id, { price }]) => (price === undefined ? [] : [[id, price]]))
      expect(Object.fromEntries(prices)).toEqual({
        'gpt-4o-mini': { input: 0.15, output: 0.6 },
        'gpt-4o': { input: 2.5, output: 10 },
        'gpt-4.1': { input: 2, output: 8 },
        'gpt-5.1': { input: 1.25, output: 10 },
        'gpt-5.2': { input: 1.75, output: 14 },
        'o4-mini': { input: 1.1, output: 4.4 },
        'dall-e-3': { image: 0.04 },
        'dall-e-2': { image: 0.02 },
      })
    })

    test('get, with its words around the answer, from files and from the store', async () => {
      const { folder } = doors()
      const asked: [string[], object][] = [
        [
          ['acme', 'generate_content'],
          {
            account: 'acme',
            known: true,
            plan: 'growth',
            function: 'generate_content',
            ...openai({ model: 'gpt-4', temperature: 0.8, max_tokens: 4000 }),
          },
        ],
        [
          ['nobody', 'generate_images'],
          { account: 'nobody', known: false, plan: null, function: 'generate_images', ...runware() },
        ],
        [
          ['bluebird', '--prompt', 'clustering', '--plan', 'scale'],
          {
            account: 'bluebird',
            known: true,
            plan: 'free',
            live_plan: 'scale',
            prompt: 'clustering',
            prompt_value: expect.any(String),
            default_prompt: expect.any(String),
            is_customized: false,
          },
        ],
      ]
      const runs = asked.flatMap(([args, answer]) =>
        [[], ['--store', 'file:.tenfold/store']].map(async (where) => {
          const { code, stdout } = await tenfold(['get', ...args, ...where], folder)
          expect(code).toBe(0)
          expect(JSON.parse(stdout)).toStrictEqual(answer)
        }),
      )
      await Promise.all(runs)
    })

    test('all accounts, all functions, all prompts: the flat form and the SDK agree', () => {
      const { flat, settings, globals, accounts } = doors()
      expect(accounts.size).toBeGreaterThan(10)
      for (const id of accounts.keys()) {
        expect(whose(doors(), id).known).toBe(true)
        for (const name of Object.keys(globals.functions)) {
          const { provider, model, temperature, maxTokens, size } = settings.getModelConfig(name, id)
          expect(member(flat, 'accounts', id, 'functions', name)).toMatchObject(
            JSON.parse(JSON.stringify({ provider, model, temperature, max_tokens: maxTokens, size })),
          )
        }
        for (const type of Object.keys(globals.prompts)) {
          const { promptValue, defaultPrompt, isCustomized } = settings.getEffectivePrompt(id, type)
          expect(member(flat, 'accounts', id, 'prompts', type)).toEqual({
            prompt_value: promptValue,
            default_prompt: defaultPrompt,
            is_customized: isCustomized,
          })
        }
      }
    })

    test('every key comes from the global set, and a missing one is named when it is read', () => {
      const { settings } = doors()
      expect(settings.missingKeys).toEqual([])
      expect(settings.getModelConfig('generate_content', 'acme').apiKey).toBe('the-key-of-OPENAI_API_KEY')
      expect(settings.getModelConfig('generate_images', 'acme').apiKey).toBe('the-key-of-DALLE_API_KEY')
    })
  },
)

/** What the table of integrations allows, each value chosen by an account of the repository’s own catalogue. */
const GPT = ['gpt-4', 'gpt-4-turbo-preview', 'gpt-4o', 'gpt-4o-mini', 'gpt-4.1', 'gpt-5.1', 'gpt-5.2']
const CLAUDE = ['claude-3-5-sonnet-20241022', 'claude-3-opus-20240229', 'claude-3-haiku-20240307']
const RUNWARE = ['runware:97@1', 'runware:100@1', 'runware:101@1']
const CATALOGUE = `models:
${GPT.map((id) => `  ${id}: { provider: openai, kind: text, max_output_tokens: 4096 }\n`).join('')}
${CLAUDE.map((id) => `  ${id}: { provider: anthropic, kind: text, max_output_tokens: 4096, max_temperature: 1 }\n`).join('')}
${RUNWARE.map((id) => `  "${id}": { provider: runware, kind: image, sizes: [1024x1024] }\n`).join('')}
  dall-e-3: { provider: dalle, kind: image, sizes: [1024x1024, 1792x1024, 1024x1792], qualities: [standard, hd], styles: [vivid, natural] }
  dall-e-2: { provider: dalle, kind: image, sizes: [256x256, 512x512, 1024x1024] }
`
const SETTINGS = `text: { provider: openai }
image: { provider: runware, max_in_article: 2 }
providers:
  openai: { api_key: { secret: OPENAI_API_KEY }, model: gpt-4o-mini, temperature: 0.7, max_tokens: 4096 }
  anthropic: { api_key: { secret: ANTHROPIC_API_KEY }, model: claude-3-5-sonnet-20241022, temperature: 0.7, max_tokens: 4096 }
  dalle: { api_key: { secret: DALLE_API_KEY }, model: dall-e-3, size: 1024x1024, quality: standard, style: vivid }
  runware: { api_key: { secret: RUNWARE_API_KEY }, model: "runware:97@1", size: 1024x1024 }
`
const chosen: { readonly id: string; readonly overrides: string; readonly row: Pick<Row, 'ask' | 'answer'> }[] = [
  ...GPT.map((model, i) => ({
    id: `gpt-${i}`,
    overrides: `openai: { model: ${model}, temperature: 2 }`,
    row: { ask: content, answer: openai({ model, temperature: 2, max_tokens: 4096 }) },
  })),
  ...CLAUDE.map((model, i) => ({
    id: `claude-${i}`,
    overrides: `text: { provider: anthropic }, anthropic: { model: ${model}, temperature: 1 }`,
    row: { ask: content, answer: anthropic({ model, temperature: 1, max_tokens: 4096 }) },
  })),
  ...RUNWARE.map((model, i) => ({
    id: `runware-${i}`,
    overrides: `runware: { model: "${model}" }, image: { max_in_article: ${i * 5} }`,
    row: { ask: images, answer: runware({ model, max_in_article: i * 5 }) },
  })),
  ...['1024x1024', '1792x1024', '1024x1792'].map((size) => ({
    id: `three-${size}`,
    overrides: `image: { provider: dalle }, dalle: { size: ${size} }`,
    row: { ask: images, answer: dalle({ size }) },
  })),
  ...['256x256', '512x512', '1024x1024'].map((size) => ({
    id: `two-${size}`,
    overrides: `image: { provider: dalle }, dalle: { model: dall-e-2, size: ${size} }`,
    row: { ask: images, answer: dalle2({ size }) },
  })),
  ...['standard', 'hd'].flatMap((quality) =>
    ['vivid', 'natural'].map((style) => ({
      id: `${quality}-${style}`,
      overrides: `image: { provider: dalle }, dalle: { quality: ${quality}, style: ${style} }`,
      row: { ask: images, answer: dalle({ quality, style }) },
    })),
  ),
]

table(
  'every value that the table of integrations allows',
  {
    'models.yaml': CATALOGUE,
    'settings.yaml': SETTINGS,
    ...Object.assign({}, ...chosen.map(({ id, overrides }) => account(id, 'scale', `overrides: { ${overrides} }\n`))),
  },
  chosen.map(({ id, overrides, row }) => ({ name: `${id}: ${overrides}`, account: id, ...row })),
)

test('what the table does not allow is refused', async () => {
  const refused: [string, string][] = [
    ['openai: { model: gpt-3 }', 'ref/unknown'],
    ['openai: { model: claude-3-opus-20240229 }', 'model/mismatch'],
    ['text: { provider: runware }', 'ref/unknown'],
    ['text: { provider: google }', 'ref/unknown'],
    ['image: { provider: openai }', 'ref/unknown'],
    ['openai: { temperature: 2.1 }', 'schema/out-of-range'],
    ['openai: { temperature: -0.1 }', 'schema/out-of-range'],
    ['anthropic: { temperature: 1.5 }', 'model/mismatch'],
    ['openai: { max_tokens: 4097 }', 'model/mismatch'],
    ['openai: { max_tokens: 0 }', 'schema/out-of-range'],
    ['openai: { max_tokens: 1.5 }', 'schema/wrong-type'],
    ['image: { max_in_article: 11 }', 'schema/out-of-range'],
    ['image: { max_in_article: -1 }', 'schema/out-of-range'],
    ['dalle: { size: 256x256 }', 'model/mismatch'],
    ['dalle: { model: dall-e-2, size: 1792x1024 }', 'model/mismatch'],
    ['dalle: { model: dall-e-2, quality: hd }', 'model/mismatch'],
    ['dalle: { model: dall-e-2, style: vivid }', 'model/mismatch'],
    ['dalle: { quality: best }', 'schema/not-allowed'],
    ['dalle: { style: "" }', 'schema/not-allowed'],
    ['runware: { size: 256x256 }', 'model/mismatch'],
    ['runware: { quality: hd }', 'schema/unknown-key'],
    ['openai: { response_format: json }', 'schema/unknown-key'],
    ['text: { response_format: json }', 'schema/unknown-key'],
    ['google: { model: gpt-4o }', 'schema/unknown-key'],
  ]
  const files = refused.map(([overrides], i) => account(`a${i}`, 'scale', `overrides: { ${overrides} }\n`))
  const all = await diagnosticsOf(Object.assign({ 'models.yaml': CATALOGUE, 'settings.yaml': SETTINGS }, ...files))
  const said = refused.map(([overrides], i) => [
    overrides,
    all
      .filter((d) => d.file === `accounts/a${i}.yaml` && d.severity === 'error')
      .map(({ rule }) => rule)
      .join(' '),
  ])
  expect(said).toEqual(refused)
})
