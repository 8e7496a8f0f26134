import { type MapNode, type Node, type SourceFile, walk } from '../../../source/source-nodes.ts'
import { defineRule, fileStart } from '../../rule.ts'
import { outsideOf } from '../../../credentials/credentials-in-comments.ts'
import { credentialIn, remembered } from '../../../credentials/detect-credential.ts'
import { type TextPart, leaksAmong } from '../../../credentials/split-keys.ts'
import { credentialInPath } from '../../../credentials/credential-in-path.ts'
import { mayBegin } from '../../../credentials/search-undecoded-text.ts'

export const value = defineRule({
  id: 'secret/value',
  severity: 'error',
  summary: 'a leaked credential in any scalar, decoded; its value is never printed, not even in part',
  tree({ files, others, unexpected }, report) {
    const folders = new Set<string>()
    for (const { path } of [...files, ...others, ...unexpected]) {
      const what = credentialInPath(path, folders)
      if (what === undefined) continue
      report({ at: fileStart(path), message: `the name of this file looks like ${what}`, help: HELP })
    }
  },
  file({ file }, report) {
    eachNeighbours(file, (parts) => {
      for (const { what, at, rest } of leaksAmong(parts)) {
        report({
          at: { file: file.path, span: at },
          message: rest === undefined ? `this looks like ${what}` : `this begins what looks like ${what}`,
          help: HELP,
          ...(rest !== undefined && { related: [{ at: { file: file.path, span: rest }, message: 'here it goes on' }] }),
        })
      }
    })
  },
})

const HELP =
  'revoke it first: it is in the history now. ' + 'Then keep the new one in the CI’s secrets, and only its name here'

type Visit = (parts: readonly TextPart[]) => void

/** Visits every text of a file, with those that are adjacent to it: a key may be cut into several. */
function eachNeighbours(file: SourceFile, visit: Visit): void {
  visit(outsideOf(file))
  if (file.root === undefined) return
  if (file.root.is === 'scalar') visit(scalars([file.root]))
  for (const { node } of walk(file.root)) {
    if (node.is === 'list') visit(scalars(node.items))
    if (node.is === 'map') within(node, visit)
  }
}

function within({ entries }: MapNode, visit: Visit): void {
  const whole: Node[] = []
  for (const { key, keySpan, value } of entries) {
    // A credential may be cut at the colon. A key that cannot be the beginning of one is searched by itself.
    const isCut = value.is === 'scalar' && typeof value.value === 'string' && mayBegin(key)
    if (isCut) visit([{ text: key, span: keySpan }, ...scalars([value])])
    else {
      if (inKey(key) !== undefined) visit([{ text: key, span: keySpan }])
      whole.push(value)
    }
  }
  visit(scalars(whole))
}

const inKey = remembered(credentialIn)

function scalars(nodes: readonly Node[]): TextPart[] {
  const parts: TextPart[] = []
  for (const node of nodes) {
    if (node.is !== 'scalar' || (typeof node.value !== 'string' && typeof node.value !== 'number')) continue
    parts.push({ text: String(node.value), span: node })
  }
  return parts
}
