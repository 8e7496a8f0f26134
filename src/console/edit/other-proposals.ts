import { shownAuthor, shownText, shownValue } from '../parts/shown.ts'
import { WORDS } from '../words.ts'
import type { Workspace } from '../workspace/open-workspace.ts'

/** Returns a look-up of what open proposals change at a path of a file: a line for each. */
export async function alsoIn(
  workspace: Workspace,
  key: string,
): Promise<(path: readonly string[]) => readonly string[]> {
  const touched = await workspace.touchedByProposals()
  return (path) => {
    const at = `${key}\0${path.join('\0')}`
    return (touched.get(at) ?? []).map(({ branch, author, old, now }) => {
      return WORDS.form.also(shownText(branch), shownAuthor(author), shownValue(old), shownValue(now))
    })
  }
}
