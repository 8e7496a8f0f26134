import { describe, expect, it } from 'vitest'
import { BUILT_IN, BUILT_IN_PROVIDERS } from '../../src/domain/built-in-vocabulary.ts'
import { isSame, linkVocabulary } from '../../src/domain/vocabulary.ts'
import { parseText } from '../../src/source/parse/parse-file.ts'
import { plain } from '../../src/source/source-nodes.ts'
import { BASE, diagnosticsOf, placesOf } from '../support/config.ts'
import { WIDER } from '../support/vocabulary.ts'
import { written } from '../support/written-vocabulary.ts'

const MODELS = `${BASE['models.yaml'] ?? ''}  o9: { provider: openai, kind: text, parameters: { reasoning_effort: { enum: [low, high] }, temperature: false } }
  voyage-3: { provider: voyage, kind: embedding }
`
const SETTINGS = `${BASE['settings.yaml'] ?? ''}  voyage: { api_key: { secret: VOYAGE_API_KEY }, model: voyage-3 }
embedding: { provider: voyage }
`
const FUNCTIONS = `${BASE['functions.yaml'] ?? ''}  embed: { kind: embedding, prompts: [], defaults: { dimensions: 1024 } }
`
const PLANS = (BASE['plans.yaml'] ?? '').replaceAll('runware, prompts', 'runware, voyage, embedding, prompts')
const WIDE = {
  'providers.yaml': WIDER,
  'models.yaml': MODELS,
  'settings.yaml': SETTINGS,
  'functions.yaml': FUNCTIONS,
  'plans.yaml': PLANS,
}

const account = (overrides: string): string => `id: acme\nplan: scale\noverrides:\n  ${overrides}\n`

describe('a vocabulary of its own', () => {
  it('is taken with all that uses it', async () => {
    const acme = account('openai: { model: o9, reasoning_effort: low, logprobs: false }\n  voyage: { dimensions: 512 }')
    expect(await placesOf({ ...WIDE, 'accounts/acme.yaml': acme })).toEqual([])
  })

  it.each([
    ['an unknown parameter', 'openai: { verbosity: low }', 'schema/unknown-key accounts/acme.yaml:4:13-4:22'],
    ['another type', 'openai: { logprobs: "no" }', 'schema/wrong-type accounts/acme.yaml:4:23-4:27'],
    ['a value out of range', 'voyage: { dimensions: 5000 }', 'schema/out-of-range accounts/acme.yaml:4:25-4:29'],
    ['its own provider’s range', 'anthropic: { temperature: 1.5 }', 'schema/out-of-range accounts/acme.yaml:4:29-4:32'],
    [
      'a value that the model does not list',
      'openai: { model: o9, reasoning_effort: none }',
      'model/mismatch accounts/acme.yaml:4:20-4:22',
    ],
    [
      'a parameter that no list of the model has',
      'openai: { model: gpt-4, reasoning_effort: low }',
      'model/mismatch accounts/acme.yaml:4:20-4:25',
    ],
    [
      'a parameter that the model refuses',
      'openai: { model: o9, temperature: 1 }',
      'model/mismatch accounts/acme.yaml:4:20-4:22',
    ],
    ['a provider of another kind', 'embedding: { provider: openai }', 'ref/unknown accounts/acme.yaml:4:26-4:32'],
  ])('refuses %s', async (_, overrides, place) => {
    expect(await placesOf({ ...WIDE, 'accounts/acme.yaml': account(overrides) })).toEqual([place])
  })

  it('asks for the section of a kind that a function uses, and of no other', async () => {
    const settings = SETTINGS.replace('embedding: { provider: voyage }\n', '')
    expect(await placesOf({ ...WIDE, 'settings.yaml': settings })).toEqual(['schema/missing-key settings.yaml:1:1-1:1'])
    expect(
      await placesOf({ ...WIDE, 'settings.yaml': settings, 'functions.yaml': BASE['functions.yaml'] ?? '' }),
    ).toEqual([])
  })

  it('replaces the built-in one as a whole', async () => {
    const found = await placesOf({ 'providers.yaml': WIDER.replace(/ {2}runware:[^]*?(?= {2}voyage)/, '') })
    expect(found.filter((place) => place.startsWith('schema/not-allowed plans.yaml:'))).toHaveLength(3)
    expect(found).toContain('schema/unknown-key settings.yaml:7:3-7:10')
  })

  it('is opaque where it is wrong, and nothing that follows from it is judged', async () => {
    const files = { 'providers.yaml': 'kinds: {}\n', 'accounts/acme.yaml': account('openai: { any: thing }') }
    expect(await placesOf(files)).toEqual(['schema/missing-key providers.yaml:1:1-1:1'])
    const free = { ...files, 'accounts/acme.yaml': 'id: acme\nplan: free\noverrides: {}\n' }
    expect(await placesOf(free)).toContain('plan/free-no-overrides accounts/acme.yaml:3:1-3:10')
    const key = { ...files, 'accounts/acme.yaml': account('openai: { api_token: x }') }
    expect(await placesOf(key)).toContain('secret/key-field accounts/acme.yaml:4:13-4:22')
  })
})

