import { cpSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type Obj, isObject, object, parseJson } from '../../src/store/format/decode-json.ts'
import type { Account, Globals, PlanName } from '../../src/domain/settings-types.ts'
import { resolvePrompt, resolveRecords } from '../../src/domain/resolve-answers.ts'
import { functionAnswer } from '../../src/domain/flat-form.ts'
import { check } from '../../src/check/check-configuration.ts'
import { accountsOf } from '../../src/check/previous/stored-accounts.ts'
import { openConfiguration } from '../../src/source/open-configuration.ts'
import { lookUp } from '../../src/store/look-up-account.ts'
import { openBackend } from '../../src/store/open-backend.ts'
import { EVALUATION } from '../../src/sdk/evaluation.ts'
import { evaluateFlag } from '../../src/flags/evaluate-flag.ts'
import { type Settings, openSettings } from '../../src/sdk/index.ts'
import { type Files, writeConfig } from './config.ts'
import { ROOT, tenfold } from './run.ts'
import { releaseIn } from './trust.ts'

/** What one account is asked for: a function, a prompt type, or all its profiles or strategies. */
export type Question =
  | { readonly function: string }
  | { readonly prompt: string }
  | { readonly records: 'author_profiles' | 'strategies' }

/** One row of the domain: a question, and the one answer that every door has to give. */
export interface Row {
  readonly name: string
  readonly account: string
  readonly ask: Question
  /** The plan that the caller knows; the flat form has no such thing, so its door is passed by. */
  readonly live?: PlanName
  /** In the words of the flat form. */
  readonly answer: Obj
}

/** One configuration, compiled, with its doors open. */
export interface Doors {
  readonly folder: string
  readonly flat: Obj
  readonly globals: Globals
  readonly accounts: ReadonlyMap<string, Account>
  readonly settings: Settings
}

/** Every environment variable that a secret names holds a key that says so. */
export const ENV = Object.fromEntries(
  ['OPENAI', 'ANTHROPIC', 'DALLE', 'RUNWARE', 'VOYAGE', 'KOKORO', 'P6', 'X_AI'].map((name) => [
    `${name}_API_KEY`,
    `the-key-of-${name}_API_KEY`,
  ]),
)

function storeOf(folder: string): string {
  return `file:${join(folder, '.tenfold', 'store')}`
}

export function openStore(folder: string, onUnknownAccount: 'globals' | 'error' = 'globals'): Promise<Settings> {
  return openSettings({
    store: storeOf(folder),
    refresh: { everyMs: 0 },
    keys: { from: 'env', env: ENV },
    onUnknownAccount,
  })
}

/** Compiles `FOLDER/config` with the built program, flat and into a store, and opens both and the SDK. */
export async function openDoors(folder: string): Promise<Doors> {
  const [flat, compiled] = await Promise.all([
    tenfold(['compile', '--flat', '-'], folder),
    tenfold(['compile', '--format', 'json'], folder),
  ])
  if (flat.code !== 0 || compiled.code !== 0) {
    const { stdout } = await tenfold(['check'], folder)
    throw new Error(`the configuration does not compile:\n${stdout}${flat.stderr}${compiled.stderr}`)
  }
  const checked = await check(await openConfiguration(join(folder, 'config')))
  if (checked.globals === undefined) throw new Error('the configuration has no globals')
  return {
    folder,
    flat: object(parseJson(Buffer.from(flat.stdout), 'the flat form'), 'the flat form'),
    globals: checked.globals,
    accounts: new Map(accountsOf(checked.accounts)),
    settings: await openStore(folder),
  }
}

/** One configuration (over `BASE`, or the repository's own) and its rows; each row is asked at every door. */
export function table(
  title: string,
  files: Files | 'repository',
  rows: readonly Row[],
  more?: (doors: () => Doors) => void,
): void {
  describe(title, () => {
    let opened: Doors | undefined
    let folder = ''
    const doors = (): Doors => {
      if (opened === undefined) throw new Error('the doors are not open')
      return opened
    }
    beforeAll(async () => {
      folder = mkdtempSync(join(tmpdir(), 'tenfold-'))
      if (files === 'repository') cpSync(join(ROOT, 'config'), join(folder, 'config'), { recursive: true })
      else writeConfig(files, folder)
      opened = await openDoors(folder)
    })
    afterAll(async () => {
      await opened?.settings.close()
      rmSync(folder, { recursive: true, force: true, maxRetries: 10 })
    })
    test.each(rows)('$name', async (row) => {
      await expectEverywhere(doors(), row)
    })
    // A row is asked of what `get` calls; one of each table is asked of the command itself.
    test('the command prints what the last row says', async () => {
      await expectPrinted(
        doors(),
        rows.findLast(({ ask }) => !('records' in ask)),
      )
    })
    more?.(doors)
  })
}

