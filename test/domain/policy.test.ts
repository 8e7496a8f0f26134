import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import type { Account } from '../../src/domain/settings-types.ts'
import { textObject, toObject } from '../../src/store/format/object-ref.ts'
import { UNSEALED, signedHead, trustLocally } from '../support/trust.ts'
import { writeGlobals, writeRoot } from '../../src/store/format/content-root.ts'
import { emitAccounts } from '../../src/compile/emit-content.ts'
import type { StoredEntry } from '../../src/store/format/account-leaf.ts'
import { storeAccount, storeGlobals } from '../../src/check/to-store-form.ts'
import { check } from '../../src/check/check-configuration.ts'
import { openConfiguration } from '../../src/source/open-configuration.ts'
import { FileBackend } from '../../src/store/backends/file-backend.ts'
import { BASE, diagnosticsOf, type Files, temporaryFolder, writeConfig } from '../support/config.ts'
import { inSdk, openStore } from '../support/doors.ts'
import { tenfold } from '../support/run.ts'
import {
  account,
  anthropic,
  cluster,
  clustering,
  content,
  images,
  openai,
  profiles,
  runware,
  strategies,
} from './answers.ts'

const ALL = 'text, image, openai, anthropic, dalle, runware, prompts, author_profiles, strategies'
const plans = (starter: string, free = '[]'): Files => ({
  'plans.yaml': `plans:
  free: { title: Free, may_override: ${free} }
  starter: { title: Starter, ${starter} }
  growth: { title: Growth, may_override: [${ALL}] }
  scale: { title: Scale, may_override: [${ALL}] }
`,
})

interface Refusal {
  readonly why: string
  readonly files: Files
  /** `rule file:line`, errors alone. */
  readonly errors: readonly string[]
}