describe('what has once gone unseen', () => {
  const providers = (text: string): Record<string, string> => ({ ...WIDE, 'providers.yaml': text })

  it.each([
    ['an empty list', '{ type: number }', '{ type: number, enum: [] }', 'schema/not-allowed'],
    [
      'a list of 300',
      '{ type: number }',
      `{ type: number, enum: [${Array.from({ length: 300 }, (_, i) => i).join(', ')}] }`,
      'schema/not-allowed',
    ],
    ['a bound that is no whole number', '{ type: integer }', '{ type: integer, minimum: 0.5 }', 'schema/not-allowed'],
  ])('reports %s in a declaration, and nothing else', async (_, before, after, rule) => {
    const text = WIDER.replace('logprobs: { type: boolean }', `logprobs: { type: boolean }\n      spare: ${before}`)
    const found = await diagnosticsOf(providers(text.replace(`spare: ${before}`, `spare: ${after}`)))
    expect(found.map((one) => `${one.rule} ${one.file}`)).toEqual([`${rule} providers.yaml`])
  })

  it('reports a price for something without an amount', async () => {
    const models = MODELS.replace('kind: embedding }', 'kind: embedding, price: { per: characters } }')
    expect(await placesOf({ ...WIDE, 'models.yaml': models })).toMatchObject([
      expect.stringMatching(/^schema\/missing-key models\.yaml:/),
    ])
  })

  it('lets no name of a credential or an endpoint into the vocabulary', async () => {
    const text = WIDER.replace('logprobs: { type: boolean }', 'base_url: { type: string }')
    const acme = account('openai: { base_url: x }')
    expect(await placesOf({ ...providers(text), 'accounts/acme.yaml': acme })).toEqual([
      'secret/endpoint accounts/acme.yaml:4:13-4:21',
      'schema/not-allowed providers.yaml:15:7-15:15',
    ])
  })

  it('does not take a misnamed file for none', async () => {
    const files = { ...WIDE, 'providers.yaml': null, 'providers.yml': WIDER }
    expect(await placesOf(files)).toEqual(['files/unexpected providers.yml:1:1-1:1'])
  })

  it.each([
    ['no kinds', WIDER.slice(WIDER.indexOf('providers:')), 'schema/missing-key'],
    ['a list of kinds', `kinds: [text]\n${WIDER.slice(WIDER.indexOf('providers:'))}`, 'schema/wrong-type'],
    ['a kind that is null', WIDER.replace('embedding: {}', 'embedding:'), 'schema/wrong-type'],
  ])('reports %s once', async (_, text, rule) => {
    expect((await diagnosticsOf(providers(text))).map((one) => one.rule)).toEqual([rule])
  })

  it('suggests the nearest name, and where others are declared', async () => {
    const [kind] = await diagnosticsOf({
      ...WIDE,
      'functions.yaml': FUNCTIONS.replace('kind: embedding', 'kind: embeding'),
    })
    expect(kind?.help).toBe(
      'did you mean "embedding"? allowed: text, image or embedding; another kind is declared in providers.yaml',
    )
    const [key] = await diagnosticsOf({ ...WIDE, 'accounts/acme.yaml': account('mistral: {}') })
    expect(key?.help).toContain('; a new one is declared in providers.yaml')
    const [none] = await diagnosticsOf({ ...WIDE, 'accounts/acme.yaml': account('text: { provider: mistral }') })
    expect(none?.help).toBe('use openai or anthropic, or declare it in providers.yaml')
  })

  it('is the built-in vocabulary with a default written out', async () => {
    const explicit = written().replace(
      'kind: image\n    parameters:\n      size:',
      'kind: image\n    parameters:\n      size:\n        required: false',
    )
    expect(explicit).not.toBe(written())
    const settings = (BASE['settings.yaml'] ?? '').replace(/^image:.*\n/m, '')
    const functions = (BASE['functions.yaml'] ?? '').replace(/^ {2}generate_images:.*\n/m, '')
    const found = await placesOf({ 'providers.yaml': explicit, 'settings.yaml': settings, 'functions.yaml': functions })
    expect(found).toContain('schema/missing-key settings.yaml:1:1-1:1')
  })

  it('takes placeholders of mustache, with the names of that form', async () => {
    const prompt = (names: string, value: string): string =>
      `title: T\nplaceholders: mustache\nvariables: { ${names} }\nvalue: "${value}"\n`
    const check = (text: string): Promise<string[]> => placesOf({ 'prompts/clustering.yaml': text })
    expect(await check(prompt('a.b: {}, _c: { required: false }', 'x {{a.b}} {a.b} {{_c}}'))).toEqual([
      'prompt/syntax prompts/clustering.yaml:4:8-4:32',
    ])
    expect(await check(prompt('a.b: {}', 'x {{a.b}} {x}'))).toEqual([])
    expect(await check(prompt('a.b: {}', 'x {{ a.b }}'))).toEqual(['prompt/syntax prompts/clustering.yaml:4:8-4:21'])
    expect(await check(prompt('a.b: {}', 'x'))).toEqual(['prompt/missing-variable prompts/clustering.yaml:4:8-4:11'])
    expect(await check(prompt('a.b: {}', '{{a.b}} {{other}}'))).toEqual([
      'prompt/unknown-variable prompts/clustering.yaml:4:8-4:27',
    ])
    expect(await check(prompt('a-b: { required: false }', 'x'))).toEqual([
      'schema/not-allowed prompts/clustering.yaml:3:14-3:17',
    ])
  })
})

