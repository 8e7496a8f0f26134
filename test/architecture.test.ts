import { readFileSync, readdirSync } from 'node:fs'
import { basename, dirname, join, relative, resolve, sep } from 'node:path'
import { expect, test } from 'vitest'
import { ROOT } from './support/run.ts'

/** What the SDK may know of trust: how to verify and to unseal, and what a key looks like; not how to sign or to seal. */
const VERIFYING = [
  'trust/api-key-flaws.ts',
  'trust/verify-release.ts',
  'trust/root-descent.ts',
  'trust/unseal-keys.ts',
  'trust/root-document.ts',
  'trust/public-key.ts',
]

/** What it may know of stores: their format, and how each kind of place is read; not how one is published to. */
const STORES = [
  'store/backend-types.ts',
  'store/parse-store-url.ts',
  'store/backends/check-found-object.ts',
  'store/backends/file-reader.ts',
  'store/backends/git-reader.ts',
  'store/backends/git-branch.ts',
  'store/backends/http-reader.ts',
  'store/backends/http/base-url.ts',
  'store/backends/http/headers.ts',
  'store/backends/http/http-client.ts',
  'store/backends/http/proxy.ts',
  'store/backends/http/requests.ts',
  'store/backends/http/tunnel.ts',
  'store/backends/oci/docker-login.ts',
  'store/backends/oci/registry-challenge.ts',
  'store/backends/oci/registry-place.ts',
  'store/backends/oci/registry-reader.ts',
  'store/backends/oci/registry.ts',
  'store/backends/oci/release-image.ts',
  'store/backends/s3/aws-credentials.ts',
  'store/backends/s3/bucket-place.ts',
  'store/backends/s3/bucket-reader.ts',
  'store/backends/s3/bucket.ts',
  'store/backends/s3/explain-refusal.ts',
]

/** What it may know of git and of this machine: how a branch is read, and where its own folders are. */
const READING = [
  'base/camel-case.ts',
  'base/in-parallel.ts',
  'base/child-environment.ts',
  'base/failure.ts',
  'base/file-facts.ts',
  'base/own-folders.ts',
  'base/quote-name.ts',
  'base/describe-thrown.ts',
  'git/ask-git.ts',
  'git/branch/fetched-branch.ts',
  'git/git-environment.ts',
  'git/objects/cat-file.ts',
  'git/branch/own-repository.ts',
  'git/find-top.ts',
  'git/parse-git-url.ts',
]

interface Import {
  readonly from: string
  readonly to: string
}

const SRC = join(ROOT, 'src')
const files = readdirSync(SRC, { recursive: true, encoding: 'utf8' })
  .filter((file) => /\.tsx?$/.test(file) && !file.endsWith('.d.ts'))
  .map((file) => file.split(sep).join('/'))
const texts = new Map(files.map((file) => [file, readFileSync(join(SRC, file), 'utf8')]))

