import type { Edit } from '../../../source/diagnostic-types.ts'
import { type Span, nodeAt } from '../../../source/source-nodes.ts'
import { INVISIBLE } from '../../../source/parse/text-problems.ts'
import { defineRule } from '../../rule.ts'
import { problemsOf } from '../../facts/yaml-problems.ts'

const KINDS = ['utf8', 'bom', 'control', 'surrogate', 'tab', 'bidi', 'invisible'] as const
type Kind = (typeof KINDS)[number]

const WORDS: Readonly<Record<Kind, readonly [message: string, help: string]>> = {
  utf8: ['a byte that is not UTF-8', 'save the file as UTF-8'],
  bom: ['the file begins with a byte order mark', 'save it as UTF-8 without BOM, or run `tenfold check --fix`'],
  control: ['a control character', 'delete it; in a quoted text an escape such as \\t or \\n is fine'],
  surrogate: ['half of a surrogate pair', 'write the whole character'],
  tab: ['a tab outside a block text', 'use spaces; in a quoted text write \\t'],
  bidi: ['a character that turns the reading direction', 'delete it: a reviewer would see another order than is there'],
  invisible: ['an invisible character in a name', 'delete it: the name looks like another one'],
}

export const encoding = defineRule({
  id: 'yaml/encoding',
  severity: 'error',
  summary:
    'a BOM, NUL and other control characters, lone surrogates, invalid UTF-8, tabs outside block scalars, ' +
    'and characters that turn the reading direction; in keys and ids also invisible ones',
  fix: 'safe',
  file(checked, report) {
    const { file } = checked
    const reportAs = (kind: Kind, span: Span, more: number): void => {
      const [message, help] = WORDS[kind]
      const fix: Edit[] | undefined = kind === 'bom' ? [{ start: 0, end: 1, text: '' }] : undefined
      report({
        at: { file: file.path, span },
        message: more > 0 ? `${message} (and ${more} more in this file)` : message,
        help,
        ...(fix !== undefined && { fix }),
      })
    }
    for (const problem of problemsOf(checked, ...KINDS)) reportAs(problem.kind, spanOf(problem), problem.more)
    const id = file.kind === 'account' && file.root !== undefined ? nodeAt(file.root, ['id']) : undefined
    if (id?.is === 'scalar' && typeof id.value === 'string' && INVISIBLE.test(id.value)) {
      const known = file.problems.some(({ start }) => id.start <= start && start < id.end)
      if (!known) reportAs('invisible', spanOf(id), 0)
    }
  },
})

function spanOf({ start, end }: Span): Span {
  return { start, end }
}
