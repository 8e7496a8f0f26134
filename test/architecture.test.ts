import { readFileSync, readdirSync } from 'node:fs'
import { dirname, join, relative, resolve, sep } from 'node:path'
import { expect, test } from 'vitest'
import { ROOT } from './support/run.ts'

/** Which folders of `src` each may import, beside itself. */
const MAY: Readonly<Record<string, readonly string[]>> = {
  base: [],
  bundle: [],
  git: ['base'],
  compile: ['base', 'bundle', 'git'],
  lint: ['base', 'bundle', 'compile', 'rules'],
  report: ['bundle', 'compile'],
  edit: ['base', 'bundle', 'compile', 'git', 'review'],
  publish: ['base', 'bundle', 'compile', 'git'],
  trust: ['base', 'bundle', 'compile'],
  sdk: ['base', 'bundle', 'git', 'trust'],
  review: ['base', 'bundle', 'compile', 'report'],
  pipeline: ['base', 'bundle', 'compile', 'git', 'lint', 'publish', 'trust', 'edit', 'review'],
  // The front door: the SDK, and what a repository's own rules are written with.
  index: ['sdk', 'rules'],
  rules: ['lint', 'compile'],
  init: ['base', 'compile'],
  cli: [
    'base',
    'bundle',
    'git',
    'compile',
    'init',
    'lint',
    'publish',
    'pipeline',
    'report',
    'review',
    'edit',
    'sdk',
    'trust',
  ],
}

/** No npm package at all is what lets a service install the SDK without a thought. */
const NO_PACKAGES = ['bundle', 'sdk']

/** What the SDK may know of trust: how to verify and to unseal, and what a key looks like; not how to sign or to seal. */
const VERIFYING = [
  'trust/api-key.ts',
  'trust/verify.ts',
  'trust/descent.ts',
  'trust/unseal.ts',
  'trust/root.ts',
  'trust/key.ts',
]

/** What it may know of git and of this machine: how a branch is read, and where its own folders are. */
const READING = [
  'base/child-environment.ts',
  'base/look.ts',
  'base/own-folders.ts',
  'git/ask.ts',
  'git/branch.ts',
  'git/environment.ts',
  'git/objects.ts',
  'git/own-repository.ts',
  'git/top.ts',
  'git/url.ts',
]

interface Import {
  readonly from: string
  readonly to: string
}

const SRC = join(ROOT, 'src')
const files = readdirSync(SRC, { recursive: true, encoding: 'utf8' })
  .filter((file) => file.endsWith('.ts') && !file.endsWith('.d.ts'))
  .map((file) => file.split(sep).join('/'))

const imports: Import[] = files.flatMap((from) => {
  // Comments may show how others import.
  const text = readFileSync(join(SRC, from), 'utf8').replace(/\/\*[\s\S]*?\*\//g, '')
  return [...text.matchAll(/\b(?:from|import)\s*\(?\s*'([^'\s]+)'/g)].map((match) => ({ from, to: match[1] ?? '' }))
})

/** `src/pipeline.ts` counts as the pipeline's folder. */
function folderOf(file: string): string {
  return file.includes('/') ? file.slice(0, file.indexOf('/')) : file.replace(/\.ts$/, '')
}

test('there are imports to look at', () => {
  expect(imports.length).toBeGreaterThan(200)
  expect(new Set(files.map(folderOf))).toEqual(new Set(Object.keys(MAY)))
})

test('no folder imports one that it may not', () => {
  const wrong = imports.filter(({ from, to }) => {
    if (!to.startsWith('.')) return false
    const target = relative(SRC, resolve(SRC, dirname(from), to))
      .split(sep)
      .join('/')
    // The schemas are data, read by the stage that validates.
    if (target.startsWith('../schemas/')) return folderOf(from) !== 'compile'
    const [own, other] = [folderOf(from), folderOf(target)]
    return own !== other && MAY[own]?.includes(other) !== true
  })
  expect(wrong).toEqual([])
})

test('the SDK reads a branch, and can do no more with git', () => {
  const known = imports
    .filter(({ from, to }) => to.startsWith('.') && (folderOf(from) === 'sdk' || READING.includes(from)))
    .map(({ from, to }) =>
      relative(SRC, resolve(SRC, dirname(from), to))
        .split(sep)
        .join('/'),
    )
    .filter((target) => ['base', 'git'].includes(folderOf(target)))
  expect(new Set(known)).toEqual(new Set(READING))
})

test('the SDK verifies and unseals, and can do no more', () => {
  const known = imports
    .filter(({ from, to }) => to.startsWith('.') && (folderOf(from) === 'sdk' || VERIFYING.includes(from)))
    .map(({ from, to }) =>
      relative(SRC, resolve(SRC, dirname(from), to))
        .split(sep)
        .join('/'),
    )
    .filter((target) => folderOf(target) === 'trust')
  expect(new Set(known)).toEqual(new Set(VERIFYING))
})

test('the SDK, and all that it imports, needs no npm package but the one that decrypts', () => {
  const wrong = imports.filter(({ from, to }) => {
    const isOurs = NO_PACKAGES.includes(folderOf(from)) || [...VERIFYING, ...READING].includes(from)
    return (
      isOurs &&
      !to.startsWith('.') &&
      !to.startsWith('node:') &&
      !(from === 'trust/unseal.ts' && to === 'age-encryption')
    )
  })
  expect(wrong).toEqual([])
})

test('the built SDK imports nothing but node, and not the command line', () => {
  const dist = join(ROOT, 'dist')
  const seen = new Set<string>()
  const outside = new Set<string>()
  const visit = (file: string): void => {
    if (seen.has(file)) return
    seen.add(file)
    const text = readFileSync(join(dist, file), 'utf8')
    for (const match of text.matchAll(/^(?:import|export)\b[^'"]*["']([^"']+)["']/gm)) {
      const to = match[1] ?? ''
      if (to.startsWith('./')) visit(to.slice(2))
      else if (!to.startsWith('node:') && to !== 'module') outside.add(to)
    }
  }
  visit('sdk.js')
  expect([...outside].filter((name) => !BUILT_IN.has(name))).toEqual([])
  expect([...seen].some((file) => /YAML|commander/.test(readFileSync(join(dist, file), 'utf8')))).toBe(false)
})

const BUILT_IN = new Set(['fs', 'path', 'crypto', 'util', 'url', 'events', 'os'])