describe('what a model says of a parameter', () => {
  const models = (model: string): Record<string, string> => ({
    ...WIDE,
    'models.yaml': `${MODELS}  new: { ${model} }\n`,
  })
  const LINE = MODELS.split('\n').length

  it.each([
    [
      'a wider maximum',
      'provider: openai, kind: text, parameters: { temperature: { maximum: 3 } }',
      'schema/not-allowed',
      '3',
    ],
    [
      'a minimum below',
      'provider: openai, kind: text, parameters: { max_tokens: { minimum: 0 } }',
      'schema/not-allowed',
      '0',
    ],
    [
      'a contradiction',
      'provider: openai, kind: text, parameters: { temperature: { minimum: 1, maximum: 0.5 } }',
      'schema/not-allowed',
      '0.5',
    ],
    [
      'the older spelling of a wider one',
      'provider: anthropic, kind: text, max_temperature: 2',
      'schema/not-allowed',
      '2',
    ],
    [
      'both spellings',
      'provider: openai, kind: text, max_output_tokens: 9, parameters: { max_tokens: { maximum: 9 } }',
      'schema/not-allowed',
      '{ maximum: 9 }',
    ],
    [
      'a bound of another type',
      'provider: openai, kind: text, parameters: { max_tokens: { maximum: 1.5 } }',
      'schema/wrong-type',
      '1.5',
    ],
    [
      'a bound of a text',
      'provider: openai, kind: text, parameters: { reasoning_effort: { maximum: 3 } }',
      'schema/unknown-key',
      'maximum',
    ],
    [
      'another provider’s parameter',
      'provider: openai, kind: text, parameters: { dimensions: { maximum: 3 } }',
      'schema/unknown-key',
      'dimensions',
    ],
    ['true', 'provider: openai, kind: text, parameters: { temperature: true }', 'schema/wrong-type', 'true'],
    ['an undeclared kind', 'provider: openai, kind: speech', 'schema/not-allowed', 'speech'],
    [
      'an empty list',
      'provider: openai, kind: text, parameters: { reasoning_effort: { enum: [] } }',
      'schema/not-allowed',
      '[]',
    ],
  ])('refuses %s', async (_, model, rule, marked) => {
    const files = models(model)
    const found = await diagnosticsOf(files)
    expect(found.map((one) => one.rule)).toEqual([rule])
    const text = (files['models.yaml'] ?? '').split('\n')[(found[0]?.line ?? 0) - 1] ?? ''
    expect(found[0]?.line).toBe(LINE)
    expect(text.slice((found[0]?.column ?? 0) - 1, (found[0]?.end_column ?? 0) - 1)).toBe(marked)
  })
})

