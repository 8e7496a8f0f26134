import { expect, test } from 'vitest'
import type { PlanName } from '../../src/domain/settings-types.ts'
import { BASE } from '../support/config.ts'
import { type Question, type Row, table } from '../support/doors.ts'
import { tenfold } from '../support/run.ts'
import {
  account,
  anthropic,
  cluster,
  clustering,
  content,
  dalle,
  images,
  openai,
  profiles,
  runware,
  strategies,
} from './answers.ts'

const ALL = 'text, image, openai, anthropic, dalle, runware, prompts, author_profiles, strategies'

/** One row a live plan: what stays of an account's answers, from none at all to the committed plan itself. */
function row(name: string, accountId: string, ask: Question, live: PlanName | undefined, answer: Row['answer']): Row {
  return { name, account: accountId, ask, answer, ...(live !== undefined && { live }) }
}

const NARROW = `plans:
  free: { title: Free, may_override: [] }
  starter: { title: Starter, may_override: [text, openai.model, openai.max_tokens, image.max_in_article, dalle.size], limits: { max_tokens: 2000, max_in_article: 1 } }
  growth: { title: Growth, may_override: [text.provider, openai, anthropic.temperature, image, runware], models: { allow: [gpt-4o, gpt-4o-mini, claude-3-5-sonnet-20241022, "runware:97@1"] } }
  scale: { title: Scale, may_override: [${ALL}] }
`

const PROMPT = `prompts: { clustering: { customized: true, value: "Mine: [IGNY8_KEYWORDS]", default: "Group these keywords: [IGNY8_KEYWORDS]\\n" } }
author_profiles: { house: { name: House } }
strategies: { launch: { name: Launch } }
`
const GLOBAL_TEXT = 'Group these keywords: [IGNY8_KEYWORDS]\n'
const MINE = { prompt_value: 'Mine: [IGNY8_KEYWORDS]', default_prompt: GLOBAL_TEXT, is_customized: true }
const INHERITED = { prompt_value: GLOBAL_TEXT, default_prompt: GLOBAL_TEXT, is_customized: false }
const FULL = openai({ model: 'gpt-4', temperature: 0.8, max_tokens: 4000 })
const JSON_FORMAT = { response_format: 'json' }

