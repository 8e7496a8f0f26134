import { mkdtempSync, readFileSync, readdirSync, rmSync, statSync } from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { beforeAll, expect, test } from 'vitest'
import { SAID, installSdkInto, service, writeInto } from '../support/installed.ts'
import { ROOT, run } from '../support/run.ts'
import { surroundings } from './surroundings.ts'

/** A project with the packed SDK in it and nothing else, for all tests of this file. */
let project = ''
let tarball = ''
beforeAll(async () => {
  project = mkdtempSync(join(tmpdir(), 'tenfold-sdk-packed-'))
  tarball = await installSdkInto(project)
  return () => rmSync(project, { recursive: true, force: true })
})

test.each([
  ['import.mjs', `${service('import', 'tenfold-sdk')}\nconsole.log(await open())`],
  ['require.cjs', `${service('require', 'tenfold-sdk')}\nopen().then(console.log)`],
])('the packed SDK answers in %s with sealed keys, alone', async (name, text) => {
  writeInto(project, { [name]: text })
  const { stdout, stderr } = await run(process.execPath, [name], project, await surroundings())
  expect([stderr, JSON.parse(stdout || '0')]).toEqual(['', SAID])
})

test('it is under 150 kB, has no dependency, and every line of ours is bounded', () => {
  expect(statSync(tarball).size).toBeLessThan(150_000)
  const folder = join(project, 'node_modules/tenfold-sdk')
  const manifest: object = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'))
  expect(manifest).not.toHaveProperty('dependencies')
  expect(readdirSync(folder).sort()).toEqual([
    'LICENSE',
    'README.md',
    'age.cjs',
    'aws4fetch.cjs',
    'core.cjs',
    'index.cjs',
    'index.d.cts',
    'index.d.ts',
    'index.js',
    'package.json',
    'testing.cjs',
    'testing.d.cts',
    'testing.d.ts',
    'testing.js',
  ])
  const lines = readFileSync(join(folder, 'core.cjs'), 'utf8').split('\n')
  expect(Math.max(...lines.map((line) => line.length))).toBeLessThan(1_000)
})

test('what decrypts is not loaded before there is something to decrypt', async () => {
  const list = `require('tenfold-sdk')\nconsole.log(Object.keys(require.cache).map((path) => path.replace(/.*[\\/\\\\]/, '')).join())`
  writeInto(project, { 'loaded.cjs': list })
  expect((await run(process.execPath, ['loaded.cjs'], project)).stdout).toBe('loaded.cjs,index.cjs,core.cjs\n')
})

test('a process that imports and requires it has one copy, which exports what `tenfold` does for services', async () => {
  writeInto(project, {
    'twice.mjs': `import { createRequire } from 'node:module'
import * as imported from 'tenfold-sdk'
const required = createRequire(import.meta.url)('tenfold-sdk')
console.log(JSON.stringify([imported.openSettings === required.openSettings, Object.keys(imported).sort()]))`,
  })
  const { stdout } = await run(process.execPath, ['twice.mjs'], project)
  const whole: Record<string, unknown> = createRequire(import.meta.url)(join(ROOT, 'dist/sdk.cjs'))
  const rules: Record<string, unknown> = createRequire(import.meta.url)(join(ROOT, 'dist/rules.cjs'))
  const services = Object.keys(whole).filter((name) => !Object.hasOwn(rules, name))
  expect(JSON.parse(stdout)).toEqual([true, services.sort()])
})

test('TypeScript finds its types, by import and by require', async () => {
  const text = (load: string): string => `${load}
export async function main(): Promise<string | undefined> {
  const settings = await openSettings({ store: 'file:x', keys: { from: 'env' } })
  const { model, apiKey } = settings.getModelConfig('generate_content', 'acme', { plan: 'growth' })
  settings.on('changed', ({ seq }) => console.log(seq))
  return [model, apiKey].join()
}
`
  writeInto(project, {
    'types.mts': text(`import { openSettings } from 'tenfold-sdk'`),
    'types.cts': text(`import sdk = require('tenfold-sdk')\nconst { openSettings } = sdk`),
    'wrong.mts': `import { openSettings } from 'tenfold-sdk'\nvoid openSettings({ store: 5 })\n`,
  })
  const tsc = join(ROOT, 'node_modules/typescript/bin/tsc')
  // That they are whole is checked where they are with those of tenfold (test/types.test.ts).
  const flags = [
    '--noEmit',
    '--strict',
    '--skipLibCheck',
    '--module',
    'nodenext',
    '--target',
    'es2023',
    '--types',
    'node',
  ]
  const roots = ['--typeRoots', join(ROOT, 'node_modules/@types')]
  const { stdout } = await run(
    process.execPath,
    [tsc, ...flags, ...roots, 'types.mts', 'types.cts', 'wrong.mts'],
    project,
  )
  // The one line that is wrong, and nothing of the others.
  expect(stdout).toMatch(/^wrong\.mts\(2,21\): error TS2322: .*\n(?: .*\n)*$/)
})
