import { MOMENTS, momentText, parseMoment } from '../../../base/parse-moment.ts'
import { Failure } from '../../../base/failure.ts'
import { type LogEntry, logOf } from '../../../ask/log/account-log.ts'
import type { Question } from '../../../ask/answer-question.ts'
import { refuseUnknown, refuseUnknownField } from '../../../ask/refuse-unknown.ts'
import { visible } from '../../../report/visible-text.ts'
import { logText } from '../../../review/render/log-text.ts'
import type { ExitCode } from '../../exit-code.ts'
import { type CommandIo, colorOn, formatOf, note, out, outJson } from '../../io.ts'
import { shower } from '../../shown-values.ts'
import type { FlagsOf } from '../command-spec.ts'
import type { logCommand } from './log.flags.ts'

type Flags = FlagsOf<typeof logCommand>

/** Prints an account's history, as JSON for a program and as a table for a person. */
export async function log(account: string, name: string | undefined, flags: Flags, io: CommandIo): Promise<ExitCode> {
  const format = formatOf(flags, ['pretty', 'json'], io.stdout.isTTY === true ? 'pretty' : 'json')
  const since = flags.since === undefined ? undefined : startOf(flags.since)
  const { entries, known, fields } = await logOf(flags.config, account, questionOf(name, flags.prompt), {
    ...(flags.field !== undefined && { field: flags.field }),
    ...(since !== undefined && { since }),
    // An id that the account once had is a file's name, which may contain anything.
    note: (text) => note(io, visible(`note: ${text}`)),
  })
  refuseUnknown(known, name, flags.prompt)
  if (flags.field !== undefined) refuseUnknownField(flags.field, fields)
  if (format === 'json') outJson(io, { account, entries: entries.map(printed) })
  else out(io, logText(account, entries.map(shownEntry), colorOn(io, io.stdout)))
  return 0
}

function questionOf(name: string | undefined, type: string | undefined): Question {
  if (name === undefined) return type === undefined ? { is: 'everything' } : { is: 'prompt', type }
  if (type === undefined) return { is: 'function', name }
  const help = 'write `log ACCOUNT`, `log ACCOUNT FUNCTION` or `log ACCOUNT --prompt TYPE`'
  throw new Failure('usage', 'log takes a function or a prompt type, not both', help)
}

/** Returns the beginning of a day, so that commits of that day are included. @throws {Failure} */
function startOf(text: string): number {
  const moment = parseMoment(text)
  if (moment !== undefined) return moment.start
  throw new Failure('usage', `"${text}" is no day and no time`, `write --since with ${MOMENTS}`)
}

function printed({ commit, seconds, author, changes }: LogEntry): object {
  return { commit, date: momentText(seconds), author, changes }
}

function shownEntry({ commit, seconds, author, subject, changes }: LogEntry): Parameters<typeof logText>[1][number] {
  const shown = shower()
  return {
    commit,
    date: momentText(seconds),
    author,
    subject,
    changes: changes.map((change) => ({ ...change, old: shown(change.old), new: shown(change.new) })),
  }
}
