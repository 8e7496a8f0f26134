import { cpSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { beforeAll, expect, test } from 'vitest'
import { isObject } from '../../src/store/format/decode-json.ts'
import { hexOf, pathOf } from '../../src/store/format/object-ref.ts'
import { temporaryFolder, writeConfig } from '../support/config.ts'
import { tenfold } from '../support/run.ts'

let folder = ''
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'tenfold-debug-'))
  writeConfig({ 'accounts/acme.yaml': 'id: acme\nplan: growth\nname: Acme\n' }, folder)
  expect((await tenfold(['compile'], folder)).code).toBe(0)
  return () => rmSync(folder, { recursive: true, force: true })
})

async function shown(ref: string, cwd = folder): Promise<unknown> {
  const { code, stdout, stderr } = await tenfold(['debug', 'object', ref], cwd)
  expect([code, stderr]).toEqual([0, ''])
  return JSON.parse(stdout)
}

/** A text at a path of what was printed. */
function textAt(value: unknown, ...path: readonly string[]): string {
  let at = value
  for (const key of path) at = isObject(at) ? at[key] : undefined
  return String(at)
}

test('from the head on, every object is shown as what it is', async () => {
  const head = await shown('head')
  expect(head).toMatchObject({ kind: 'head', content: { release: { environment: 'production', seq: 1 } } })
  const root = await shown(textAt(head, 'content', 'release', 'root'))
  expect(root).toMatchObject({ kind: 'root', isWhole: true, content: { count: 1 } })
  const globals = await shown(textAt(root, 'content', 'globals'))
  expect(globals).toMatchObject({ kind: 'globals', content: { sections: { text: { provider: 'openai' } } } })
  const leaf = await shown(textAt(root, 'content', 'accounts').slice(1))
  expect(leaf).toMatchObject({ kind: 'leaf', content: { accounts: { acme: { plan: 'growth' } } } })
  const origins = await shown(textAt(leaf, 'content', 'provenance'))
  expect(origins).toMatchObject({ kind: 'provenance', content: { acme: { file: 'accounts/acme.yaml' } } })
  const globalOrigins = await shown(textAt(globals, 'content', 'provenance'))
  expect(globalOrigins).toMatchObject({ kind: 'provenance', content: { 'settings.yaml': {} } })
  expect(await shown(textAt(globals, 'content', 'prompts', 'clustering', 'value'))).toMatchObject({ kind: 'text' })
})

test('the beginning of a digest is enough, and damage is shown', async () => {
  const ref = textAt(await shown('head'), 'content', 'release', 'root')
  expect(await shown(hexOf(ref).slice(0, 12))).toMatchObject({ ref })
  const copy = temporaryFolder()
  cpSync(folder, copy, { recursive: true })
  writeFileSync(join(copy, '.tenfold/store', pathOf(ref)), Buffer.from([0xff, 0xfe]))
  expect(await shown(hexOf(ref), copy)).toMatchObject({ kind: 'bytes', isWhole: false })
})

test.each([
  ['zz', 2, '"zz" is no reference'],
  ['0000', 2, 'there is no object in .tenfold/store that begins with 0000'],
])('%s is refused', async (ref, code, message) => {
  const ran = await tenfold(['debug', 'object', ref], folder)
  expect(ran).toMatchObject({ code, stdout: '' })
  expect(ran.stderr).toContain(`error: ${message}\n help: `)
})

test('without a store, the failure names the file', async () => {
  const ran = await tenfold(['debug', 'object', 'head'], temporaryFolder())
  expect(ran).toMatchObject({ code: 3, stderr: expect.stringContaining('cannot read .tenfold/store/head.json') })
})
