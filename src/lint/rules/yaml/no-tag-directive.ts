import type { Edit } from '../../../source/diagnostic-types.ts'
import { parse } from '../../../source/parse/parse-file.ts'
import { plain, type SourceFile, type Span } from '../../../source/source-nodes.ts'
import { canonical } from '../../../store/format/canonical-json.ts'
import { defineRule, few } from '../../rule.ts'
import { problemsOf } from '../../facts/yaml-problems.ts'

const MAX_TRIED = 4 * 1024 * 1024

/**
 * The tags of the core schema. The meaning that any other one gives to its value is unknown here, so none of them is
 * removed.
 */
const CORE = new Set(['!', '!!str', '!!int', '!!float', '!!bool', '!!null', '!!map', '!!seq'])

export const noTagDirective = defineRule({
  id: 'yaml/no-tag-directive',
  severity: 'error',
  summary: '`%YAML`, and any tag: they change what a value means',
  fix: 'safe',
  file(checked, report) {
    const { file } = checked
    const problems = problemsOf(checked, 'tag', 'directive')
    // Each removal is tried on the whole file, which would take minutes in a large file full of tags.
    const affordable = problems.length * file.text.length < MAX_TRIED
    const fixOf = ({ kind, start, end, removable }: (typeof problems)[number]): Edit[] => {
      const known = kind === 'directive' || CORE.has(file.text.slice(start, end))
      return known && affordable ? removal(file, removable) : []
    }
    for (const [problem, others, words] of few(problems)) {
      const what = problem.kind === 'tag' ? 'a tag' : 'a directive'
      const fix = [problem, ...others].flatMap(fixOf)
      report({
        at: { file: file.path, span: problem },
        message: `${what} is not allowed${words}`,
        help:
          fix.length === 0 ? 'delete it, and write the value as you mean it' : 'delete it: the value stays the same',
        ...(fix.length > 0 && { fix }),
      })
    }
  },
})

/** Returns the edit that removes it, where the document means the same without. */
function removal(file: SourceFile, span: Span | undefined): Edit[] {
  if (span === undefined || file.root === undefined) return []
  const text = file.text.slice(0, span.start) + file.text.slice(span.end)
  const without = parse(file.path, file.kind, Buffer.from(text))
  if (without.root === undefined) return []
  return same(without.root, file.root) ? [{ ...span, text: '' }] : []
}

function same(a: NonNullable<SourceFile['root']>, b: NonNullable<SourceFile['root']>): boolean {
  try {
    return canonical(plain(a)) === canonical(plain(b))
  } catch {
    // A number that JSON cannot express is another rule's.
    return false
  }
}
