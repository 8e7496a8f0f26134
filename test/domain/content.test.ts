import { expect, test } from 'vitest'
import { BASE, diagnosticsOf } from '../support/config.ts'
import { table } from '../support/doors.ts'
import { account, clustering, profiles, strategies } from './answers.ts'

const TODAY = 'Group these keywords: [IGNY8_KEYWORDS]\n'
const OLD = 'Sort these keywords: [IGNY8_KEYWORDS]\n'
const quoted = (text: string): string => JSON.stringify(text)

const record = (id: string, plan: string, fields: string): Record<string, string> =>
  account(id, plan, `prompts: { clustering: { ${fields} } }\n`)

const RECORDS = {
  ...account('none', 'growth'),
  ...account('free', 'free'),
  ...record('own', 'starter', `customized: true, value: "Mine [IGNY8_KEYWORDS]", default: ${quoted(TODAY)}`),
  ...record('own-old', 'growth', `customized: true, value: "Mine [IGNY8_KEYWORDS]", default: ${quoted(OLD)}`),
  ...record('pinned', 'scale', `customized: false, default: ${quoted(TODAY)}`),
  ...record('pinned-old', 'scale', `customized: false, value: ${quoted(OLD)}, default: ${quoted(OLD)}`),
  ...record('ignored', 'scale', `customized: false, value: "Ignored [IGNY8_KEYWORDS]", default: ${quoted(TODAY)}`),
  ...record('same', 'growth', `customized: true, value: ${quoted(TODAY)}, default: ${quoted(TODAY)}`),
  ...account(
    'block',
    'growth',
    `prompts:
  clustering:
    customized: true
    value: |
      {"json": "\${text}"} [not a variable] {title}
        [IGNY8_KEYWORDS]

      ümlaut 🌱
    default: |
      Group these keywords: [IGNY8_KEYWORDS]
`,
  ),
  ...account(
    'crlf',
    'growth',
    `prompts:\n  clustering:\n    customized: true\n    value: |\n      One [IGNY8_KEYWORDS]\n      two\n    default: |\n      ${TODAY}`.replaceAll(
      '\n',
      '\r\n',
    ),
  ),
  ...account(
    'other',
    'growth',
    `prompts: { image_prompt: { customized: true, value: "{title}!", default: "A picture of {title}" } }\n`,
  ),
}

table(
  'prompts: no record, customised, pinned, stale',
  RECORDS,
  [
    {
      name: 'no record: today’s global',
      account: 'none',
      ask: clustering,
      answer: { prompt_value: TODAY, default_prompt: TODAY, is_customized: false },
    },
    {
      name: 'Free: today’s global',
      account: 'free',
      ask: clustering,
      answer: { prompt_value: TODAY, default_prompt: TODAY, is_customized: false },
    },
    {
      name: 'unknown account: today’s global',
      account: 'nobody',
      ask: clustering,
      answer: { prompt_value: TODAY, default_prompt: TODAY, is_customized: false },
    },
    {
      name: 'customised: value',
      account: 'own',
      ask: clustering,
      answer: { prompt_value: 'Mine [IGNY8_KEYWORDS]', default_prompt: TODAY, is_customized: true },
    },
    {
      name: 'customised, the global moved since: value, and the old default',
      account: 'own-old',
      ask: clustering,
      answer: { prompt_value: 'Mine [IGNY8_KEYWORDS]', default_prompt: OLD, is_customized: true },
    },
    {
      name: 'pinned to today’s',
      account: 'pinned',
      ask: clustering,
      answer: { prompt_value: TODAY, default_prompt: TODAY, is_customized: false },
    },
    {
      name: 'pinned: stays on its snapshot',
      account: 'pinned-old',
      ask: clustering,
      answer: { prompt_value: OLD, default_prompt: OLD, is_customized: false },
    },
    {
      name: 'a value beside customized: false is ignored',
      account: 'ignored',
      ask: clustering,
      answer: { prompt_value: TODAY, default_prompt: TODAY, is_customized: false },
    },
    {
      name: 'customised to the same text is customised',
      account: 'same',
      ask: clustering,
      answer: { prompt_value: TODAY, default_prompt: TODAY, is_customized: true },
    },
    {
      name: 'JSON, ${…}, other brackets and every character survive',
      account: 'block',
      ask: clustering,
      answer: {
        prompt_value: '{"json": "${text}"} [not a variable] {title}\n  [IGNY8_KEYWORDS]\n\nümlaut 🌱\n',
        default_prompt: TODAY,
        is_customized: true,
      },
    },
    {
      name: 'line ends are LF',
      account: 'crlf',
      ask: clustering,
      answer: { prompt_value: 'One [IGNY8_KEYWORDS]\ntwo\n', default_prompt: TODAY, is_customized: true },
    },
    {
      name: 'a record for another type',
      account: 'other',
      ask: clustering,
      answer: { prompt_value: TODAY, default_prompt: TODAY, is_customized: false },
    },
    {
      name: 'braces',
      account: 'other',
      ask: { prompt: 'image_prompt' },
      answer: { prompt_value: '{title}!', default_prompt: 'A picture of {title}', is_customized: true },
    },
  ],
  () => {
    test('each state says what it should', async () => {
      const found = (await diagnosticsOf(RECORDS)).map(({ rule, severity, file }) => `${severity} ${rule} ${file}`)
      expect(found.sort()).toEqual([
        'warning prompt/ignored-value accounts/ignored.yaml',
        'warning prompt/redundant accounts/same.yaml',
        'warning prompt/stale-default accounts/own-old.yaml',
        'warning prompt/stale-default accounts/pinned-old.yaml',
      ])
    })

    test('the global moved and its required variables with it: an error', async () => {
      const files = {
        ...record('own', 'starter', 'customized: true, value: "Mine [IGNY8_KEYWORDS]", default: "Old"'),
        ...record(
          'gone',
          'starter',
          'customized: true, value: "Mine", default: "Group these keywords: [IGNY8_KEYWORDS]\\n"',
        ),
      }
      const found = (await diagnosticsOf(files)).map(({ rule, severity, file }) => `${severity} ${rule} ${file}`)
      expect(found).toEqual([
        'error prompt/missing-variable accounts/gone.yaml',
        'error prompt/stale-default accounts/own.yaml',
      ])
    })
  },
)

