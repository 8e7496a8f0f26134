import type { FileKind } from '../../../source/file-layout.ts'
import { defineRule, fileStart } from '../../rule.ts'

export const notCheckedOut = defineRule({
  id: 'files/not-checked-out',
  severity: 'warning',
  summary:
    'files of HEAD that a sparse checkout or --no-checkout left out; an error where something is made of the rest',
  tree({ absent = [] }, report, use) {
    const [first] = absent
    if (first === undefined) return
    report({
      severity: use === 'check' ? 'warning' : 'error',
      at: fileStart(first.path),
      message: `${countsOf(absent.map(({ kind }) => kind))} of HEAD ${absent.length === 1 ? 'is' : 'are'} not checked out`,
      help: 'check everything out (`git sparse-checkout disable`, `git checkout HEAD -- .`), or name a revision: --at HEAD',
    })
  },
})

const WORDS: Partial<Readonly<Record<FileKind, string>>> = {
  account: 'account file',
  prompt: 'prompt',
  profile: 'author profile',
  strategy: 'strategy',
}

/** Formats `7 account files, 3 author profiles and 1 other file`. */
function countsOf(kinds: readonly (FileKind | undefined)[]): string {
  const counts = new Map<string, number>()
  for (const kind of kinds) {
    const word = WORDS[kind ?? 'tenfold'] ?? 'other file'
    counts.set(word, (counts.get(word) ?? 0) + 1)
  }
  const parts = [...counts].map(([word, n]) => `${n} ${n === 1 ? word : word.replace(/y$/, 'ie')}${n === 1 ? '' : 's'}`)
  return parts.length < 2 ? parts.join('') : `${parts.slice(0, -1).join(', ')} and ${parts.at(-1) ?? ''}`
}
