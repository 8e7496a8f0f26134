import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { stateFolder } from '../../src/base/own-folders.ts'
import { type Release, readHead, writeHead } from '../../src/store/format/release-manifest.ts'
import { privateKey, signHead } from '../../src/trust/sign-head.ts'
import { writeConfig } from '../support/config.ts'
import { type Ran, commitAll, git, tenfold } from '../support/run.ts'
import { trustFolder } from '../support/trust.ts'
import { ACME, headOf, said } from './support.ts'

async function done(args: readonly string[], folder: string): Promise<Ran> {
  const ran = await tenfold(args, folder)
  expect(ran.code, ran.stderr).toBe(0)
  return ran
}

const treeAt = async (folder: string, commit = 'HEAD'): Promise<string> =>
  (await git(folder, 'rev-parse', `${commit}:config`)).stdout.trim()

/** A head that says what it is told to, signed by whoever signed the last one, which proves nothing now. */
function forge(folder: string, store: string, change: (release: Release) => Release): void {
  const file = join(folder, store, 'head.json')
  const { release, core, signatures } = readHead(readFileSync(file))
  writeFileSync(file, writeHead(change(release), core, signatures))
}

/** The same, signed by this machine. */
function signLocally(folder: string, store: string, change: (release: Release) => Release): void {
  const file = join(folder, store, 'head.json')
  const key = privateKey(readFileSync(join(stateFolder() ?? '', 'local.pem'), 'utf8'))
  if (key === undefined) throw new Error('this machine has no key')
  writeFileSync(file, signHead(change(readHead(readFileSync(file)).release), [key]))
}

function withoutTree({ tree: _, ...release }: Release): Release {
  return release
}

test('a release says of which tree it is, and says so when it is copied or signed again; what is rolled back does not', async () => {
  const folder = trustFolder(writeConfig({ 'accounts/acme.yaml': ACME }))
  await commitAll(folder)
  await done(['release', '--to', 'file:store'], folder)
  const first = headOf(folder)
  expect(first.tree).toBe(await treeAt(folder))
  await done(['release', '--refresh', '--to', 'file:store'], folder)
  expect(headOf(folder)).toMatchObject({ tree: first.tree, seq: 1 })

  writeConfig({ 'accounts/acme.yaml': `${ACME}# more\n`, 'accounts/more.yaml': 'id: more\nplan: free\n' }, folder)
  await commitAll(folder, 'more')
  await done(['release', '--to', 'file:store'], folder)
  expect(headOf(folder)).toMatchObject({ tree: await treeAt(folder), seq: 2 })
  await done(['publish', '--from', 'file:store', '--to', 'file:copy'], folder)
  expect(headOf(folder, 'copy').tree).toBe(headOf(folder).tree)
  await done(['verify', 'file:copy'], folder)

  await done(['rollback', '1', '--to', 'file:store'], folder)
  expect(headOf(folder)).not.toHaveProperty('tree')
  expect(headOf(folder)).toMatchObject({ root: first.root, seq: 3 })
  // What is asked for after that is what the working tree says, whatever the last release was made of.
  await done(['release', '--to', 'file:store'], folder)
  expect(headOf(folder)).toMatchObject({ root: headOf(folder, 'copy').root, tree: headOf(folder, 'copy').tree, seq: 4 })

  // The release keys have signed it with the rest.
  forge(folder, 'store', (release) => ({ ...release, tree: first.tree ?? '' }))
  expect(await tenfold(['verify', 'file:store'], folder)).toMatchObject({
    code: 3,
    stderr: expect.stringContaining('not signed'),
  })
})

test('what has changed is not asked of a head that this machine did not sign', async () => {
  const folder = writeConfig({ 'accounts/acme.yaml': ACME, 'accounts/more.yaml': 'id: more\nplan: free\n' })
  const base = await commitAll(folder)
  await done(['compile', '--at', base], folder)
  writeConfig({ 'accounts/acme.yaml': ACME.replace('gpt-4', 'gpt-4o') }, folder)
  await commitAll(folder, 'another model')
  const wanted = said(await done(['compile', '--at', 'HEAD', '--out', 'scratch', '--format', 'json'], folder), 'root')

  const tree = await treeAt(folder)
  forge(folder, '.tenfold/store', (release) => ({ ...release, tree }))
  const ran = await done(['compile', '--at', 'HEAD', '--format', 'json'], folder)
  expect(said(ran, 'root')).toBe(wanted)
  expect(said(ran, 'files_reused')).toBe(0)
  expect(headOf(folder, '.tenfold/store').tree).toBe(tree)
})

test('where only the tree would be new, nothing is', async () => {
  const folder = writeConfig({ 'accounts/acme.yaml': ACME })
  await commitAll(folder)
  await done(['compile', '--at', 'HEAD', '--out', 'store'], folder)
  signLocally(folder, 'store', withoutTree)
  const before = headOf(folder)
  expect(
    said(await done(['compile', '--at', 'HEAD', '--out', 'store', '--format', 'json'], folder), 'objects_written'),
  ).toBe(0)
  expect(headOf(folder)).toEqual(before)
})
