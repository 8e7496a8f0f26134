import { type Node, type SourceFile, nodeAt } from '../source/source-nodes.ts'
import type { MergeConflict } from './three-way-merge.ts'

/** The places of the two texts of a rebase. */
export interface ConflictSides {
  readonly account: string
  readonly type: string
  readonly ours: SourceFile
  readonly theirs: SourceFile | undefined
  show(path: string): string
}

/** Describes a conflict: the place of each side, the content of each, and the fix. */
export function conflictText(
  conflicts: readonly MergeConflict[],
  { account, type, ours, theirs, show }: ConflictSides,
): string {
  const own = nodeAt(ours.root, ['prompts', type, 'value'])
  const parts = conflicts.map((conflict) => {
    const here = `${show(ours.path)}:${lineAt(ours, own, conflict.ours.at)}`
    const there = `${show(theirs?.path ?? '')}:${lineAt(theirs, nodeAt(theirs?.root, ['value']), conflict.theirs.at)}`
    return [
      `error: "${account}" and the global ${type} prompt changed the same lines`,
      `  --> ${here}`,
      `  ::: ${there}`,
      `<<<<<<< ${here}: the account's text`,
      ...conflict.ours.lines,
      '||||||| the global text when the account customised it',
      ...conflict.base.lines,
      '=======',
      ...conflict.theirs.lines,
      `>>>>>>> ${there}: the global text today`,
    ].join('\n')
  })
  const takes = `\`tenfold prompt rebase ${account} ${type} --file FILE\``
  const follows = `\`tenfold prompt reset ${account} ${type}\``
  const help = ` help: write the text as it should be into FILE and run ${takes}, or ${follows} to follow the global`
  return `${[...parts, help].join('\n')}\n`
}

/** Returns the line of the file that has a line of a text: only a literal block has one for each. */
function lineAt(file: SourceFile | undefined, node: Node | undefined, index: number): number {
  if (file === undefined || node === undefined) return 1
  const first = file.text.slice(0, node.start).split('\n').length
  return file.text[node.start] === '|' ? first + 1 + index : first
}
