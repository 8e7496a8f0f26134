import { mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { hexOf } from '../../src/store/format/object-ref.ts'
import { readHead } from '../../src/store/format/release-manifest.ts'
import { type Emitted, compile } from '../../src/pipeline.ts'
import { openOrigin } from '../../src/source/open-configuration.ts'
import type { TrustedStore } from '../../src/check/previous/previous-release.ts'
import { unsigned } from '../../src/store/release-succession.ts'
import { FileBackend } from '../../src/store/backends/file-backend.ts'
import { wholeStore } from '../support/trust.ts'

/** A folder for as long as something is done in it. */
export async function inTemporary<T>(act: (folder: string) => Promise<T>): Promise<T> {
  const folder = mkdtempSync(join(tmpdir(), 'tenfold-'))
  try {
    return await act(folder)
  } finally {
    rmSync(folder, { recursive: true, force: true, maxRetries: 10 })
  }
}

export function writeFiles(folder: string, files: Iterable<readonly [path: string, text: string]>): void {
  for (const [path, text] of files) {
    const file = join(folder, 'config', path)
    mkdirSync(dirname(file), { recursive: true })
    writeFileSync(file, text)
  }
}

/** Compiles `FOLDER/config` into a store; undefined where an error keeps the store as it was. */
export async function compileInto(
  folder: string,
  store: string,
  revision?: string,
  judge = 'test',
): Promise<Emitted | undefined> {
  const origin = await openOrigin(join(folder, 'config'), revision)
  return (await compile(origin, new FileBackend(store), { fingerprint: judge, publisher: unsigned })).emitted
}

/** A store that these tests have made themselves; undefined where there is none. */
export function believed(target: FileBackend): TrustedStore | undefined {
  const head = target.headNow()
  return head === undefined ? undefined : { target, release: readHead(head).release }
}

/** The root's hash, of a compilation that has to succeed. */
export async function rootOf(folder: string, store: string, revision?: string, judge?: string): Promise<string> {
  const emitted = await compileInto(folder, store, revision, judge)
  if (emitted === undefined) throw new Error('the configuration does not compile')
  return hexOf(emitted.release.root)
}

/** Every object of a store by its name. Of a store compiled from scratch, these are the ones that its head reaches. */
export function objectsOf(store: string): Map<string, string> {
  const folder = join(store, 'objects')
  const found = new Map<string, string>()
  for (const prefix of readdirSync(folder)) {
    for (const name of readdirSync(join(folder, prefix)))
      found.set(name, readFileSync(join(folder, prefix, name), 'base64'))
  }
  return found
}

/** @throws {Error} unless the store is whole, and holds byte for byte what one compiled from scratch does. */
export async function mustEqualScratch(store: string, scratch: string): Promise<void> {
  const { problems } = await wholeStore(new FileBackend(store))
  if (problems.length > 0) throw new Error(problems.join('\n'))
  const held = objectsOf(store)
  for (const [name, bytes] of objectsOf(scratch)) {
    if (held.get(name) !== bytes) throw new Error(`object ${name} is ${held.has(name) ? 'another' : 'missing'}`)
  }
}
