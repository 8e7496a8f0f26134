import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { BASE } from '../support/config.ts'
import type { Random } from '../support/corpus.ts'
import { writeFiles } from './stores.ts'

export type Files = Map<string, string>

export const accountsIn = (files: Files): string[] => [...files.keys()].filter((path) => path.startsWith('accounts/'))
export const stem = (path: string): string => path.slice(path.lastIndexOf('/') + 1, -'.yaml'.length)
export const somewhere = (random: Random, id: string): string =>
  `accounts/${random.of(['', 'eu/', 'eu/north/', 'us/'])}${id}.yaml`

export function accountText(id: string, random: Random): string {
  if (random.below(4) === 0) return `id: ${id}\nplan: free\n`
  const text =
    random.below(3) > 0
      ? ''
      : `prompts:
  clustering:
    customized: ${random.of(['true', 'false'])}
    value: "Mine ${random.below(5)} ${'long '.repeat(random.below(800))}[IGNY8_KEYWORDS]"
    default: "Old ${random.below(3)} [IGNY8_KEYWORDS]"
`
  const profiles =
    random.below(4) > 0
      ? ''
      : `author_profiles: { house: { name: House, tone: "${'warm '.repeat(random.below(3000))}" } }\n`
  return `id: ${id}\nplan: ${random.of(['starter', 'growth', 'scale'])}
overrides:
  openai: { model: ${random.of(['gpt-4', 'gpt-4o', 'null'])}, temperature: ${random.of(['0', '0.5', 'null'])}, max_tokens: ${1 + random.below(4000)} }
  image: ${random.of(['null', '{ max_in_article: 0 }', '{ provider: dalle }'])}
${text}${profiles}`
}

/** What people do to a configuration; each returns whether it touched a global file. */
export const EDITS: readonly ((files: Files, random: Random) => boolean)[] = [
  function changes(files, random) {
    const path = accountsIn(files).at(random.below(1000) % Math.max(1, accountsIn(files).length))
    if (path !== undefined) files.set(path, accountText(stem(path), random))
    return false
  },
  function adds(files, random) {
    for (let i = random.below(12); i >= 0; i--) {
      const id = `t${random.below(400)}`
      if (!accountsIn(files).some((path) => stem(path) === id))
        files.set(somewhere(random, id), accountText(id, random))
    }
    return false
  },
  function deletes(files, random) {
    for (let i = random.below(8); i >= 0; i--) files.delete(accountsIn(files).at(random.below(50)) ?? '')
    return false
  },
  function moves(files, random) {
    const path = accountsIn(files).at(random.below(20))
    const text = files.get(path ?? '')
    if (path === undefined || text === undefined) return false
    files.delete(path)
    files.set(somewhere(random, stem(path)), text)
    return false
  },
  function renames(files, random) {
    const path = accountsIn(files).at(random.below(20))
    const text = files.get(path ?? '')
    const id = `r${random.below(400)}`
    if (path === undefined || text === undefined || accountsIn(files).some((other) => stem(other) === id)) return false
    files.delete(path)
    files.set(somewhere(random, id), text.replace(/^id: .*/m, `id: ${id}`))
    return false
  },
  function swaps(files, random) {
    // Two accounts change their files' contents, each keeping its own id.
    const [a, b] = [accountsIn(files).at(random.below(9)), accountsIn(files).at(random.below(9))]
    if (a === undefined || b === undefined) return false
    const [first, second] = [files.get(a) ?? '', files.get(b) ?? '']
    files.set(a, second.replace(/^id: .*/m, `id: ${stem(a)}`))
    files.set(b, first.replace(/^id: .*/m, `id: ${stem(b)}`))
    return false
  },
  function comments(files, random) {
    const path = [...files.keys()].at(random.below(files.size)) ?? ''
    files.set(path, `${random.of(['# a comment\n', '\n', '\n\n# two\n'])}${files.get(path) ?? ''}`)
    return !path.startsWith('accounts/')
  },
  function globalPrompt(files, random) {
    files.set(
      'prompts/clustering.yaml',
      (BASE['prompts/clustering.yaml'] ?? '').replace('Group', random.of(['Group', 'Sort', 'Old 1'])),
    )
    return true
  },
  function settings(files, random) {
    files.set(
      'settings.yaml',
      (BASE['settings.yaml'] ?? '').replace('temperature: 0.7', `temperature: 0.${random.below(10)}`),
    )
    return true
  },
  function dates(files, random) {
    const day = random.of(['2026-01-10', '2026-02-10', '2026-03-10'])
    const key = random.of(['deprecated_on', 'removed_on'])
    files.set('models.yaml', (BASE['models.yaml'] ?? '').replace('gpt-4o: {', `gpt-4o: { ${key}: ${day},`))
    return true
  },
  function profile(files, random) {
    if (random.below(2) === 0) files.delete('author-profiles/p.yaml')
    else files.set('author-profiles/p.yaml', `name: P${random.below(3)}\n`)
    return true
  },
]

/** Mistakes that keep a store as it is. */
export const MISTAKES: readonly ((files: Files) => void)[] = [
  (files) => files.set('accounts/broken.yaml', 'id: broken\nplan: free\noverrides: null\n'),
  (files) => files.set('accounts/broken.yaml', 'id: [\n'),
  (files) => files.set('plans.yaml', 'plans: {}\n'),
  (files) => files.delete('models.yaml'),
  (files) => files.set('accounts/notes.txt', 'not YAML\n'),
  function copies(files) {
    const path = accountsIn(files).at(0)
    if (path !== undefined) files.set(`accounts/copies/${stem(path)}.yaml`, files.get(path) ?? '')
    else files.set('accounts/broken.yaml', '')
  },
]

export function sync(folder: string, before: Files, after: Files): void {
  for (const path of before.keys()) if (!after.has(path)) rmSync(join(folder, 'config', path))
  writeFiles(
    folder,
    [...after].filter(([path, text]) => before.get(path) !== text),
  )
}
