import { visibleJson } from '../../report/visible-text.ts'
import type { Diff } from '../../compare/diff-types.ts'

/**
 * Yields the JSON of a diff, piece by piece: one text for a million accounts would be longer than a string may be. The
 * content of `more` follows the diff's own members. `shown` turns a member into what may be shown of it.
 */
export function* diffJson(
  diff: Diff,
  more: Readonly<Record<string, unknown>> = {},
  shown: (member: unknown) => unknown = (member) => member,
): Generator<string> {
  const print = (value: unknown, indent: string): string => {
    return visibleJson(JSON.stringify(shown(value), null, 2).replaceAll('\n', `\n${indent}`))
  }
  const { accounts, ...rest } = diff
  const { base, head, globals, ...others } = rest
  yield '{\n'
  for (const [key, value] of Object.entries({ base, head, globals })) yield `  "${key}": ${print(value, '  ')},\n`
  if (accounts.length === 0) yield '  "accounts": []'
  else {
    yield '  "accounts": [\n'
    for (const [i, account] of accounts.entries()) {
      yield `    ${print(account, '    ')}${i < accounts.length - 1 ? ',' : ''}\n`
    }
    yield '  ]'
  }
  for (const [key, value] of Object.entries({ ...others, ...more })) yield `,\n  "${key}": ${print(value, '  ')}`
  yield '\n}\n'
}
