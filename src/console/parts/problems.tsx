import type { VNode } from 'preact'
import type { Diagnostic } from '../../source/diagnostic-types.ts'
import { WORDS } from '../words.ts'
import { shownText } from './shown.ts'
import { LONGEST_LIST, Note } from './tables.tsx'

/** The check's own words about what is wrong, each with its place and its fix. */
export function Problems({ diagnostics }: { readonly diagnostics: readonly Diagnostic[] }): VNode | null {
  const errors = diagnostics.filter(({ severity }) => severity === 'error')
  if (errors.length === 0) return null
  return (
    <Note is="error">
      <p>
        <strong>{WORDS.errors}.</strong> {WORDS.errorsHelp}
      </p>
      <ul>
        {errors.slice(0, LONGEST_LIST).map(({ file, line, rule, message, help }) => (
          <li>
            <code>{shownText(`${file}:${line}`)}</code> {shownText(message)} <code>{rule}</code>
            <br />
            <small>{shownText(help)}</small>
          </li>
        ))}
        {errors.length > LONGEST_LIST && <li>{WORDS.more(errors.length - LONGEST_LIST)}</li>}
      </ul>
    </Note>
  )
}
