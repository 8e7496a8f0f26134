import { globSegments } from './match-glob.ts'

/** Whether a path of the repository has an owner. */
export type Owned = (path: string) => boolean

/** The places of a file of owners; the first one found counts: GitHub's order first, then that of other servers. */
export const OWNER_FILES = [
  '.github/CODEOWNERS',
  'CODEOWNERS',
  'docs/CODEOWNERS',
  '.gitlab/CODEOWNERS',
  '.gitea/CODEOWNERS',
]

/**
 * Reads a CODEOWNERS file. Of the lines that match a path the last one counts, and one without an owner removes the
 * others' ownership. Each of GitLab's sections counts for itself, and may name owners for the lines that name none.
 */
export function ownersIn(text: string): Owned {
  const sections: Section[] = [{ defaults: false, rules: [] }]
  for (const line of text.split(/\r?\n/)) {
    const [pattern = '', ...owners] = wordsOf(line)
    const heading = HEADING.exec(line.trim())
    if (heading !== null) sections.push({ defaults: hasWords(heading[1] ?? ''), rules: [] })
    else if (pattern !== '') sections.at(-1)?.rules.push({ segments: segmentsOf(pattern), owners: owners.length > 0 })
  }
  return (path) => sections.some((section) => isOwnedIn(section, path.split('/')))
}

interface Rule {
  readonly segments: readonly string[]
  readonly owners: boolean
}

interface Section {
  /** Whether its heading names owners. */
  readonly defaults: boolean
  readonly rules: Rule[]
}

/** `[Name]`, `^[Name][2] @owner`: GitHub knows none, and none of its patterns begins like this. */
const HEADING = /^\^?\[[^\]]+\](?:\[\d+\])?(.*)$/

function isOwnedIn({ defaults, rules }: Section, path: readonly string[]): boolean {
  const rule = rules.findLast(({ segments }) => globSegments(segments, path))
  return rule !== undefined && (rule.owners || defaults)
}

/** Returns the words of a line, up to a comment; a space that belongs to a path has a backslash before it. */
function wordsOf(line: string): string[] {
  const words = line.match(/(?:\\.|[^\s\\])+/g) ?? []
  const comment = words.findIndex((word) => word.startsWith('#'))
  return (comment < 0 ? words : words.slice(0, comment)).map((word) => word.replace(/\\([ #\\])/g, '$1'))
}

function hasWords(text: string): boolean {
  return wordsOf(text).length > 0
}

/**
 * Splits a pattern into its folders, `**` for any number of them. With a slash before its end it begins at the top,
 * else it matches in any folder. It also covers what is below a folder, except for `folder/*`, which covers only the
 * files in it.
 */
function segmentsOf(pattern: string): string[] {
  const isAnchored = pattern.slice(0, -1).includes('/')
  const parts = pattern.replace(/^\//, '').split('/')
  const isFolder = parts.at(-1) === ''
  if (isFolder) parts.pop()
  const last = parts.at(-1)
  const tail = isFolder || last === '**' ? ['*', '**'] : last === '*' ? [] : ['**']
  return [...(isAnchored ? [] : ['**']), ...(last === '**' ? parts.slice(0, -1) : parts), ...tail]
}