table(
  'plans.yaml narrows, and a live plan drops what it does not permit',
  {
    'plans.yaml': NARROW,
    ...account(
      'full',
      'scale',
      `overrides:
  openai: { model: gpt-4, temperature: 0.8, max_tokens: 4000 }
  image: { max_in_article: 4 }
  runware: { size: 1280x768 }
${PROMPT}`,
    ),
    ...account(
      'modest',
      'scale',
      'overrides: { openai: { model: gpt-4o, temperature: 0, max_tokens: 2000 }, image: { max_in_article: 1 } }\n',
    ),
    ...account(
      'claude',
      'scale',
      'overrides: { text: { provider: anthropic }, anthropic: { temperature: 1, max_tokens: 500 } }\n',
    ),
    ...account(
      'haiku',
      'scale',
      `overrides:
  text: { provider: anthropic }
  anthropic: { model: claude-3-haiku-20240307, temperature: 0.1, max_tokens: 4096 }
  openai: { temperature: 0.3 }
`,
    ),
    ...account('big', 'scale', 'overrides: { openai: { model: gpt-5.2, max_tokens: 100000, temperature: 0.5 } }\n'),
    ...account('big-cool', 'scale', 'overrides: { openai: { model: gpt-4o, max_tokens: 16384 } }\n'),
    ...account(
      'pictures',
      'scale',
      'overrides: { image: { provider: dalle, max_in_article: 0 }, dalle: { size: 1792x1024, quality: hd } }\n',
    ),
    ...account(
      'two',
      'scale',
      'overrides: { image: { provider: dalle, max_in_article: 3 }, dalle: { model: dall-e-2, size: 256x256 } }\n',
    ),
    ...account(
      'narrow',
      'starter',
      'overrides: { openai: { model: gpt-5.2, max_tokens: 2000 }, image: { max_in_article: 0 }, dalle: { size: 1024x1792 } }\n',
    ),
    ...account(
      'narrow-null',
      'starter',
      `overrides: { openai: { temperature: null }, anthropic: null, runware: { size: null } }
prompts: null
author_profiles: null
`,
    ),
    ...account(
      'grown',
      'growth',
      'overrides: { text: { provider: anthropic }, anthropic: { temperature: 0 }, openai: { model: gpt-4o } }\n',
    ),
    ...account('gone', 'free'),
  },
  [
    // The committed plan alone.
    row(
      'section.field, allow list and limits of the committed plan',
      'narrow',
      content,
      undefined,
      openai({ model: 'gpt-5.2', max_tokens: 2000 }),
    ),
    row('image.max_in_article alone', 'narrow', images, undefined, runware({ max_in_article: 0 })),
    row('null under a section that the plan lacks', 'narrow-null', content, undefined, openai()),
    row(
      'globals always pass: 3000 and 8192 are beyond starter’s limit',
      'narrow-null',
      cluster,
      undefined,
      openai({ max_tokens: 3000, ...JSON_FORMAT }),
    ),
    row('the committed plan as the live one', 'full', content, 'scale', FULL),
    row('text.provider with an allowed resolved model', 'grown', content, undefined, anthropic({ temperature: 0 })),
    // Everything falls with Free.
    row('live free: fields', 'full', content, 'free', openai()),
    row('live free: image fields', 'full', images, 'free', runware()),
    row('live free: the choice of provider', 'claude', content, 'free', openai()),
    row('live free: prompts', 'full', clustering, 'free', INHERITED),
    row('live free: profiles', 'full', profiles, 'free', {}),
    row('live free: strategies', 'full', strategies, 'free', {}),
    row('the stricter wins: committed free, live scale', 'gone', content, 'scale', openai()),
    row('an unknown account under a live plan', 'nobody', content, 'starter', openai()),
    // Sections and fields.
    row('a section that the live plan lacks: runware', 'full', images, 'starter', runware()),
    row('a field that it lacks, a value beyond its limit', 'full', content, 'starter', openai({ model: 'gpt-4' })),
    row('a limit drops and never clamps: max_in_article', 'two', images, 'starter', runware()),
    row('a value at the limit stays', 'modest', content, 'starter', openai({ model: 'gpt-4o', max_tokens: 2000 })),
    row('max_in_article at the limit stays', 'modest', images, 'starter', runware({ max_in_article: 1 })),
    row('a value below the limit stays: 0', 'pictures', images, 'starter', runware({ max_in_article: 0 })),
    row('text.provider alone is permitted, anthropic is not', 'claude', content, 'starter', anthropic()),
    row(
      'a section whole: openai',
      'modest',
      content,
      'growth',
      openai({ model: 'gpt-4o', temperature: 0, max_tokens: 2000 }),
    ),
    row(
      'a section whole: image and runware',
      'full',
      images,
      'growth',
      runware({ size: '1280x768', max_in_article: 4 }),
    ),
    row('a section.field: anthropic.temperature', 'claude', content, 'growth', anthropic({ temperature: 1 })),
    row('prompts', 'full', clustering, 'starter', INHERITED),
    row('profiles', 'full', profiles, 'growth', {}),
    row('strategies', 'full', strategies, 'growth', {}),
    row('prompts stay where both permit them', 'full', clustering, 'scale', MINE),
    row('profiles stay where both permit them', 'full', profiles, 'scale', { house: { name: 'House' } }),
    // Models.
    row(
      'a model that the live plan does not allow',
      'full',
      content,
      'growth',
      openai({ temperature: 0.8, max_tokens: 4000 }),
    ),
    row(
      'and for another function',
      'full',
      cluster,
      'growth',
      openai({ temperature: 0.8, max_tokens: 4000, ...JSON_FORMAT }),
    ),
    row(
      'a choice of provider whose model is denied falls; the block of the global provider stays',
      'pictures',
      images,
      'growth',
      runware({ max_in_article: 0 }),
    ),
    row(
      'the account’s model denied, the provider’s own allowed: the choice stays',
      'haiku',
      content,
      'growth',
      anthropic({ temperature: 0.1 }),
    ),
    row(
      'the account’s dalle model denied, and the global one too: the choice falls',
      'two',
      images,
      'growth',
      runware({ max_in_article: 3 }),
    ),
    // What remains has to fit.
    row(
      'the model falls, its max_tokens no longer fits: all the account’s fields fall',
      'big',
      content,
      'growth',
      openai(),
    ),
    row('and so for a function with a default', 'big', cluster, 'growth', openai({ max_tokens: 3000, ...JSON_FORMAT })),
    row('max_tokens falls, the rest fits and stays', 'big', content, 'starter', openai({ model: 'gpt-5.2' })),
    row('the limit falls and the model stays', 'big-cool', content, 'starter', openai({ model: 'gpt-4o' })),
    row('both plans have to permit: committed growth, live starter', 'grown', content, 'starter', anthropic()),
    row(
      'both plans have to permit: committed starter, live growth',
      'narrow',
      content,
      'growth',
      openai({ max_tokens: 2000 }),
    ),
    row(
      'a live plan that permits more widens nothing',
      'narrow',
      content,
      'scale',
      openai({ model: 'gpt-5.2', max_tokens: 2000 }),
    ),
  ],
  (doors) => {
    test('get prints the live plan, and refuses one that there is not', async () => {
      const { folder, settings } = doors()
      const { stdout } = await tenfold(['get', 'full', 'generate_content', '--plan', 'starter'], folder)
      expect(JSON.parse(stdout)).toEqual({
        account: 'full',
        known: true,
        plan: 'scale',
        live_plan: 'starter',
        function: 'generate_content',
        ...openai({ model: 'gpt-4' }),
      })
      const wrong = await tenfold(['get', 'full', 'generate_content', '--plan', 'pro'], folder)
      expect(wrong.code).toBe(2)
      expect(wrong.stdout).toBe('')
      expect(wrong.stderr).toContain('free, starter, growth, scale')
      expect(() => settings.getModelConfig('generate_content', 'full', { plan: 'pro' })).toThrow(
        expect.objectContaining({ code: 'unknown_plan' }),
      )
    })
  },
)

