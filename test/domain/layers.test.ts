import { expect, test } from 'vitest'
import { BASE } from '../support/config.ts'
import { openStore, table } from '../support/doors.ts'
import { tenfold } from '../support/run.ts'
import { account, anthropic, cluster, content, dalle, dalle2, images, openai, runware } from './answers.ts'

const JSON_3000 = { max_tokens: 3000, response_format: 'json' }

table(
  'layers, per field: provider default, function default, account',
  {
    ...account('bare', 'free'),
    ...account('paid', 'scale', 'name: Paid\n'),
    ...account('one', 'growth', 'overrides: { openai: { temperature: 0.2 } }\n'),
    ...account('all', 'growth', 'overrides: { openai: { model: gpt-4, temperature: 0.8, max_tokens: 4000 } }\n'),
    ...account('zero', 'starter', 'overrides: { openai: { temperature: 0 }, image: { max_in_article: 0 } }\n'),
    ...account(
      'nulls',
      'starter',
      `overrides:
  text: { provider: null }
  image: { provider: null, max_in_article: null }
  openai: { model: null, temperature: null, max_tokens: null }
  anthropic: null
  dalle: { model: null, size: null, quality: null, style: null }
  runware: { model: null, size: null }
prompts: null
author_profiles: null
strategies: null
`,
    ),
    ...account('half-null', 'starter', 'overrides: { openai: { model: gpt-4o, temperature: null }, dalle: ~ }\n'),
    ...account('no-overrides', 'scale', 'overrides: null\n'),
    ...account('empty', 'growth', 'overrides: { openai: {} }\nprompts: {}\nauthor_profiles: {}\nstrategies: {}\n'),
    ...account('claude', 'scale', 'overrides: { text: { provider: anthropic }, anthropic: { max_tokens: 1000 } }\n'),
    ...account('claude-plain', 'scale', 'overrides: { text: { provider: anthropic } }\n'),
    ...account(
      'beside',
      'growth',
      `overrides:
  openai: { temperature: 0.1 }
  anthropic: { temperature: 0.9, max_tokens: 100 }
  dalle: { quality: hd }
`,
    ),
    ...account('same-provider', 'growth', 'overrides: { text: { provider: openai }, image: { provider: runware } }\n'),
    ...account(
      'wide',
      'growth',
      'overrides: { image: { provider: dalle }, dalle: { size: 1792x1024, quality: hd, style: natural } }\n',
    ),
    ...account('dalle-plain', 'growth', 'overrides: { image: { provider: dalle } }\n'),
    ...account(
      'dalle-2',
      'growth',
      'overrides: { image: { provider: dalle }, dalle: { model: dall-e-2, size: 256x256 } }\n',
    ),
    ...account(
      'dalle-2-plain',
      'growth',
      'overrides: { image: { provider: dalle, max_in_article: 10 }, dalle: { model: dall-e-2 } }\n',
    ),
    ...account('runware-size', 'growth', 'overrides: { runware: { size: 1280x768 } }\n'),
    ...account('10', 'free'),
    ...account('9', 'free'),
    ...account('constructor-1', 'free'),
  },
  [
    { name: 'an account without overrides gets the globals', account: 'bare', ask: content, answer: openai() },
    { name: 'a paid account without overrides gets them too', account: 'paid', ask: content, answer: openai() },
    { name: 'an unknown account gets the globals', account: 'nobody', ask: content, answer: openai() },
    {
      name: 'an unknown account gets the function defaults',
      account: 'nobody',
      ask: cluster,
      answer: openai(JSON_3000),
    },
    { name: 'an unknown account gets the image globals', account: 'nobody', ask: images, answer: runware() },
    { name: 'a name that objects inherit is no account', account: 'constructor', ask: content, answer: openai() },
    { name: 'nor is __proto__', account: '__proto__', ask: content, answer: openai() },
    {
      name: 'a function default stands above the provider default',
      account: 'bare',
      ask: cluster,
      answer: openai(JSON_3000),
    },
    { name: 'a field alone, the rest inherited', account: 'one', ask: content, answer: openai({ temperature: 0.2 }) },
    {
      name: 'field by field, never record by record',
      account: 'one',
      ask: cluster,
      answer: openai({ ...JSON_3000, temperature: 0.2 }),
    },
    {
      name: 'all fields',
      account: 'all',
      ask: content,
      answer: openai({ model: 'gpt-4', temperature: 0.8, max_tokens: 4000 }),
    },
    {
      name: 'an account stands above the function default; response_format stays the function’s',
      account: 'all',
      ask: cluster,
      answer: openai({ model: 'gpt-4', temperature: 0.8, max_tokens: 4000, response_format: 'json' }),
    },
    { name: 'temperature 0 is a value and wins', account: 'zero', ask: content, answer: openai({ temperature: 0 }) },
    {
      name: 'max_in_article 0 is a value and wins',
      account: 'zero',
      ask: images,
      answer: runware({ max_in_article: 0 }),
    },
    { name: 'null at every field and section inherits: text', account: 'nulls', ask: content, answer: openai() },
    {
      name: 'null at every field and section inherits: function',
      account: 'nulls',
      ask: cluster,
      answer: openai(JSON_3000),
    },
    { name: 'null at every field and section inherits: image', account: 'nulls', ask: images, answer: runware() },
    { name: 'null beside a value', account: 'half-null', ask: content, answer: openai({ model: 'gpt-4o' }) },
    { name: 'overrides: null', account: 'no-overrides', ask: content, answer: openai() },
    { name: 'empty sections', account: 'empty', ask: content, answer: openai() },
    { name: 'the account chooses the provider', account: 'claude-plain', ask: content, answer: anthropic() },
    {
      name: 'another provider, and its own block',
      account: 'claude',
      ask: content,
      answer: anthropic({ max_tokens: 1000 }),
    },
    {
      name: 'the function default reaches the provider that the account chose',
      account: 'claude-plain',
      ask: cluster,
      answer: anthropic(JSON_3000),
    },
    {
      name: 'and the account’s block stands above it',
      account: 'claude',
      ask: cluster,
      answer: anthropic({ max_tokens: 1000, response_format: 'json' }),
    },
    {
      name: 'only the resolved provider’s blocks count',
      account: 'beside',
      ask: content,
      answer: openai({ temperature: 0.1 }),
    },
    { name: 'and so for images', account: 'beside', ask: images, answer: runware() },
    { name: 'choosing what is global already: text', account: 'same-provider', ask: content, answer: openai() },
    { name: 'choosing what is global already: image', account: 'same-provider', ask: images, answer: runware() },
    {
      name: 'dalle with all its fields',
      account: 'wide',
      ask: images,
      answer: dalle({ size: '1792x1024', quality: 'hd', style: 'natural' }),
    },
    { name: 'dalle with its defaults', account: 'dalle-plain', ask: images, answer: dalle() },
    {
      name: 'dall-e-2 has no quality and no style',
      account: 'dalle-2',
      ask: images,
      answer: dalle2({ size: '256x256' }),
    },
    { name: 'max_in_article 10', account: 'dalle-2-plain', ask: images, answer: dalle2({ max_in_article: 10 }) },
    {
      name: 'runware has a size, and no quality or style',
      account: 'runware-size',
      ask: images,
      answer: runware({ size: '1280x768' }),
    },
  ],
  (doors) => {
    test('the flat form has every account, every function, no clock, and null for the commit without git', () => {
      const { flat } = doors()
      expect(Object.keys(flat)).toEqual(['accounts', 'commit', 'defaults', 'functions'])
      expect(flat).toMatchObject({ commit: null, functions: ['auto_cluster', 'generate_content', 'generate_images'] })
    })

    test('keys are sorted as text, those made of digits too', async () => {
      const { stdout } = await tenfold(['compile', '--flat', '-'], doors().folder)
      const ids = [
        ...stdout.slice(stdout.indexOf('"accounts"'), stdout.indexOf('"commit"')).matchAll(/^ {4}"(.*)": /gm),
      ]
      expect(ids.map(([, id]) => id)).toEqual(Object.keys(doors().flat['accounts'] ?? {}).sort())
      expect(stdout.indexOf('"10": {')).toBeLessThan(stdout.indexOf('"9": {'))
    })

    test('a service can choose an error for an unknown account', async () => {
      const settings = await openStore(doors().folder, 'error')
      expect(() => settings.getModelConfig('generate_content', 'nobody')).toThrow(
        expect.objectContaining({ code: 'unknown_account' }),
      )
      expect(settings.getModelConfig('generate_content', 'bare').known).toBe(true)
      await settings.close()
    })
  },
)