it('says nothing by an older spelling of what its provider has not, or has of another type', async () => {
  const files = {
    ...WIDE,
    'providers.yaml': WIDER.replace(
      'embedding: {}',
      'embedding: { section: { max_tokens: { type: integer } } }',
    ).replace('parameters: { dimensions', 'parameters: { size: { type: integer }, dimensions'),
    'models.yaml': MODELS.replace(/(voyage-3: .*) }/, '$1, max_output_tokens: 10, sizes: [1024x1024] }'),
    'accounts/acme.yaml': account('embedding: { max_tokens: 50 }\n  voyage: { size: 5 }'),
  }
  expect(await placesOf(files)).toEqual([])
})

it('refuses a function’s default that only another provider of the kind takes', async () => {
  const files = {
    ...WIDE,
    'providers.yaml': WIDER.replace(
      'dimensions: {',
      'shape: { type: string, format: dimensions }, dimensions: {',
    ).concat('  other: { kind: embedding, parameters: { shape: { type: string } } }\n'),
    'functions.yaml': FUNCTIONS.replace('dimensions: 1024', 'shape: round'),
  }
  const found = await diagnosticsOf(files)
  expect(found.map(({ rule, file, message }) => [rule, file, message])).toEqual([
    ['model/mismatch', 'functions.yaml', 'voyage does not take shape "round"'],
  ])
  const fitting = { ...files, 'functions.yaml': FUNCTIONS.replace('dimensions: 1024', 'shape: 2x1') }
  expect(await placesOf(fitting)).toEqual([])
})

