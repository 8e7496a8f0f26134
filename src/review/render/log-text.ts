import { visible } from '../../report/visible-text.ts'
import type { Change } from '../../compare/diff-types.ts'
import { move } from './diff-table.ts'
import type { Winner } from '../../compare/winning-layers.ts'

/** One commit of a log, as a person reads it. */
export interface LogItem {
  readonly commit: string
  readonly date: string
  readonly author: string
  readonly subject: string
  readonly changes: readonly (Change & { readonly layer: Winner })[]
}

/** Formats a log for a terminal: a commit, and below it each field with where its value comes from. */
export function logText(account: string, items: readonly LogItem[], color: boolean): string {
  const bold = (text: string): string => (color ? `\u001b[1m${text}\u001b[22m` : text)
  const dim = (text: string): string => (color ? `\u001b[2m${text}\u001b[22m` : text)
  if (items.length === 0) return `${visible(account)}: no commit has changed this\n`
  return items
    .map(({ commit, date, author, subject, changes }) => {
      const head = `${bold(visible(`${commit.slice(0, 12)} ${date}`))}  ${visible(`${author}  ${subject}`)}`
      return [head, ...changes.map((change) => `  ${move(change)}  ${dim(change.layer)}`), ''].join('\n')
    })
    .join('\n')
}