const models = BASE['models.yaml'] ?? ''
const settings = BASE['settings.yaml'] ?? ''

table(
  'function defaults for every provider',
  {
    'functions.yaml': `functions:
  hot: { kind: text, prompts: [], defaults: { temperature: 0, max_tokens: 1, response_format: text } }
  picks: { kind: text, prompts: [], defaults: { models: { openai: gpt-4o, anthropic: claude-3-haiku-20240307 }, max_tokens: 4096 } }
  picks_one: { kind: text, prompts: [], defaults: { models: { anthropic: claude-3-haiku-20240307 }, max_tokens: 2000 } }
  fine: { kind: image, prompts: [], defaults: { size: 1792x1024, quality: hd, style: natural, max_in_article: 0 } }
  small: { kind: image, prompts: [clustering, image_prompt], defaults: { size: 1024x1024, models: { dalle: dall-e-2 } } }
`,
    'models.yaml': models.replace('1280x768]', '1280x768, 1792x1024]'),
    ...account('plain', 'free'),
    ...account('claude', 'growth', 'overrides: { text: { provider: anthropic } }\n'),
    ...account('pictures', 'growth', 'overrides: { image: { provider: dalle } }\n'),
    ...account(
      'own',
      'starter',
      `overrides:
  text: { provider: openai }
  openai: { model: gpt-4, temperature: 2, max_tokens: 7 }
  image: { max_in_article: 1 }
  runware: { size: 1280x768 }
`,
    ),
  },
  [
    {
      name: 'a default of 0 wins over the provider’s',
      account: 'plain',
      ask: { function: 'hot' },
      answer: openai({ temperature: 0, max_tokens: 1, response_format: 'text' }),
    },
    {
      name: 'models is read for the global provider',
      account: 'plain',
      ask: { function: 'picks' },
      answer: openai({ model: 'gpt-4o', max_tokens: 4096 }),
    },
    {
      name: 'models is read for the account’s provider',
      account: 'claude',
      ask: { function: 'picks' },
      answer: anthropic({ model: 'claude-3-haiku-20240307', max_tokens: 4096 }),
    },
    {
      name: 'models without the resolved provider says nothing',
      account: 'plain',
      ask: { function: 'picks_one' },
      answer: openai({ max_tokens: 2000 }),
    },
    {
      name: 'models with it',
      account: 'claude',
      ask: { function: 'picks_one' },
      answer: anthropic({ model: 'claude-3-haiku-20240307', max_tokens: 2000 }),
    },
    {
      name: 'the account stands above it',
      account: 'own',
      ask: { function: 'picks' },
      answer: openai({ model: 'gpt-4', temperature: 2, max_tokens: 7 }),
    },
    {
      name: 'quality and style are skipped for runware',
      account: 'plain',
      ask: { function: 'fine' },
      answer: runware({ size: '1792x1024', max_in_article: 0 }),
    },
    {
      name: 'and taken for dalle',
      account: 'pictures',
      ask: { function: 'fine' },
      answer: dalle({ size: '1792x1024', quality: 'hd', style: 'natural', max_in_article: 0 }),
    },
    {
      name: 'the function’s model has no quality: left out',
      account: 'pictures',
      ask: { function: 'small' },
      answer: dalle2(),
    },
    {
      name: 'the account stands above the image defaults',
      account: 'own',
      ask: { function: 'fine' },
      answer: runware({ size: '1280x768', max_in_article: 1 }),
    },
    {
      name: 'an unknown account gets the defaults',
      account: 'nobody',
      ask: { function: 'fine' },
      answer: runware({ size: '1792x1024', max_in_article: 0 }),
    },
  ],
)