const misfitting = (BASE['plans.yaml'] ?? '').replace(
  /starter: .*/,
  `starter: { title: Starter, may_override: [${ALL}], models: { deny: [dall-e-3, "runware:97@1", gpt-5.2, claude-3-5-sonnet-20241022] }, limits: { max_tokens: 5000 } }`,
)

table(
  'a misfit after a live plan',
  {
    'plans.yaml': misfitting,
    'settings.yaml': (BASE['settings.yaml'] ?? '')
      .replace('provider: runware', 'provider: dalle')
      .replace('model: dall-e-3', 'model: dall-e-2')
      .replace('model: gpt-4o-mini, temperature: 0.7, max_tokens: 8192', 'model: gpt-4, max_tokens: 4000'),
    'functions.yaml': `${BASE['functions.yaml'] ?? ''}  tiny: { kind: text, prompts: [], defaults: { models: { anthropic: claude-3-haiku-20240307 }, max_tokens: 100 } }\n`,
    ...account(
      'hd',
      'scale',
      'overrides: { dalle: { model: dall-e-3, quality: hd, size: 1792x1024 }, image: { max_in_article: 5 } }\n',
    ),
    ...account('plain-3', 'scale', 'overrides: { dalle: { model: dall-e-3 }, image: { max_in_article: 5 } }\n'),
    ...account(
      'beside',
      'scale',
      'overrides: { image: { provider: runware, max_in_article: 5 }, dalle: { model: dall-e-3, quality: hd } }\n',
    ),
    ...account('long', 'scale', 'overrides: { openai: { model: gpt-5.2, max_tokens: 9000, temperature: 0 } }\n'),
    ...account(
      'sonnet',
      'scale',
      'overrides: { text: { provider: anthropic }, anthropic: { temperature: 0.2 }, openai: { temperature: 0.9 } }\n',
    ),
  },
  [
    row('before', 'hd', images, undefined, dalle({ size: '1792x1024', quality: 'hd', max_in_article: 5 })),
    row(
      'the model falls; a quality that the remaining one lacks drops all fields, max_in_article too',
      'hd',
      images,
      'starter',
      {
        provider: 'dalle',
        model: 'dall-e-2',
        size: '1024x1024',
        max_in_article: 2,
        api_key: { secret: 'DALLE_API_KEY' },
      },
    ),
    row('the model falls, what remains fits and stays', 'plain-3', images, 'starter', {
      provider: 'dalle',
      model: 'dall-e-2',
      size: '1024x1024',
      max_in_article: 5,
      api_key: { secret: 'DALLE_API_KEY' },
    }),
    row('model and limit both fall, temperature stays', 'long', content, 'starter', {
      provider: 'openai',
      model: 'gpt-4',
      temperature: 0,
      max_tokens: 4000,
      api_key: { secret: 'OPENAI_API_KEY' },
    }),
    row(
      'the chosen provider’s model is denied: the global provider, with the account’s block for it',
      'sonnet',
      content,
      'starter',
      {
        provider: 'openai',
        model: 'gpt-4',
        temperature: 0.9,
        max_tokens: 4000,
        api_key: { secret: 'OPENAI_API_KEY' },
      },
    ),
    row(
      'the choice falls, and the block of the global provider does not fit without its model: all fields fall',
      'beside',
      images,
      'starter',
      {
        provider: 'dalle',
        model: 'dall-e-2',
        size: '1024x1024',
        max_in_article: 2,
        api_key: { secret: 'DALLE_API_KEY' },
      },
    ),
    row(
      'but not for a function that brings an allowed model',
      'sonnet',
      { function: 'tiny' },
      'starter',
      anthropic({
        model: 'claude-3-haiku-20240307',
        temperature: 0.2,
        max_tokens: 100,
      }),
    ),
  ],
)
