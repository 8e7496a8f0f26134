import {
  copyFileSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { runInNewContext } from 'node:vm'
import { build } from 'esbuild'
import { beforeAll, describe, expect, test } from 'vitest'
import { asDamage } from '../../src/sdk/tenfold-error.ts'
import { codeOf } from '../../src/base/failure.ts'
import { SAID, installInto, service, writeInto } from '../support/installed.ts'
import { ROOT, run } from '../support/run.ts'
import { surroundings } from './surroundings.ts'

/** A project with the packed program in it, for all tests of this file. */
let project = ''
beforeAll(async () => {
  project = mkdtempSync(join(tmpdir(), 'tenfold-packed-'))
  await installInto(project)
  return () => rmSync(project, { recursive: true, force: true })
})

const MODULES = {
  'import.mjs': `${service('import')}\nconsole.log(await open())`,
  'require.cjs': `${service('require')}\nopen().then(console.log)`,
}

describe('the packed program', () => {
  test.each(Object.entries(MODULES))('answers in %s, with sealed keys', async (name, text) => {
    writeInto(project, { [name]: text })
    const { stdout, stderr } = await run(process.execPath, [name], project, await surroundings())
    expect([stderr, JSON.parse(stdout || '0')]).toEqual(['', SAID])
  })

  test('is loaded without what decrypts', async () => {
    const list = `require('tenfold')\nconsole.log(Object.keys(require.cache).map((path) => path.replace(/.*[\\/\\\\]/, '')).join())`
    writeInto(project, { 'loaded.cjs': list })
    expect((await run(process.execPath, ['loaded.cjs'], project)).stdout).toBe('loaded.cjs,sdk.cjs\n')
  })

  test('is the same to a process that has it twice: an error of one copy is one of the other', async () => {
    writeInto(project, {
      'twice.mjs': `import { createRequire } from 'node:module'
import * as imported from 'tenfold'
const required = createRequire(import.meta.url)('tenfold')
const of = ({ openSettings }) => openSettings({ store: 'file:nowhere/.tenfold/store' }).catch((error) => error)
class Other extends imported.TenfoldError {}
console.log(JSON.stringify([
  imported === required, await of(imported) instanceof required.TenfoldError, await of(required) instanceof imported.TenfoldError,
  new Error() instanceof imported.TenfoldError, null instanceof required.TenfoldError, await of(required) instanceof Other,
  new Other('expired', 'it is') instanceof Other, Object.keys(imported).sort().join() === Object.keys(required).sort().join(),
]))`,
    })
    const { stdout, stderr } = await run(process.execPath, ['twice.mjs'], project)
    expect([stderr, stdout]).toEqual(['', '[false,true,true,false,false,false,true,true]\n'])
  })

  test('has `tenfold/rules` for both', async () => {
    writeInto(project, {
      'rules.mjs': `import { defineRule } from 'tenfold/rules'\nconsole.log(typeof defineRule)`,
      'rules.cjs': `console.log(typeof require('tenfold/rules').defineRule)`,
    })
    for (const name of ['rules.mjs', 'rules.cjs'])
      expect((await run(process.execPath, [name], project)).stdout).toBe('function\n')
  })

  test('has every entry for both', async () => {
    const { exports }: { readonly exports: object } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8'))
    const entries = Object.keys(exports)
      .filter((entry) => !/json|schemas/.test(entry))
      .map((entry) => entry.replace('.', 'tenfold'))
    // In a file: what is given to node with -e has a global `require`, which a module has not.
    writeInto(project, {
      'entries.mjs': entries
        .map((entry, i) => `import * as m${i} from '${entry}'\nconsole.log(typeof m${i})\n`)
        .join(''),
      'entries.cjs': entries.map((entry) => `console.log(typeof require('${entry}'))\n`).join(''),
    })
    // What a service that uses it installs itself.
    mkdirSync(join(project, 'node_modules/@openfeature'), { recursive: true })
    const peer = '@openfeature/server-sdk'
    symlinkSync(join(ROOT, 'node_modules', peer), join(project, 'node_modules', peer))
    expect(entries.length).toBeGreaterThan(3)
    for (const name of ['entries.mjs', 'entries.cjs']) {
      const { stdout, stderr } = await run(process.execPath, [name], project)
      expect([stderr, stdout]).toEqual(['', 'object\n'.repeat(entries.length)])
    }
  })

  test.each([
    ['import', 'esm'],
    ['import', 'cjs'],
    ['require', 'cjs'],
    ['require', 'esm'],
  ] as const)('answers out of a bundle: %s as %s', async (kind, format) => {
    const [entry, outfile] = [`bundled-${kind}.js`, join(project, 'out', `${kind}.${format === 'esm' ? 'mjs' : 'cjs'}`)]
    writeInto(project, { [entry]: `${service(kind)}\nopen().then(console.log)` })
    await build({
      entryPoints: [join(project, entry)],
      outfile,
      bundle: true,
      platform: 'node',
      format,
      target: 'node20',
      logLevel: 'silent',
      minify: true,
      // In an ES module, what is CommonJS has no `require` for node's own modules: a line that people add for any package.
      ...(format === 'esm' && {
        banner: { js: `import{createRequire}from'node:module';const require=createRequire(import.meta.url);` },
      }),
    })
    const elsewhere = mkdtempSync(join(tmpdir(), 'tenfold-bundle-'))
    copyFileSync(outfile, join(elsewhere, basename(outfile)))
    const { stdout, stderr } = await run(process.execPath, [basename(outfile)], elsewhere, await surroundings())
    rmSync(elsewhere, { recursive: true })
    expect([stderr, JSON.parse(stdout || '0')]).toEqual(['', SAID])
  })
})

describe('an error that nobody catches', () => {
  const fails = `openSettings({ store: 'file:nowhere/.tenfold/store' })`
  const damaged = `openSettings({ store: process.env.STORE, trust: process.env.ROOT_OF_TRUST })`
  test.each<readonly [name: string, text: string]>([
    ['await.mjs', `import { openSettings } from 'tenfold'\nawait ${fails}`],
    ['rejected.mjs', `import { openSettings } from 'tenfold'\nvoid ${fails}`],
    ['rejected.cjs', `const { openSettings } = require('tenfold')\nvoid ${fails}`],
    [
      'thrown.mjs',
      `import { openSettings } from 'tenfold'\nopenSettings({ store: 'file:x', mode: 5 }).catch((error) => setTimeout(() => { throw error }))`,
    ],
    [
      'sync.mjs',
      `import { openSettings } from 'tenfold'\nconst at = await ${damaged}\nat.getModelConfig('no_such_function', 'acme')`,
    ],
    [
      'sync.cjs',
      `const { openSettings } = require('tenfold')\n${damaged}.then((at) => at.getModelConfig('generate_content', 'acme').apiKey)`,
    ],
    [
      'damaged.cjs',
      `const { openSettings } = require('tenfold')\nvoid openSettings({ store: process.env.DAMAGED, trust: process.env.ROOT_OF_TRUST })`,
    ],
    ...[
      `throw new TypeError('a'.repeat(5000))`,
      `throw new Error('fetch failed', { cause: new Error('b'.repeat(5000)) })`,
      `throw Object.assign(new Error('denied'), { config: { headers: { authorization: 'c'.repeat(5000) } } })`,
      `throw 'd'.repeat(5000)`,
      `throw Object.assign(new Error('e'), { name: 'e'.repeat(5000), stack: '    at e\\n'.repeat(5000) })`,
    ].map(
      (fault, i) =>
        [
          `headers-${i}.mjs`,
          `import { openSettings } from 'tenfold'
await openSettings({ store: 'https://127.0.0.1:1', trust: process.env.ROOT_OF_TRUST, headers: async () => { ${fault} } })`,
        ] as const,
    ),
    [
      'getter.mjs',
      `import { openSettings } from 'tenfold'
await openSettings({ get store() { throw new Error('f'.repeat(5000)) } })`,
    ],
  ])('prints under 2 KB: %s', async (name, text) => {
    const known = await surroundings()
    const store = mkdtempSync(join(tmpdir(), 'tenfold-damaged-'))
    writeFileSync(join(store, 'head.json'), '{'.repeat(1000))
    writeInto(project, { [name]: text })
    const env = { ...known, DAMAGED: `file:${store}`, OPENAI_API_KEY: '"in quotes"' }
    for (const flags of [[], ['--enable-source-maps']]) {
      const { code, stderr } = await run(process.execPath, [...flags, name], project, env)
      expect([code, stderr.length < 2048, stderr.slice(0, 4000)]).toEqual([
        1,
        true,
        expect.stringContaining('TenfoldError'),
      ])
    }
    rmSync(store, { recursive: true })
  })
})

test('an error of another realm is read as well: a test runner gives modules globals of their own', () => {
  const foreign: unknown = runInNewContext(`Object.assign(new Error('no such file'), { code: 'ENOENT' })`)
  expect([foreign instanceof Error, codeOf(foreign), asDamage(foreign, 'it').message]).toEqual([
    false,
    'ENOENT',
    'it is damaged: no such file',
  ])
})

test.skip('jest, webpack, publint, arethetypeswrong, Bun, Deno: by `npx tsx test/conformance/packages.ts`, which installs them', () => {})

test('no built line is over 1,000 characters', () => {
  const dist = join(ROOT, 'dist')
  const files = readdirSync(dist).filter((file) => /\.c?js$/.test(file))
  expect(files.length).toBeGreaterThan(20)
  const long = files.flatMap((file) => {
    const lines = readFileSync(join(dist, file), 'utf8').split('\n')
    return lines.flatMap((line, i) => (line.length > 1000 ? [`${file}:${i + 1}: ${line.length}`] : []))
  })
  expect(long).toEqual([])
})