/** Asks one question at the flat form, `get` from files, `get` from the store, the SDK, and as a flag. */
async function expectEverywhere(doors: Doors, row: Row): Promise<void> {
  const { account, ask, live, answer } = row
  if (live === undefined) expect(inFlat(doors.flat, account, ask), 'compile --flat').toStrictEqual(answer)
  expect(answered(doors.globals, doors.accounts.get(account), ask, live), 'get').toStrictEqual(answer)
  const target = openBackend(storeOf(doors.folder))
  const found = await lookUp(target, await releaseIn(target), account)
  expect(answered(found.globals, found.account, ask, live), 'get --store').toStrictEqual(answer)
  expect(inSdk(doors.settings, account, ask, live), 'the SDK').toStrictEqual(answer)
  expect(asFlag(doors.settings, account, ask, live), 'a flag').toEqual(
    'prompt' in ask ? answer['prompt_value'] : { ...answer, api_key: undefined },
  )
  const { known, plan } = whose(doors, account)
  if ('function' in ask) {
    expect(doors.settings.getModelConfig(ask.function, account, { plan: live })).toMatchObject({ known, plan })
  }
}

async function expectPrinted({ folder }: Doors, row: Row | undefined): Promise<void> {
  if (row === undefined) return
  const { account, ask, live, answer } = row
  const question = 'function' in ask ? [ask.function] : 'prompt' in ask ? ['--prompt', ask.prompt] : []
  const plan = live === undefined ? [] : ['--plan', live]
  const printed = await Promise.all(
    [[], ['--store', 'file:.tenfold/store']].map(async (store) => {
      const { stdout } = await tenfold(['get', account, ...question, ...plan, ...store], folder)
      return object(parseJson(Buffer.from(stdout), 'what get prints'), 'what get prints')
    }),
  )
  for (const {
    account: whom,
    known: _known,
    plan: _plan,
    live_plan: under,
    function: name,
    prompt,
    ...said
  } of printed) {
    expect({ whom, under, ...(name === undefined ? { prompt } : { function: name }) }).toEqual({
      whom: account,
      under: live,
      ...ask,
    })
    expect(said).toStrictEqual(answer)
  }
}

/** What `get` prints before the answer: from the flat form, so that doors are compared with each other. */
export function whose({ flat }: Doors, account: string): { known: boolean; plan: unknown } {
  const found = member(flat, 'accounts', account)
  return { known: found !== undefined, plan: member(found, 'plan') ?? null }
}

function inFlat(flat: Obj, account: string, ask: Question): unknown {
  const all = member(flat, 'accounts', account) ?? flat['defaults']
  if ('function' in ask) return member(all, 'functions', ask.function)
  return 'prompt' in ask ? member(all, 'prompts', ask.prompt) : member(all, ask.records)
}

function answered(globals: Globals, account: Account | undefined, ask: Question, live: PlanName | undefined): unknown {
  if ('function' in ask) return functionAnswer(globals, account, ask.function, live)
  if ('prompt' in ask) return resolvePrompt(globals, account, ask.prompt, live)
  return resolveRecords(globals, account, ask.records, live)
}

/** The SDK's answer in the words of the flat form; the key itself is turned back into its secret's name. */
export function inSdk(settings: Settings, account: string, ask: Question, live?: PlanName): unknown {
  const options = { plan: live }
  if ('function' in ask) {
    const config = settings.getModelConfig(ask.function, account, options)
    const { known: _known, plan: _plan, ...fields } = config
    const secret = Object.entries(ENV).find(([, key]) => key === config.apiKey)?.[0]
    return { ...snakeCase(fields), api_key: { secret } }
  }
  if ('prompt' in ask) return snakeCase(settings.getEffectivePrompt(account, ask.prompt, options))
  const records =
    ask.records === 'author_profiles'
      ? settings.getAuthorProfiles(account, options)
      : settings.getStrategies(account, options)
  return Object.fromEntries(Object.entries(records).map(([id, record]) => [id, snakeCase(record)]))
}

/** What a server or a provider of flags gives, which has no key in it. */
function asFlag(settings: Settings, account: string, ask: Question, plan: PlanName | undefined): unknown {
  const key = 'function' in ask ? `functions.${ask.function}` : 'prompt' in ask ? `prompts.${ask.prompt}` : ask.records
  return evaluateFlag(settings[EVALUATION](), key, { account, plan }).evaluated.plain()
}

function snakeCase(record: object): Obj {
  const entries: [string, unknown][] = Object.entries(record)
  return Object.fromEntries(entries.map(([key, value]) => [key.replace(/[A-Z]/g, (c) => `_${c.toLowerCase()}`), value]))
}

/** A value deep in plain data; undefined where the path leads nowhere. */
export function member(from: unknown, ...path: readonly string[]): unknown {
  let at = from
  for (const step of path) at = isObject(at) && Object.hasOwn(at, step) ? at[step] : undefined
  return at
}
