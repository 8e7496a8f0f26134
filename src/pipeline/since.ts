import type { Diagnostic } from '../compile/diagnostic.ts'
import { sortDiagnostics } from '../compile/diagnostic.ts'
import type { FileTarget } from '../publish/targets/file.ts'
import { checkAccounts } from './accounts.ts'
import { changedBetween, touchedBetween } from './changes.ts'
import { type Common, checkCommon } from './common.ts'
import type { Origin } from './configuration.ts'
import { withPrevious } from './previous.ts'
import { judgesAlike, newElsewhere } from './elsewhere.ts'
import { sidesOf } from './sides.ts'

export interface Since {
  readonly diagnostics: readonly Diagnostic[]
  /** How many YAML files there are after the change. */
  readonly files: number
  /** The files that the change touched, as people are shown them. */
  readonly changed: ReadonlySet<string>
  /** How many account files were parsed. */
  readonly accounts_parsed: number
}

export interface SinceOptions {
  /** A store that knows how many accounts there are, and some of them. */
  readonly store?: FileTarget
  readonly judge: string
  readonly note?: (text: string) => void
  readonly progress?: (done: number, total: number) => void
}

/**
 * What is wrong with the files of a change, and what is wrong elsewhere and was not before it. A diagnostic is the
 * same one when rule, severity, file, place and message are; an unchanged file's places have not moved.
 *
 * Where nothing that judges has moved, an unchanged account says what it said, so only those files are parsed that
 * the change touched. Accounts that claim one id are the exception, and the names of the files tell about them.
 */
export async function checkSince(before: Origin, after: Origin, options: SinceOptions): Promise<Since> {
  const { store, judge, note = (): void => {}, progress = (): void => {} } = options
  return withPrevious(store, judge, note, async (previous) => {
    const sides = await sidesOf(before, after, previous)
    const changed = await changedBetween(sides.before, sides.after)
    const globals = new Set([...changed].filter((path) => !path.startsWith('accounts/')))
    const touched = await touchedBetween(sides.before, sides.after, globals)
    const judgedBefore = await checkCommon(sides.before, undefined)
    const judged = await checkCommon(sides.after, touched)

    const work = sides.after.tree.files.filter(({ path, kind }) => kind === 'account' && changed.has(path))
    const written = hasRemovedModels(judged) ? await touchedBetween(sides.before, sides.after, changed) : undefined
    const bench = { ...judged.bench, when: { date: judged.bench.when.date, ...(written && { touched: written }) } }
    const found: Diagnostic[] = [...judged.diagnostics]
    let done = 0
    for await (const outcome of checkAccounts(work.map((file) => ({ file })), sides.after, bench, judged.contents)) {
      if (!('unchanged' in outcome)) for (const diagnostic of outcome.diagnostics) found.push(diagnostic)
      progress(++done, work.length)
    }
    const elsewhere = judgesAlike(judgedBefore, judged)
      ? { diagnostics: [], before: [], parsed: 0 }
      : await newElsewhere({ judgedBefore, judged, after: await sides.whole(), isChanged: (path) => changed.has(path), previous })

    const shown = new Set([...changed].map(after.show))
    const known = new Set([...judgedBefore.diagnostics, ...elsewhere.before].map(identity))
    const diagnostics = [...found, ...elsewhere.diagnostics].filter((one) => shown.has(one.file) || !known.has(identity(one)))
    return {
      diagnostics: sortDiagnostics(diagnostics), files: sides.files, changed: shown,
      accounts_parsed: work.length + elsewhere.parsed,
    }
  })
}

/** Whether it may matter that the change wrote a value: so it does for a model that is gone. */
function hasRemovedModels({ bench: { known, when } }: Common): boolean {
  const { date } = when
  return date !== undefined && Object.values(known.models ?? {}).some(({ removed_on }) => removed_on !== undefined && removed_on <= date)
}

function identity({ rule, severity, file, line, column, message }: Diagnostic): string {
  return [rule, severity, file, line, column, message].join('\0')
}
