import { PluginKind, declareValuePlugin } from '@stryker-mutator/api/plugin'
import { readFileSync } from 'node:fs'

/*
 * Keeps Stryker to the mutants that were chosen: a range of its `mutate` brings every mutant within it, four times as
 * many. A node is ignored unless a chosen one is in it; that of another file at the same place is no harm.
 */
/** @typedef {{ readonly line: number, readonly column: number }} Place */
/** @type {readonly { readonly start: Place, readonly end: Place }[]} */
const chosen = JSON.parse(readFileSync(process.env['TENFOLD_CHOSEN_MUTANTS'] ?? '', 'utf8'))

export const strykerPlugins = [
  declareValuePlugin(PluginKind.Ignore, 'only-chosen', {
    shouldIgnore(path) {
      const { node } = /** @type {{ node: { loc?: { start: Place, end: Place } | null } }} */ (path)
      const { loc } = node
      if (loc === null || loc === undefined) return undefined
      const isIn = chosen.some(({ start, end }) => !isAfter(loc.start, start) && !isAfter(end, loc.end))
      return isIn ? undefined : 'it was not chosen'
    },
  }),
]

function isAfter(/** @type {Place} */ a, /** @type {Place} */ b) {
  return a.line > b.line || (a.line === b.line && a.column > b.column)
}