table(
  'globals with as little as may be written',
  {
    'settings.yaml': `text: { provider: anthropic }
image: { provider: dalle }
providers:
  anthropic: { api_key: { secret: ANTHROPIC_API_KEY }, model: claude-3-haiku-20240307, max_tokens: 4096 }
  dalle: { api_key: { secret: DALLE_API_KEY }, model: dall-e-2 }
`,
    'functions.yaml': `functions:
  generate_content: { kind: text, prompts: [clustering, image_prompt] }
  generate_images: { kind: image, prompts: [] }
  counted: { kind: image, prompts: [], defaults: { max_in_article: 3 } }
`,
    ...account('plain', 'free'),
    ...account(
      'own',
      'growth',
      'overrides: { anthropic: { temperature: 0 }, image: { max_in_article: 1 }, dalle: { size: 512x512 } }\n',
    ),
    ...account('three', 'growth', 'overrides: { dalle: { model: dall-e-3, size: 1024x1792, style: natural } }\n'),
  },
  [
    {
      name: 'a field without a value is left out',
      account: 'plain',
      ask: content,
      answer: {
        provider: 'anthropic',
        model: 'claude-3-haiku-20240307',
        max_tokens: 4096,
        api_key: { secret: 'ANTHROPIC_API_KEY' },
      },
    },
    {
      name: 'a field that settings.yaml does not write is one all the same',
      account: 'own',
      ask: content,
      answer: {
        provider: 'anthropic',
        model: 'claude-3-haiku-20240307',
        temperature: 0,
        max_tokens: 4096,
        api_key: { secret: 'ANTHROPIC_API_KEY' },
      },
    },
    {
      name: 'no size, no max_in_article',
      account: 'plain',
      ask: images,
      answer: { provider: 'dalle', model: 'dall-e-2', api_key: { secret: 'DALLE_API_KEY' } },
    },
    {
      name: 'both from the account',
      account: 'own',
      ask: images,
      answer: {
        provider: 'dalle',
        model: 'dall-e-2',
        size: '512x512',
        max_in_article: 1,
        api_key: { secret: 'DALLE_API_KEY' },
      },
    },
    {
      name: 'max_in_article from the function',
      account: 'nobody',
      ask: { function: 'counted' },
      answer: { provider: 'dalle', model: 'dall-e-2', max_in_article: 3, api_key: { secret: 'DALLE_API_KEY' } },
    },
    {
      name: 'another model brings its fields back',
      account: 'three',
      ask: images,
      answer: {
        provider: 'dalle',
        model: 'dall-e-3',
        size: '1024x1792',
        style: 'natural',
        api_key: { secret: 'DALLE_API_KEY' },
      },
    },
  ],
)

table(
  'a global quality and style that the global model lacks',
  {
    'settings.yaml': settings
      .replace('provider: runware', 'provider: dalle')
      .replace('model: dall-e-3', 'model: dall-e-2'),
    ...account('plain', 'starter'),
    ...account('three', 'starter', 'overrides: { dalle: { model: dall-e-3 } }\n'),
  },
  [
    { name: 'they are left out', account: 'plain', ask: images, answer: dalle2() },
    { name: 'and are back with a model that has them', account: 'three', ask: images, answer: dalle() },
  ],
)
