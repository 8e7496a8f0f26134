import { type Account, type Dict, type Globals, PLANS, type PlanName, isPlan, own } from '../../bundle/model.ts'
import { resolvePrompt } from '../../bundle/resolve.ts'
import { Failure } from '../../base/failure.ts'
import { functionAnswer } from '../../compile/flat.ts'
import type { Known } from '../../compile/link.ts'
import { didYouMean, oneOf } from '../../base/suggest.ts'
import { check } from '../../pipeline.ts'
import { accountsOf } from '../../pipeline/accounts-of.ts'
import { openConfiguration } from '../../pipeline/configuration.ts'
import { readTrusted } from '../../pipeline/trusted.ts'
import { type LookedUp, lookUp } from '../../publish/look-up.ts'
import { printable } from '../../report/answer.ts'
import type { ExitCode } from '../constants.ts'
import { type CommonFlags, colorOn, formatOf, out, outJson } from '../io.ts'
import { hasErrors, renderAside } from '../render.ts'
import { shownMembers } from '../shown.ts'
import { openForReading } from '../trust.ts'

interface Flags extends CommonFlags {
  readonly prompt?: string
  readonly plan?: string
  readonly store?: string
  readonly trust?: string
}

export async function get(id: string, name: string | undefined, flags: Flags): Promise<ExitCode> {
  const format = formatOf(flags, ['json', 'pretty'], 'json')
  if ((name === undefined) === (flags.prompt === undefined)) {
    const what = name === undefined
      ? 'get needs a function or a prompt type'
      : 'get takes a function or a prompt type, not both'
    throw new Failure('usage', what, 'write `get ACCOUNT FUNCTION` or `get ACCOUNT --prompt TYPE`')
  }
  const plan = livePlan(flags.plan)
  const found = await find(id, name, flags)
  if (found === undefined) return 1
  const { globals, account } = found
  const live = plan === undefined ? {} : { live_plan: plan }
  const whose = { account: id, known: account !== undefined, plan: account?.plan ?? null, ...live }
  const answer: Readonly<Record<string, unknown>> = name === undefined
    ? { ...whose, prompt: flags.prompt, ...prompt(globals, account, flags.prompt ?? '', plan) }
    : { ...whose, function: name, ...functionOf(globals, account, name, plan) }
  if (format === 'json') outJson(answer)
  else out(printable(shownMembers(answer), colorOn(flags, process.stdout)))
  return 0
}

async function find(
  id: string,
  name: string | undefined,
  flags: Flags,
): Promise<{ globals: Globals; account: Account | undefined } | undefined> {
  if (flags.store !== undefined) return lookUpIn(flags.store, flags, id)
  const checked = await check(await openConfiguration(flags.config))
  refuseUnknown(checked.bench.known, name, flags.prompt)
  if (checked.globals === undefined || hasErrors(checked.diagnostics)) {
    renderAside(flags, checked.diagnostics, checked.files)
    return undefined
  }
  const account = [...accountsOf(checked.accounts.filter(({ stored }) => stored?.id === id))].at(0)?.[1]
  return { globals: checked.globals, account }
}

/**
 * Wrong usage comes before a wrong configuration, wherever the file that knows the names can be read.
 * @throws {Failure} when the function or the prompt type is none.
 */
export function refuseUnknown(
  { functions, prompts }: Pick<Known, 'functions' | 'prompts'>,
  name?: string,
  type?: string,
): void {
  if (name !== undefined && functions !== undefined && own(functions, name) === undefined) {
    unknownFunction({ functions }, name)
  }
  if (type !== undefined && own(prompts, type) === undefined) unknownPrompt(prompts, type)
}

async function lookUpIn(store: string, flags: Flags, id: string): Promise<LookedUp> {
  const { target, trusted } = await openForReading(store, flags)
  return lookUp(target, (await readTrusted(target, trusted)).release, id)
}

/** @throws {Failure} */
export function livePlan(name: string | undefined): PlanName | undefined {
  if (name === undefined || isPlan(name)) return name
  throw new Failure(
    'usage',
    `there is no plan "${name}"`,
    `${didYouMean(name, PLANS)}the plans are ${PLANS.join(', ')}`,
  )
}

function functionOf(globals: Globals, account: Account | undefined, name: string, plan?: PlanName): object {
  return functionAnswer(globals, account, name, plan) ?? unknownFunction(globals, name)
}

/** @throws {Failure} always. */
function unknownFunction({ functions }: { readonly functions: Dict<unknown> }, name: string): never {
  const names = Object.keys(functions)
  throw new Failure(
    'usage',
    `there is no function "${name}"`,
    `${didYouMean(name, names)}the functions are ${oneOf(names)}`,
  )
}

function prompt(globals: Globals, account: Account | undefined, type: string, plan?: PlanName): object {
  if (own(globals.prompts, type) === undefined) unknownPrompt(globals.prompts, type)
  return { ...resolvePrompt(globals, account, type, plan) }
}

/** @throws {Failure} always. */
export function unknownPrompt(prompts: Dict<unknown>, type: string): never {
  const types = Object.keys(prompts)
  throw new Failure(
    'usage',
    `there is no prompt type "${type}"`,
    `${didYouMean(type, types)}the types are ${oneOf(types)}`,
  )
}