describe('a declaration', () => {
  const text = (parameters: string, more = ''): string =>
    `kinds: { text: {}, image: {} }\nproviders:\n  one: { kind: text, parameters: { ${parameters} } }\n${more}`

  it.each([
    ['a reserved name', 'model: { type: string }', 'model'],
    ['a reserved name that names a credential too, once', 'api_key: { type: string }', 'api_key'],
    ['a name of JavaScript', 'to_json: { type: string }', 'to_json'],
    ['a double underscore', 'a__b: { type: string }', 'a__b'],
    ['an underscore at the end', 'a_: { type: string }', 'a_'],
    ['an underscore before a digit', 'a_1: { type: string }', 'a_1'],
    ['capitals', 'Seed: { type: integer }', 'Seed'],
    ['what names a credential', 'access_token: { type: string }', 'access_token'],
    ['what names an endpoint', 'base_url: { type: string }', 'base_url'],
    ['a minimum above the maximum', 'n: { type: number, minimum: 2, maximum: 1 }', '1'],
    ['a bound of a text', 's: { type: string, minimum: 2 }', '2'],
    ['a form of a number', 'n: { type: number, format: dimensions, enum: [1] }', 'dimensions'],
    ['values of another type', 's: { type: integer, enum: [a] }', 'a'],
    ['values of another form', 's: { type: string, format: dimensions, enum: [1x1, big] }', 'big'],
    ['values out of range', 's: { type: integer, maximum: 3, enum: [1, 4] }', '4'],
    ['an unknown type', 's: { type: text }', 'text'],
  ])('is refused with %s', async (_, parameters, marked) => {
    const content = text(parameters)
    const found = (await diagnosticsOf({ 'providers.yaml': content })).filter(({ file }) => file === 'providers.yaml')
    expect(found.map(({ rule }) => rule)).toEqual(['schema/not-allowed'])
    const line = content.split('\n')[(found[0]?.line ?? 0) - 1] ?? ''
    expect(line.slice((found[0]?.column ?? 0) - 1, (found[0]?.end_column ?? 0) - 1)).toBe(marked)
  })

  it.each([
    ['a provider named like a kind', '  image: { kind: image }\n', 4, 'image'],
    ['a provider named like a section', '  prompts: { kind: image }\n', 4, 'prompts'],
    ['a kind that nothing declares', '  two: { kind: speech }\n', 4, 'speech'],
    ['one name with two types in a kind', '  two: { kind: text, parameters: { n: { type: string } } }\n', 4, 'string'],
  ])('is refused with %s', async (_, more, line, marked) => {
    const content = text('n: { type: number }', more)
    const found = (await diagnosticsOf({ 'providers.yaml': content })).filter(({ file }) => file === 'providers.yaml')
    expect(found.map((one) => [one.rule, one.line])).toEqual([['schema/not-allowed', line]])
    const at = content.split('\n')[line - 1] ?? ''
    expect(at.slice((found[0]?.column ?? 0) - 1, (found[0]?.end_column ?? 0) - 1)).toBe(marked)
  })

  it('is refused where a section has what a provider of the kind has', async () => {
    const content =
      'kinds: { text: { section: { n: { type: number } } } }\nproviders:\n  one: { kind: text, parameters: { n: { type: number } } }\n'
    const found = (await diagnosticsOf({ 'providers.yaml': content })).filter(({ file }) => file === 'providers.yaml')
    expect(found.map((one) => [one.rule, one.line, one.column])).toEqual([['schema/not-allowed', 3, 36]])
  })

  it.each([
    ['providers', `kinds: { text: {} }\nproviders:\n${many(65, (i) => `  p${i}: { kind: text }\n`)}`],
    ['kinds', `kinds:\n${many(17, (i) => `  k${i}: {}\n`)}providers: {}\n`],
    ['parameters', text(many(65, (i) => `n${i}: { type: number }, `))],
    ['providers', `kinds: { text: {} }\nproviders:\n${many(10_000, (i) => `  p${i}: { kind: text }\n`)}`],
  ])('is refused with too many %s, once', async (what, content) => {
    const found = (await diagnosticsOf({ 'providers.yaml': content })).filter(({ file }) => file === 'providers.yaml')
    expect(found).toMatchObject([{ rule: 'schema/not-allowed', help: expect.stringContaining(what) }])
  })
})

function many(count: number, line: (i: number) => string): string {
  return Array.from({ length: count }, (_, i) => line(i)).join('')
}

describe('the built-in vocabulary', () => {
  it('is what a new repository has in its file, in meaning and in prose', () => {
    const { root } = parseText('providers.yaml', 'providers', written())
    const inFile: unknown = root && plain(root)
    expect(inFile).toStrictEqual(BUILT_IN_PROVIDERS)
    // The order of the declarations is that of the answers.
    expect(JSON.stringify(inFile)).toBe(JSON.stringify(BUILT_IN_PROVIDERS))
  })

  it('is the same written out, whatever its prose and the order of its kinds', () => {
    const { kinds, providers } = BUILT_IN_PROVIDERS
    const written = linkVocabulary({
      kinds: { image: kinds.image, text: kinds.text },
      providers: { ...providers, runware: { ...providers.runware, title: 'Another title' } },
    })
    expect(isSame(written, BUILT_IN)).toBe(true)
    expect(isSame(linkVocabulary({ kinds, providers: { openai: providers.openai } }), BUILT_IN)).toBe(false)
  })
})
