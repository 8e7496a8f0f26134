import { PLANS, type PlanName, isPlan } from '../../../domain/settings-types.ts'
import { Failure } from '../../../base/failure.ts'
import { didYouMean } from '../../../base/did-you-mean.ts'
import { openOrigin } from '../../../source/open-configuration.ts'
import { readOneAccount } from '../../../ask/read-one-account.ts'
import { refuseUnknown } from '../../../ask/refuse-unknown.ts'
import { revisionAt } from '../../../ask/revision-at-date.ts'
import { type Question, answerOfFunction, answerOfPrompt, dependenciesOf } from '../../../ask/answer-question.ts'
import { printable } from '../../../report/print-answer.ts'
import type { ExitCode } from '../../exit-code.ts'
import { type CommandIo, colorOn, formatOf, note, out, outJson } from '../../io.ts'
import { renderAside } from '../../render-diagnostics.ts'
import type { StoreAnswer } from '../../open/look-up-in-store.ts'
import { shownMembers } from '../../shown-values.ts'
import type { FlagsOf } from '../command-spec.ts'
import type { getCommand } from './get.flags.ts'

type Flags = FlagsOf<typeof getCommand>

export async function get(id: string, name: string | undefined, flags: Flags, io: CommandIo): Promise<ExitCode> {
  const format = formatOf(flags, ['json', 'pretty'], 'json')
  const question = questionOf(name, flags.prompt)
  const plan = livePlan(flags.plan)
  const found = await find(id, question, flags, io)
  if (found === undefined) return 1
  const { known, account } = found
  refuseUnknown(known, name, flags.prompt)
  const live = plan === undefined ? {} : { live_plan: plan }
  const whose = { account: id, known: account !== undefined, plan: account?.plan ?? null, ...live }
  const answer: Readonly<Record<string, unknown>> =
    question.is === 'prompt'
      ? { ...whose, prompt: question.type, ...answerOfPrompt(known, account, question.type, plan) }
      : { ...whose, function: question.name, ...answerOfFunction(known, account, question.name, plan) }
  if (format === 'json') outJson(io, answer)
  else out(io, printable(shownMembers(answer), colorOn(io, io.stdout)))
  return 0
}

function questionOf(name: string | undefined, type: string | undefined): Exclude<Question, { is: 'everything' }> {
  if (name !== undefined && type === undefined) return { is: 'function', name }
  if (name === undefined && type !== undefined) return { is: 'prompt', type }
  const what =
    name === undefined ? 'get needs a function or a prompt type' : 'get takes a function or a prompt type, not both'
  throw new Failure('usage', what, 'write `get ACCOUNT FUNCTION` or `get ACCOUNT --prompt TYPE`')
}

/** Finds an account's answer; undefined when a file that it depends on has an error, which is already reported. */
async function find(id: string, question: Question, flags: Flags, io: CommandIo): Promise<StoreAnswer | undefined> {
  if (flags.store !== undefined) {
    // Loaded on demand, since it brings along every kind of store.
    const { lookUpIn } = await import('../../open/look-up-in-store.ts')
    return lookUpIn(flags.store, flags, id, io)
  }
  const at = flags.at === undefined ? undefined : await revisionAt(flags.config, flags.at)
  const one = await readOneAccount(await openOrigin(flags.config, at), id, (text) => note(io, `note: ${text}`))
  const {
    configuration: { tree, show },
    common,
    account,
    diagnostics,
  } = one
  const { known } = common.context
  refuseUnknown(known, question.is === 'function' ? question.name : undefined, flags.prompt)
  const files = new Set([...dependenciesOf(question, tree)].map(show))
  const wrong = diagnostics.filter(({ severity, file }) => severity === 'error' && files.has(file))
  if (wrong.length === 0) return { known, account }
  renderAside(io, wrong, tree.files.length)
  return undefined
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