const refusals: Refusal[] = [
  ...['enterprise', 'Free', 'pro', '""'].map((plan) => ({
    why: `there is no plan ${plan}`,
    files: account('a', plan),
    errors: ['ref/unknown accounts/a.yaml:2'],
  })),
  ...['null', '3', '[free]'].map((plan) => ({
    why: `a plan is no ${plan}`,
    files: account('a', plan),
    errors: ['schema/wrong-type accounts/a.yaml:2'],
  })),
  ...['overrides', 'prompts', 'author_profiles', 'strategies'].flatMap((section) =>
    ['', '{}', 'null'].map((value) => ({
      why: `Free has no ${section}: ${value}`,
      files: account('a', 'free', `${section}: ${value}\n`),
      errors: ['plan/free-no-overrides accounts/a.yaml:3'],
    })),
  ),
  {
    why: 'a downgrade to Free that leaves everything behind: one a key',
    files: account(
      'a',
      'free',
      'overrides: { openai: { model: gpt-4 } }\nprompts: null\nauthor_profiles: {}\nstrategies: { s: { name: S } }\n',
    ),
    errors: [3, 4, 5, 6].map((line) => `plan/free-no-overrides accounts/a.yaml:${line}`),
  },
  {
    why: 'no file widens Free',
    files: { ...plans(`may_override: [${ALL}]`, '[openai]') },
    errors: ['plan/four-plans plans.yaml:2'],
  },
  {
    why: 'a section that the plan lacks: at its key',
    files: {
      ...plans('may_override: [text, openai]'),
      ...account('a', 'starter', 'overrides:\n  dalle: { quality: hd }\n  openai: { temperature: 0 }\n'),
    },
    errors: ['plan/not-allowed accounts/a.yaml:4'],
  },
  {
    why: 'a field that the plan lacks',
    files: {
      ...plans('may_override: [openai.model]'),
      ...account('a', 'starter', 'overrides:\n  openai:\n    model: gpt-4\n    temperature: 0\n'),
    },
    errors: ['plan/not-allowed accounts/a.yaml:6'],
  },
  {
    why: 'prompts, profiles and strategies that the plan lacks',
    files: {
      ...plans('may_override: [openai]'),
      ...account(
        'a',
        'starter',
        'prompts: { clustering: { customized: false, default: "[IGNY8_KEYWORDS]" } }\nauthor_profiles: { p: { name: P } }\nstrategies: { s: { name: S } }\n',
      ),
    },
    errors: [3, 4, 5].map((line) => `plan/not-allowed accounts/a.yaml:${line}`),
  },
  {
    why: 'a denied model, though not selected',
    files: {
      ...plans(`may_override: [${ALL}], models: { deny: [claude-3-haiku-20240307] }`),
      ...account('a', 'starter', 'overrides:\n  anthropic: { model: claude-3-haiku-20240307, max_tokens: 1 }\n'),
    },
    errors: ['plan/model-not-allowed accounts/a.yaml:4'],
  },
  {
    why: 'a choice of provider that resolves to a denied model: at the provider',
    files: {
      ...plans(`may_override: [${ALL}], models: { allow: [gpt-4o-mini] }`),
      ...account('a', 'starter', 'overrides:\n  text: { provider: anthropic }\n'),
    },
    errors: ['plan/model-not-allowed accounts/a.yaml:4'],
  },
  {
    why: 'a value beyond a limit, at the value',
    files: {
      ...plans(`may_override: [${ALL}], limits: { max_tokens: 100, max_in_article: 0 }`),
      ...account('a', 'starter', 'overrides:\n  openai: { max_tokens: 101 }\n  image: { max_in_article: 1 }\n'),
    },
    errors: ['plan/limit-exceeded accounts/a.yaml:4', 'plan/limit-exceeded accounts/a.yaml:5'],
  },
  ...['api_key: { secret: OPENAI_API_KEY }', 'api_key: abc', 'apiKey: x', 'token: x'].map((key) => ({
    why: `no plan brings a key: ${key}`,
    files: account('a', 'scale', `overrides:\n  openai:\n    ${key}\n`),
    errors: ['secret/key-field accounts/a.yaml:5'],
  })),
  ...['base_url: "x"', 'endpoint: "x"', 'headers: {}', 'organization: x'].map((key) => ({
    why: `nor an endpoint: ${key}`,
    files: account('a', 'scale', `overrides:\n  openai:\n    ${key}\n`),
    errors: ['secret/endpoint accounts/a.yaml:5'],
  })),
  {
    why: 'a function that names a prompt type with no global prompt',
    files: { 'prompts/clustering.yaml': null },
    errors: ['ref/unknown functions.yaml:2'],
  },
  {
    why: 'globals may not be null',
    files: { 'author-profiles/p.yaml': 'name: P\ntone: null\n' },
    errors: ['schema/wrong-type author-profiles/p.yaml:2'],
  },
  {
    why: 'null for a whole profile of an account',
    files: account('a', 'scale', 'author_profiles:\n  p: null\n'),
    errors: ['schema/wrong-type accounts/a.yaml:4'],
  },
  {
    why: 'null in a prompt record',
    files: account('a', 'scale', 'prompts:\n  clustering: null\n'),
    errors: ['schema/wrong-type accounts/a.yaml:4'],
  },
  {
    why: 'a profile without a name',
    files: account('a', 'scale', 'author_profiles:\n  p: { active: true }\n'),
    errors: ['schema/missing-key accounts/a.yaml:4'],
  },
  {
    why: 'customized without a value',
    files: account('a', 'scale', 'prompts:\n  clustering: { customized: true, default: "[IGNY8_KEYWORDS]" }\n'),
    errors: ['schema/missing-key accounts/a.yaml:4'],
  },
]

test.each(refusals)('$why', async ({ files, errors }) => {
  const found = (await diagnosticsOf(files)).filter(({ severity }) => severity === 'error')
  expect(found.map(({ rule, file, line }) => `${rule} ${file}:${line}`)).toEqual(errors)
})

test('an unknown plan is told the four, a Free account the command that cleans up', async () => {
  const [unknown] = await diagnosticsOf(account('a', 'enterprise'))
  expect(unknown?.help).toContain('free, starter, growth, scale')
  const [left] = await diagnosticsOf(account('acme', 'free', 'overrides: null\n'))
  expect(left?.help).toContain('tenfold plan acme free --drop-overrides')
})

test('the compiler refuses too, and writes nothing', async () => {
  const folder = writeConfig(account('a', 'free', 'overrides: { openai: { model: gpt-4 } }\n'))
  const runs = await Promise.all([
    tenfold(['compile'], folder),
    tenfold(['compile', '--flat', 'flat.json'], folder),
    tenfold(['get', 'a', 'generate_content'], folder),
  ])
  expect(runs.map(({ code, stdout }) => [code, stdout])).toEqual([
    [1, ''],
    [1, ''],
    [1, ''],
  ])
  expect(runs[0]?.stderr).toContain('plan/free-no-overrides')
  expect(existsSync(join(folder, '.tenfold'))).toBe(false)
  expect(existsSync(join(folder, 'flat.json'))).toBe(false)
})

