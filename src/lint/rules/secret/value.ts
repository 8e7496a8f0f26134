import { type MapNode, type Node, type SourceFile, walk } from '../../../compile/source.ts'
import { defineRule } from '../../rule.ts'
import { outsideOf } from './comments.ts'
import { type Part, leaksAmong } from './parts.ts'
import { mayBegin } from './plain.ts'

export const value = defineRule({
  id: 'secret/value',
  severity: 'error',
  summary: 'a leaked credential in any scalar, decoded; its value is never printed, not even in part',
  file({ file }, report) {
    for (const parts of neighbours(file)) {
      for (const { what, at, rest } of leaksAmong(parts)) {
        report({
          at: { file: file.path, span: at },
          message: rest === undefined ? `this looks like ${what}` : `this begins what looks like ${what}`,
          help: 'revoke it first: it is in the history now. Then keep the new one in the CI’s secrets, and only its name here',
          ...(rest !== undefined && { related: [{ at: { file: file.path, span: rest }, message: 'here it goes on' }] }),
        })
      }
    }
  },
})

/** Every text of a file, with those that stand beside it: a key may be cut into several. */
function* neighbours(file: SourceFile): Generator<readonly Part[]> {
  yield outsideOf(file)
  if (file.root === undefined) return
  if (file.root.is === 'scalar') yield scalars([file.root])
  for (const { node } of walk(file.root)) {
    if (node.is === 'list') yield scalars(node.items)
    if (node.is === 'map') yield* within(node)
  }
}

function* within({ entries }: MapNode): Generator<readonly Part[]> {
  const whole: Node[] = []
  for (const { key, keySpan, value } of entries) {
    // A credential may be cut at the colon. A key that cannot be the beginning of one stands for itself.
    const isCut = value.is === 'scalar' && typeof value.value === 'string' && mayBegin(key)
    const name = { text: key, span: keySpan }
    yield isCut ? [name, ...scalars([value])] : [name]
    if (!isCut) whole.push(value)
  }
  yield scalars(whole)
}

function scalars(nodes: readonly Node[]): Part[] {
  return nodes.flatMap((node) => {
    if (node.is !== 'scalar' || (typeof node.value !== 'string' && typeof node.value !== 'number')) return []
    return [{ text: String(node.value), span: node }]
  })
}