const LONG = { name: 'Long', description: 'd', tone: 't', language: 'en', structure: 's' }
const PLAN = { name: 'Plan', description: 'd', prompt_types: ['clustering'], sections: ['One', 'Two'] }

table(
  'author profiles and strategies',
  {
    'author-profiles/long.yaml': 'name: Long\ndescription: d\ntone: t\nlanguage: en\nstructure: s\nactive: true\n',
    'author-profiles/short.yaml': 'name: Short\n',
    'author-profiles/asleep.yaml': 'name: Asleep\nactive: false\n',
    'author-profiles/off.yaml': 'active: false\n',
    'author-profiles/7.yaml': 'name: Seven\n',
    'strategies/plan.yaml': 'name: Plan\ndescription: d\nprompt_types: [clustering]\nsections: [One, Two]\n',
    'strategies/idle.yaml': 'name: Idle\nactive: false\n',
    ...account('none', 'growth'),
    ...account('free', 'free'),
    ...account(
      'adds',
      'starter',
      'author_profiles: { house: { name: House, tone: warm, active: true } }\nstrategies: { launch: { name: Launch, sections: [] } }\n',
    ),
    ...account(
      'replaces',
      'growth',
      'author_profiles: { long: { name: Mine } }\nstrategies: { plan: { name: Own, prompt_types: [] } }\n',
    ),
    ...account(
      'hides',
      'scale',
      'author_profiles: { long: { active: false }, short: { name: S, active: false } }\nstrategies: { plan: { active: false } }\n',
    ),
    ...account(
      'wakes',
      'scale',
      'author_profiles: { asleep: { name: Awake } }\nstrategies: { idle: { name: Busy, active: true } }\n',
    ),
    ...account(
      'own-off',
      'scale',
      'author_profiles: { mine: { active: false } }\nstrategies: { mine: { name: M, active: false } }\n',
    ),
    ...account('nulls', 'scale', 'author_profiles: null\nstrategies: ~\n'),
    ...account('empty-text', 'scale', 'author_profiles: { blank: { name: "", tone: "" } }\n'),
  },
  [
    {
      name: 'global profiles, inactive ones left out, without id and active',
      account: 'none',
      ask: profiles,
      answer: { long: LONG, short: { name: 'Short' }, 7: { name: 'Seven' } },
    },
    { name: 'global strategies', account: 'none', ask: strategies, answer: { plan: PLAN } },
    {
      name: 'Free gets the global ones',
      account: 'free',
      ask: profiles,
      answer: { long: LONG, short: { name: 'Short' }, 7: { name: 'Seven' } },
    },
    { name: 'an unknown account gets them', account: 'nobody', ask: strategies, answer: { plan: PLAN } },
    {
      name: 'an account adds a profile',
      account: 'adds',
      ask: profiles,
      answer: { long: LONG, short: { name: 'Short' }, 7: { name: 'Seven' }, house: { name: 'House', tone: 'warm' } },
    },
    {
      name: 'an account adds a strategy',
      account: 'adds',
      ask: strategies,
      answer: { plan: PLAN, launch: { name: 'Launch', sections: [] } },
    },
    {
      name: 'a profile is replaced whole',
      account: 'replaces',
      ask: profiles,
      answer: { long: { name: 'Mine' }, short: { name: 'Short' }, 7: { name: 'Seven' } },
    },
    {
      name: 'a strategy is replaced whole',
      account: 'replaces',
      ask: strategies,
      answer: { plan: { name: 'Own', prompt_types: [] } },
    },
    {
      name: 'active: false hides, alone and beside a name',
      account: 'hides',
      ask: profiles,
      answer: { 7: { name: 'Seven' } },
    },
    { name: 'active: false hides a strategy', account: 'hides', ask: strategies, answer: {} },
    {
      name: 'an inactive global is replaced by an active one',
      account: 'wakes',
      ask: profiles,
      answer: { long: LONG, short: { name: 'Short' }, 7: { name: 'Seven' }, asleep: { name: 'Awake' } },
    },
    { name: 'and a strategy', account: 'wakes', ask: strategies, answer: { plan: PLAN, idle: { name: 'Busy' } } },
    {
      name: 'an account’s own inactive one',
      account: 'own-off',
      ask: profiles,
      answer: { long: LONG, short: { name: 'Short' }, 7: { name: 'Seven' } },
    },
    { name: 'null is absent', account: 'nulls', ask: strategies, answer: { plan: PLAN } },
    {
      name: '"" is a value',
      account: 'empty-text',
      ask: profiles,
      answer: { long: LONG, short: { name: 'Short' }, 7: { name: 'Seven' }, blank: { name: '', tone: '' } },
    },
    {
      name: 'a live plan hides what the account hid no longer',
      account: 'hides',
      ask: profiles,
      live: 'free',
      answer: { long: LONG, short: { name: 'Short' }, 7: { name: 'Seven' } },
    },
  ],
)

test('the base’s own prompt is what these tests take it for', () => {
  expect(BASE['prompts/clustering.yaml']).toContain(TODAY)
})