/** A store that no compiler of ours would write. */
async function forge(accounts: Readonly<Record<string, Account>>): Promise<string> {
  const folder = writeConfig(
    { 'plans.yaml': (BASE['plans.yaml'] ?? '').replace('may_override: []', `may_override: [${ALL}]`) },
    temporaryFolder(),
  )
  const { globals } = await check(await openConfiguration(join(folder, 'config')))
  if (globals === undefined) throw new Error('no globals')
  const objects = new Map<string, ReturnType<typeof textObject>>()
  const write = (object: ReturnType<typeof textObject>): string => {
    objects.set(object.ref, object)
    return object.ref
  }
  const entries = new Map<string, StoredEntry>()
  for (const [id, one] of Object.entries(accounts)) {
    const { entry, texts } = storeAccount(id, one, { file: `accounts/${id}.yaml`, blob: '0'.repeat(40), at: {} })
    texts.forEach(write)
    entries.set(id, entry)
  }
  const { region, count } = emitAccounts(null, entries, { read: () => new Uint8Array(), write })
  const { stored, objects: texts } = storeGlobals(globals, 'production', '')
  texts.forEach(write)
  const root = write(
    toObject(
      writeRoot({
        fingerprint: 'forged',
        globals: write(textObject(writeGlobals(stored))),
        count,
        accounts: region,
      }),
    ),
  )
  trustLocally()
  await new FileBackend(join(folder, '.tenfold', 'store')).publish({
    objects: objects.values(),
    expected: undefined,
    head: signedHead({
      environment: 'production',
      seq: 1,
      commit: null,
      root,
      ...UNSEALED,
      issued: null,
      expires: null,
    }),
  })
  return folder
}

test('the SDK refuses to apply what a forged store says, whatever its plans say', async () => {
  const overrides = {
    openai: { model: 'gpt-4o', temperature: 0 },
    text: { provider: 'anthropic' },
    image: { max_in_article: 9 },
  }
  const rest = {
    prompts: { clustering: { customized: true, value: 'mine', default: 'old' } },
    author_profiles: { p: { name: 'P' } },
    strategies: { s: { name: 'S' } },
  }
  const folder = await forge({
    'free-one': { plan: 'free', overrides, ...rest },
    denied: { plan: 'growth', overrides: { openai: { model: 'gpt-5.2', temperature: 0 } } },
    beyond: { plan: 'scale', overrides: { openai: { max_tokens: 16001, temperature: 0 } } },
    paid: { plan: 'growth', overrides },
  })
  const settings = await openStore(folder)
  const global = {
    prompt_value: 'Group these keywords: [IGNY8_KEYWORDS]\n',
    default_prompt: 'Group these keywords: [IGNY8_KEYWORDS]\n',
    is_customized: false,
  }
  expect(inSdk(settings, 'free-one', content)).toEqual(openai())
  expect(inSdk(settings, 'free-one', cluster, 'scale')).toEqual(openai({ max_tokens: 3000, response_format: 'json' }))
  expect(inSdk(settings, 'free-one', images)).toEqual(runware())
  expect(inSdk(settings, 'free-one', clustering)).toEqual(global)
  expect(inSdk(settings, 'free-one', profiles)).toEqual({})
  expect(inSdk(settings, 'free-one', strategies)).toEqual({})
  expect(inSdk(settings, 'denied', content)).toEqual(openai({ temperature: 0 }))
  expect(inSdk(settings, 'beyond', content)).toEqual(openai({ temperature: 0 }))
  expect(inSdk(settings, 'paid', content)).toEqual(anthropic())
  await settings.close()
  const { stdout } = await tenfold(['get', 'free-one', 'generate_content', '--store', 'file:.tenfold/store'], folder)
  expect(JSON.parse(stdout)).toMatchObject(openai())
})

test('a list of models permits or denies models, and says nothing of other texts', async () => {
  const files = {
    ...plans(`may_override: [${ALL}], models: { allow: [dall-e-3] }`),
    'accounts/a.yaml': `id: a
plan: starter
overrides: { image: { provider: dalle }, dalle: { size: 1792x1024, quality: hd, style: natural } }
`,
  }
  expect((await diagnosticsOf(files)).filter(({ severity }) => severity === 'error')).toEqual([])
  const denied = { ...files, 'accounts/a.yaml': files['accounts/a.yaml'].replace('size:', 'model: dall-e-2, size:') }
  expect((await diagnosticsOf(denied)).map(({ rule }) => rule)).toContain('plan/model-not-allowed')
})
