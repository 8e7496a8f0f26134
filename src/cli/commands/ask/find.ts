import { Failure } from '../../../base/failure.ts'
import { openOrigin } from '../../../source/open-configuration.ts'
import { findAccounts } from '../../../ask/find/find-accounts.ts'
import { readQuery } from '../../../ask/find/parse-query.ts'
import { FINGERPRINT } from '../../version.ts'
import type { ExitCode } from '../../exit-code.ts'
import { type CommandIo, formatOf, note, out, outJson, progressOn } from '../../io.ts'
import { renderAside } from '../../render-diagnostics.ts'
import { shownValue } from '../../shown-values.ts'
import { localStore } from '../../open/trust-of-machine.ts'
import type { FlagsOf } from '../command-spec.ts'
import type { findCommand } from './find.flags.ts'

type Flags = FlagsOf<typeof findCommand>

/** Prints the ids of accounts, one per line, as input for other commands; with JSON, also what matched the query. */
export async function find(query: readonly string[], flags: Flags, io: CommandIo): Promise<ExitCode> {
  const format = formatOf(flags, ['pretty', 'json'], 'pretty')
  if (query.length === 0) {
    throw new Failure(
      'usage',
      'find needs a query',
      'write `find openai.model=gpt-4 plan:growth`; several conditions have all to be met',
    )
  }
  const say = (text: string): void => note(io, `note: ${text}`)
  const store = await localStore()
  const progress = progressOn(io)
  const found = await findAccounts(await openOrigin(flags.config, flags.at), (names) => readQuery(query, names), {
    fingerprint: FINGERPRINT,
    note: say,
    ...(store !== undefined && { store }),
    ...(progress !== undefined && { progress }),
  })
  if (found.is === 'refused') {
    renderAside(io, found.diagnostics, found.files)
    return 1
  }
  const { accounts, total, opaque } = found
  if (opaque.length > 0) {
    const files =
      opaque.length === 1
        ? `the file of ${opaque[0]}`
        : `${opaque.length} account files (${opaque.slice(0, 3).join(', ')}${opaque.length > 3 ? ', …' : ''})`
    say(`${files} cannot be understood, and nothing is known of what is in there: \`tenfold check\` says why`)
  }
  if (format === 'json')
    outJson(io, {
      query,
      accounts: accounts.map((one) => ({ ...one, values: shownValue(one.values) })),
      total,
      unread: opaque,
    })
  else {
    out(io, accounts.map(({ account }) => `${account}\n`).join(''))
    if (accounts.length === 0) say(`none of ${total} accounts`)
  }
  return 0
}
