import type { Diagnostic } from '../../source/diagnostic-types.ts'

/** Reduces a rule's failures on many files to the first, with how many more there are: one cause, one error. */
export function foldFailures(diagnostics: readonly Diagnostic[]): readonly Diagnostic[] {
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
