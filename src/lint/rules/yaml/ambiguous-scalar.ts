import { isMisread } from '../../../source/parse/is-misread.ts'
import { spanAt, walk } from '../../../source/source-nodes.ts'
import { defineRule } from '../../rule.ts'
import { isTagged } from '../../facts/caused-by-yaml.ts'

const DATES = new Set(['deprecated_on', 'removed_on'])

export const ambiguousScalar = defineRule({
  id: 'yaml/ambiguous-scalar',
  severity: 'warning',
  summary: 'an unquoted yes, no, on, off, 012, 1.10 or date where a string is meant',
  fix: 'safe',
  file({ file, validated }, report) {
    if (file.root === undefined || validated === undefined) return
    const warn = (start: number, end: number): void => {
      const text = file.text.slice(start, end)
      report({
        at: { file: file.path, span: { start, end } },
        message: `${text} is read as the text "${text}", which others may read as something else`,
        help: `quote it: "${text}"`,
        fix: [{ start, end, text: `"${text}"` }],
      })
    }
    for (const path of validated.reread) {
      const span = spanAt(file.root, path, 'value')
      if (span !== undefined) warn(span.start, span.end)
    }
    for (const { node, path } of walk(file.root)) {
      if (node.is !== 'scalar' || node.style !== 'plain' || typeof node.value !== 'string') continue
      if (!isMisread(node.value) || DATES.has(String(path.at(-1))) || isTagged(file, node)) continue
      warn(node.start, node.end)
    }
  },
})
