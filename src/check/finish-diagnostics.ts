import { type Diagnostic, sortDiagnostics } from '../source/diagnostic-types.ts'
import { stemOf } from '../source/file-layout.ts'
import { isId } from '../store/format/account-leaf.ts'

/** Returns what was found, as every check reports it: one failure per custom rule, copies with their originals, sorted. */
export function finished(
  found: readonly Diagnostic[],
  show: (path: string) => string,
  fileOf: (id: string) => string | undefined,
): Diagnostic[] {
  return sortDiagnostics(withOriginals(foldFailures(found), show, fileOf))
}

/** Reduces a rule's failures on many files to the first, with how many more there are: one cause, one error. */
function foldFailures(diagnostics: readonly Diagnostic[]): readonly Diagnostic[] {
  const byRule = new Map<string, { first: Diagnostic; more: number }>()
  for (const diagnostic of diagnostics) {
    if (diagnostic.rule !== 'rules/run') continue
    const rule = /"[^"]+"/.exec(diagnostic.message)?.[0] ?? ''
    const known = byRule.get(rule)
    if (known === undefined) byRule.set(rule, { first: diagnostic, more: 0 })
    else {
      const first = subject(diagnostic) < subject(known.first) ? diagnostic : known.first
      byRule.set(rule, { first, more: known.more + 1 })
    }
  }
  if (byRule.size === 0) return diagnostics
  const folded = [...byRule.values()].map(({ first, more }): Diagnostic => {
    if (more === 0) return first
    const related = first.related.map((other) => ({ ...other, message: `${other.message}, and at ${more} more` }))
    return { ...first, related }
  })
  return [...diagnostics.filter(({ rule }) => rule !== 'rules/run'), ...folded]
}

/** Returns what the rule inspected. */
function subject({ related }: Diagnostic): string {
  return related[0]?.file ?? ''
}

/**
 * Names the other file, where one claims the id of an account that has a file of its own: it is mostly a copy, and an
 * account's rules see no other account.
 *
 * @param fileOf the path of the account's file by its id
 */
function withOriginals(
  diagnostics: readonly Diagnostic[],
  show: (path: string) => string,
  fileOf: (id: string) => string | undefined,
): readonly Diagnostic[] {
  return diagnostics.map((one) => {
    const { claims } = one
    const path = claims === undefined ? undefined : fileOf(claims)
    if (claims === undefined || path === undefined) return one
    const own = stemOf(one.file)
    const file = show(path)
    return {
      ...one,
      help: isId(own)
        ? `write id: ${own}, or delete this file if it is a copy`
        : 'delete this file if it is a copy, or give it a name and an id of its own',
      related: [
        ...one.related,
        { file, line: 1, column: 1, end_line: 1, end_column: 1, excerpt: '', message: `the account "${claims}"` },
      ],
    }
  })
}
