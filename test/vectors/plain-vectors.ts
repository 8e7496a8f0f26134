import { existsSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import fc from 'fast-check'
import { storeAccount, storeGlobals } from '../../src/check/to-store-form.ts'
import { check } from '../../src/check/check-configuration.ts'
import { accountsOf } from '../../src/check/previous/stored-accounts.ts'
import { functionAnswer } from '../../src/domain/flat-form.ts'
import { resolvePrompt, resolveRecords } from '../../src/domain/resolve-answers.ts'
import { cohortOf } from '../../src/domain/rollout-rings.ts'
import { type Account, type Globals, PLANS, type PlanName } from '../../src/domain/settings-types.ts'
import { openConfiguration } from '../../src/source/open-configuration.ts'
import { canonical } from '../../src/store/format/canonical-json.ts'
import { writeGlobals } from '../../src/store/format/content-root.ts'
import { filesOf, legalConfig } from '../properties/arbitrary.ts'
import { GLOBALS } from '../sdk/globals.ts'
import { ROOT } from '../support/run.ts'
import { VECTORS, type VectorQuestion } from './exam.ts'
import { ACCOUNTS } from './publisher.ts'
import { writeConfiguration } from './write-configuration.ts'

export interface ResolveVectors {
  readonly globals: unknown[]
  /** Texts by reference, of globals and lines. */
  readonly texts: Record<string, string>
  readonly cases: { globals: number; line: string | null; question: VectorQuestion; answer: unknown }[]
}

const SEED = 2026
/** Configurations at random, and as many cases of each. */
const RANDOM = { configurations: 40, cases: 10 }

/** Writes the vectors of what is a function of plain data. */
export async function writePlainVectors(isAll: boolean): Promise<void> {
  write('cohort.json', isAll, () => ({
    cases: ['r1', 'r2', 'spring-2026', 'x'].flatMap((id) =>
      [
        'acme',
        'globex',
        'initech',
        'a',
        '0',
        'under_score',
        'a-very-long-account-id-of-which-there-are-some',
        'nobody',
      ].map((account) => ({
        id,
        account,
        cohort: cohortOf(id, account),
      })),
    ),
  }))
  write('canonical.json', isAll, canonicalVectors)
  if (isAll || !existsSync(join(VECTORS, 'resolve.json'))) {
    writeFileSync(join(VECTORS, 'resolve.json'), `${compact(await resolveVectors())}\n`)
  }
}

function write(name: string, isAll: boolean, make: () => unknown): void {
  const file = join(VECTORS, name)
  if (isAll || !existsSync(file)) writeFileSync(file, `${JSON.stringify(make(), null, 1)}\n`)
}

/** One case a line. */
function compact({ globals, texts, cases }: ResolveVectors): string {
  const lines = (all: readonly unknown[]): string => all.map((one) => JSON.stringify(one)).join(',\n')
  return `{"globals":[\n${lines(globals)}\n],\n"texts":${JSON.stringify(texts, null, 1)},\n"cases":[\n${lines(cases)}\n]}`
}

function canonicalVectors(): unknown {
  const same = [
    '{"b":1,"a":2}',
    '{"\\ud83d\\ude00":1,"\\ufb01":2}',
    '{"10":1,"2":2,"1":3}',
    '[ 1 , 2 ]',
    '1e-7',
    '1e-6',
    '0.000001',
    '0.0000001',
    '1e20',
    '1e21',
    '123456789012345680000',
    '1000000000000000000000',
    '-0',
    '0.1',
    '0.30000000000000004',
    '5e-324',
    '1.7976931348623157e308',
    '9007199254740993',
    '1.0',
    '100',
    '4.35',
    '"<>&/"',
    '"\\u003c\\/\\u0026"',
    '"\\u2028\\u2029\\u007f"',
    '"\\u0000\\u0008\\u0009\\u000a\\u000c\\u000d\\u001f"',
    '"\\ud800"',
    '"\\udc00 alone"',
    '"\\ud83d\\ude00"',
    '"é\u0301"',
    '""',
    '{"":{}}',
    '{"a":{"z":null,"y":[true,false,null]}}',
    '{"__proto__":1}',
    '"\\\\\\""',
  ].map((json) => ({ json, canonical: canonical(JSON.parse(json)) }))
  const refused = [
    ['{"a":1,"a":2}', 'a member twice'],
    ['{"a":{"b":1,"b":1}}', 'a member twice, deeper'],
    ['NaN', 'no number'],
    ['Infinity', 'no number'],
    ['01', 'a leading zero'],
    ['1.', 'a fraction without digits'],
    ['+1', 'a sign'],
    ['.5', 'no digit before the point'],
    ['0x10', 'hexadecimal'],
    ["{'a':1}", 'single quotes'],
    ['[1,]', 'a comma too many'],
    ['{"a":1} x', 'something after it'],
    ['"\t"', 'a control character'],
    ['"\\x41"', 'an escape that is none'],
    ['\ufeff1', 'a byte order mark'],
    ['', 'nothing'],
    ['// 1', 'a comment'],
    ['True', 'another spelling'],
    ['"\\ud83d', 'no end'],
  ].map(([text = '', why]) => ({ base64: Buffer.from(text, 'utf8').toString('base64'), why }))
  const bytes = [
    [Buffer.from([0x22, 0xff, 0x22]), 'a byte that no UTF-8 has'],
    [Buffer.from([0x22, 0xc0, 0x80, 0x22]), 'an overlong form'],
    [Buffer.from([0x22, 0xed, 0xa0, 0x80, 0x22]), 'a surrogate in UTF-8'],
    [Buffer.from([0x22, 0xf5, 0x80, 0x80, 0x80, 0x22]), 'beyond U+10FFFF'],
    [Buffer.from('"a"', 'utf16le'), 'UTF-16'],
  ] as const
  return { same, refused: [...refused, ...bytes.map(([all, why]) => ({ base64: all.toString('base64'), why }))] }
}

async function resolveVectors(): Promise<ResolveVectors> {
  const all: ResolveVectors = { globals: [], texts: {}, cases: [] }
  const accounts: Readonly<Record<string, Account>> = {
    ...ACCOUNTS,
    image: {
      plan: 'growth',
      overrides: { image: { provider: 'dalle', max_in_article: 0 }, dalle: { size: '1792x1024', quality: 'hd' } },
    },
    claude: {
      plan: 'scale',
      overrides: { text: { provider: 'anthropic' }, anthropic: { temperature: 1, max_tokens: 2_000 } },
    },
    beyond: { plan: 'scale', overrides: { openai: { max_tokens: 8_000, temperature: 0 } } },
    misfit: {
      plan: 'starter',
      overrides: { text: { provider: 'anthropic' }, anthropic: { temperature: 0.5 }, openai: { model: 'gpt-4' } },
    },
    off: {
      plan: 'growth',
      author_profiles: { teacher: { name: 'Off', active: false } },
      strategies: { pillar: { name: 'Own' } },
    },
    broke: {
      plan: 'free',
      overrides: { openai: { model: 'gpt-4' } },
      prompts: { clustering: { customized: true, default: 'd', value: 'v' } },
    },
  }
  add(all, GLOBALS, Object.entries(accounts))
  const own = await check(await openConfiguration(join(ROOT, 'config')))
  if (own.globals !== undefined) add(all, own.globals, accountsOf(own.accounts))
  const configurations = fc.sample(legalConfig, { seed: SEED, numRuns: RANDOM.configurations })
  for (const [i, configuration] of configurations.entries()) {
    const folder = writeConfiguration(filesOf(configuration))
    const checked = await check(await openConfiguration(folder))
    if (checked.globals !== undefined)
      add(all, checked.globals, accountsOf(checked.accounts), { most: RANDOM.cases, seed: SEED + i })
  }
  return all
}

function add(
  all: ResolveVectors,
  globals: Globals,
  accounts: Iterable<readonly [string, Account]>,
  some?: { readonly most: number; readonly seed: number },
): void {
  const { stored, objects } = storeGlobals(globals, 'production', '')
  const text = (bytes: Uint8Array): string => Buffer.from(bytes).toString('utf8')
  for (const { ref, bytes } of objects) all.texts[ref] = text(bytes)
  const index = all.globals.push(JSON.parse(writeGlobals(stored))) - 1
  const cases: ResolveVectors['cases'] = []
  for (const [id, account] of [...accounts, ['nobody', undefined] as const]) {
    const line = account === undefined ? undefined : storeAccount(id, account, { file: 'x', blob: 'b', at: {} })
    for (const { ref, bytes } of line?.texts ?? []) all.texts[ref] = text(bytes)
    for (const plan of [undefined, ...PLANS]) {
      for (const [question, answer] of questionsOf(globals, id, account, plan)) {
        cases.push({ globals: index, line: line?.entry.line ?? null, question, answer })
      }
    }
  }
  const chosen =
    some === undefined
      ? cases.filter((_, i) => i % 5 === 0 || cases.length < 200)
      : fc.sample(fc.constantFrom(...cases), { seed: some.seed, numRuns: some.most })
  all.cases.push(...chosen)
}

export function questionsOf(
  globals: Globals,
  id: string,
  account: Account | undefined,
  plan: PlanName | undefined,
): [VectorQuestion, unknown][] {
  const who = { account: id, ...(plan !== undefined && { plan }) }
  const said = {
    account: id,
    known: account !== undefined,
    plan: account?.plan ?? null,
    ...(plan !== undefined && { live_plan: plan }),
  }
  return [
    ...Object.keys(globals.functions).map((name): [VectorQuestion, unknown] => {
      return [
        { ask: 'function', function: name, ...who },
        { ...said, function: name, ...functionAnswer(globals, account, name, plan) },
      ]
    }),
    ...Object.keys(globals.prompts).map((type): [VectorQuestion, unknown] => {
      return [
        { ask: 'prompt', prompt: type, ...who },
        { ...said, prompt: type, ...resolvePrompt(globals, account, type, plan) },
      ]
    }),
    [{ ask: 'author_profiles', ...who }, resolveRecords(globals, account, 'author_profiles', plan)],
    [{ ask: 'strategies', ...who }, resolveRecords(globals, account, 'strategies', plan)],
  ]
}
