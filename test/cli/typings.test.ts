import { mkdirSync, readFileSync, readdirSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { WIDER } from '../support/vocabulary.ts'
import { temporaryFolder, writeConfig } from '../support/config.ts'
import { ROOT, commitAll, run, tenfold } from '../support/run.ts'

test('schemas are written, and told where they are behind', async () => {
  const folder = writeConfig()
  const behind = await tenfold(['schemas', '--check', '--format', 'json'], folder)
  expect(behind.code).toBe(1)
  expect(JSON.parse(behind.stdout)).toMatchObject({ behind: expect.arrayContaining(['account.schema.json']) })
  expect(readdirSync(folder)).toEqual(['config'])

  expect(await tenfold(['schemas'], folder)).toMatchObject({ code: 0, stdout: '10 of 10 schemas written to schemas\n' })
  expect(await tenfold(['schemas', '--check'], folder)).toMatchObject({ code: 0, stdout: '' })
  const names = readdirSync(join(ROOT, 'schemas'))
  expect(readdirSync(join(folder, 'schemas'))).toEqual(names)
  for (const name of names) {
    expect(readFileSync(join(folder, 'schemas', name), 'utf8')).toBe(readFileSync(join(ROOT, 'schemas', name), 'utf8'))
  }

  writeConfig({ 'providers.yaml': WIDER }, folder)
  const { code, stdout } = await tenfold(['schemas', '--check'], folder)
  expect(code).toBe(1)
  expect(stdout).toContain('schemas/account.schema.json is behind the configuration: run `tenfold schemas`')
  expect((await tenfold(['schemas', '--out', 'other/place'], folder)).code).toBe(0)
  expect(readFileSync(join(folder, 'other/place/account.schema.json'), 'utf8')).toContain('reasoning_effort')
})

test('the editor of this repository completes by its own vocabulary', async () => {
  expect(await tenfold(['schemas', '--check', '--out', '.vscode/schemas'], ROOT)).toMatchObject({ code: 0, stdout: '' })
})

test('a link that a checkout brings in the place of a schema or of the types is not written through', async () => {
  const folder = writeConfig()
  mkdirSync(join(folder, 'schemas'))
  writeFileSync(join(folder, 'kept.json'), 'kept')
  for (const link of ['schemas/account.schema.json', 'settings.d.ts'])
    symlinkSync(join(folder, 'kept.json'), join(folder, link))
  await commitAll(folder)
  for (const args of [['schemas'], ['types', '--out', 'settings.d.ts']]) {
    const ran = await tenfold(args, folder)
    expect(ran).toMatchObject({ code: 1, stderr: expect.stringContaining('is a symbolic link that git tracks') })
  }
  expect(readFileSync(join(folder, 'kept.json'), 'utf8')).toBe('kept')
  expect(readdirSync(join(folder, 'schemas'))).toEqual(['account.schema.json'])
})

test('a vocabulary that is wrong has neither schemas nor types', async () => {
  const folder = writeConfig({ 'providers.yaml': 'kinds: {}\n' })
  const schemas = await tenfold(['schemas'], folder)
  expect(schemas).toMatchObject({ code: 1, stderr: expect.stringContaining('config/providers.yaml is wrong') })
  expect(readdirSync(folder)).toEqual(['config'])
  const types = await tenfold(['types'], folder)
  expect(types).toMatchObject({ code: 1, stdout: '', stderr: expect.stringContaining('schema/missing-key') })
  expect(await tenfold(['types', '--lang', 'rust'], folder)).toMatchObject({ code: 2 })
})

const GOOD = `
import { openSettings } from 'tenfold'
import type { Settings } from './settings.js'
const settings = await openSettings<Settings>({ store: 'file:.tenfold/store' })
const { provider, model, maxTokens, apiKey, known, plan } = settings.getModelConfig('generate_content', 'acme')
const told: ['openai' | 'anthropic', string, number, string, boolean, string | null] = [provider, model, maxTokens, apiKey, known, plan]
const count: number | undefined = settings.snapshot().getModelConfig('generate_images', 'acme', { plan: 'free' }).maxInArticle
const text: string = settings.compilePrompt('acme', 'image_prompt', { title: 'a' })
const full: string = settings.compilePrompt('acme', 'image_prompt', { title: 'a', mood: 'b' })
void [told, count, text, full, settings.status.seq, settings.getEffectivePrompt('acme', 'clustering').promptValue]
`

const BAD = [
  ["settings.getModelConfig('generate_contents', 'acme')", 'an unknown function'],
  ["settings.getEffectivePrompt('acme', 'cluster')", 'an unknown prompt'],
  ["settings.compilePrompt('acme', 'clustering', { KEYWORDS: 'a' })", 'an unknown variable'],
  ["settings.compilePrompt('acme', 'clustering', {})", 'a missing variable'],
  ["settings.compilePrompt('acme', 'clustering', { IGNY8_KEYWORDS: 1 })", 'a variable of another type'],
  ["settings.getModelConfig('generate_content', 'acme').size", 'a parameter of another kind'],
  ["settings.getModelConfig('generate_content', 'acme').provider === 'dalle'", 'a provider of another kind'],
] as const

test('what the types do not know does not compile', async () => {
  const folder = writeConfig({}, temporaryFolder())
  expect(await tenfold(['types', '--out', 'settings.d.ts'], folder)).toMatchObject({ code: 0, stdout: '' })
  mkdirSync(join(folder, 'node_modules'))
  symlinkSync(ROOT, join(folder, 'node_modules', 'tenfold'))
  writeFileSync(join(folder, 'package.json'), '{ "type": "module" }')
  const bad = BAD.map(([line, why]) => `// @ts-expect-error ${why}\nvoid (${line})\n`).join('')
  writeFileSync(join(folder, 'service.ts'), `${GOOD}${bad}`)
  const options = { target: 'es2023', module: 'nodenext', strict: true, noEmit: true, skipLibCheck: true }
  writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify({ compilerOptions: options, files: ['service.ts'] }))
  const tsc = join(ROOT, 'node_modules/typescript/bin/tsc')
  expect(await run(process.execPath, [tsc, '-p', folder], folder)).toMatchObject({ code: 0, stdout: '' })
})