/** Every import by the text that is written, of types too. */
const imports: Import[] = files.flatMap((from) => {
  // Comments may show how others import.
  const text = (texts.get(from) ?? '').replace(/\/\*[\s\S]*?\*\//g, '')
  return [...text.matchAll(/\b(?:from|import)\s*\(?\s*'([^'\s]+)'/g)].map((match) => ({ from, to: match[1] ?? '' }))
})

/** Those of files of ours, by path. */
const inside: Import[] = imports.flatMap(({ from, to }) => {
  if (!to.startsWith('.')) return []
  return {
    from,
    to: relative(SRC, resolve(SRC, dirname(from), to))
      .split(sep)
      .join('/'),
  }
})

/** `src/pipeline.ts` counts as a room of its own. */
function roomOf(file: string): string {
  return file.includes('/') ? file.slice(0, file.indexOf('/')) : file.replace(/\.ts$/, '')
}

/** Which rooms each may import, beside itself: the table of docs/architecture.md. */
const MAY: ReadonlyMap<string, readonly string[]> = new Map(
  readFileSync(join(ROOT, 'docs/architecture.md'), 'utf8')
    .split('\n')
    .flatMap((line) => {
      const [, room, allowed] = /^\| `([a-z]+)` \| .* \| ([a-z, ]+) \|$/.exec(line) ?? []
      if (room === undefined || allowed === undefined) return []
      return [[room, allowed === 'nothing' ? [] : allowed.split(', ')]]
    }),
)

test('the table of rooms has every room, and no other', () => {
  expect(imports.length).toBeGreaterThan(1000)
  expect([...new Set(files.map(roomOf))].sort()).toEqual([...MAY.keys()].sort())
})

test('no room imports one that it may not', () => {
  const wrong = inside.filter(({ from, to }) => {
    const [own, other] = [roomOf(from), roomOf(to)]
    return own !== other && MAY.get(own)?.includes(other) !== true
  })
  expect(wrong).toEqual([])
})

test('no room may import one that it does not need', () => {
  const needed = new Set(inside.map(({ from, to }) => `${roomOf(from)} → ${roomOf(to)}`))
  const allowed = [...MAY].flatMap(([room, others]) => others.map((other) => `${room} → ${other}`))
  expect(allowed.filter((arrow) => !needed.has(arrow))).toEqual([])
})

test('no file imports itself over others, types included', () => {
  const byFile = new Map<string, string[]>()
  for (const { from, to } of inside) byFile.set(from, [...(byFile.get(from) ?? []), to])
  const done = new Set<string>()
  const circles: string[] = []
  const visit = (file: string, path: readonly string[]): void => {
    if (path.includes(file)) circles.push([...path.slice(path.indexOf(file)), file].join(' → '))
    else if (!done.has(file)) {
      for (const next of byFile.get(file) ?? []) visit(next, [...path, file])
      done.add(file)
    }
  }
  for (const file of files) visit(file, [])
  expect(circles).toEqual([])
})

test('a folder has at most fifteen files, beside those of rules', () => {
  const folders = new Map<string, number>()
  for (const file of files) folders.set(dirname(file), (folders.get(dirname(file)) ?? 0) + 1)
  const crowded = [...folders].filter(([folder, count]) => count > 15 && !folder.startsWith('lint/rules/'))
  expect(crowded).toEqual([])
})

test('no more than two files have one name, but index.ts', () => {
  const byName = new Map<string, string[]>()
  for (const file of files) byName.set(basename(file), [...(byName.get(basename(file)) ?? []), file])
  const often = [...byName].filter(([name, all]) => name !== 'index.ts' && all.length > 2)
  expect(often).toEqual([])
})

test('every source file that the page names is there', () => {
  const page = readFileSync(join(ROOT, 'docs/architecture.md'), 'utf8')
  const named = [...page.matchAll(/`(?:src\/)?([a-z][a-z/-]*\.ts)`/g)].map(([, path = '']) => path)
  expect(named.length).toBeGreaterThan(50)
  expect(named.filter((path) => !files.some((file) => file === path || file.endsWith(`/${path}`)))).toEqual([])
})

test('an exported type has a name of its own', () => {
  const byName = new Map<string, string[]>()
  for (const [file, text] of texts) {
    // What is generated out of the schemas is told apart by namespaces.
    if (file.startsWith('source/generated/')) continue
    for (const [, name = ''] of text.matchAll(
      /^export (?:abstract )?(?:class|interface|type|enum) ([A-Za-z0-9_]+)/gm,
    )) {
      byName.set(name, [...(byName.get(name) ?? []), file])
    }
  }
  expect([...byName].filter(([, where]) => where.length > 1)).toEqual([])
})

/** The files of the SDK with all that they import, over however many others, at once or when it is first needed. */
const ofSdk = new Set(files.filter((file) => roomOf(file) === 'sdk'))
for (const file of ofSdk) for (const { from, to } of inside) if (from === file) ofSdk.add(to)

function sdkFilesOf(...rooms: readonly string[]): Set<string> {
  return new Set([...ofSdk].filter((file) => rooms.includes(roomOf(file))))
}

test('the SDK reads a branch, and can do no more with git', () => {
  expect(sdkFilesOf('base', 'git')).toEqual(new Set(READING))
})

test('the SDK reads stores, and publishes to none', () => {
  const places = [...sdkFilesOf('store')].filter((file) => !file.startsWith('store/format/'))
  expect(new Set(places)).toEqual(new Set(STORES))
})

test('the SDK verifies and unseals, and can do no more', () => {
  expect(sdkFilesOf('trust')).toEqual(new Set(VERIFYING))
})

test('the SDK, and all that it imports, needs no npm package but those that decrypt, sign and listen', () => {
  const wrong = imports.filter(({ from, to }) => {
    const isOther = !to.startsWith('.') && !to.startsWith('node:')
    return (
      (ofSdk.has(from) || roomOf(from) === 'domain') &&
      isOther &&
      !(from === 'trust/unseal-keys.ts' && to === 'age-encryption') &&
      !(from === 'store/backends/s3/bucket.ts' && to === 'aws4fetch') &&
      !(from === 'notice/connect-bus.ts' && to === '@nats-io/transport-node')
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
