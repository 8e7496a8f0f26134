import { cpSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { beforeAll, describe, expect, test } from 'vitest'
import { installSdkInto, writeInto } from '../support/installed.ts'
import { CLI, ROOT, run } from '../support/run.ts'

/** docs/sdk.md is true: its examples run, and it leaves nothing out. */
const PAGE = readFileSync(join(ROOT, 'docs/sdk.md'), 'utf8')
const EXAMPLES = [...PAGE.matchAll(/## [^\n]*|```js\n([^]*?)```\n\n```text\n([^]*?)```/g)]
  .filter(([, code]) => code !== undefined)
  .map(([, code = '', text = ''], i) => [i + 1, code, text] as const)

let project = ''
beforeAll(async () => {
  project = mkdtempSync(join(tmpdir(), 'tenfold-docs-'))
  await installSdkInto(project)
  cpSync(join(ROOT, 'config'), join(project, 'config'), { recursive: true, filter: (from) => !from.includes('trust') })
  writeInto(project, { 'package.json': '{"type":"module"}' })
  const env = { XDG_STATE_HOME: join(project, 'state'), XDG_CACHE_HOME: join(project, 'cache') }
  for (const args of [
    ['release', '--quiet'],
    ['keys', 'init', '--quiet'],
    ['release', '--quiet', '--allow-missing', '--to', 'file:copy', '--to', 'file:.tenfold/copy'],
  ]) {
    const { code, stderr } = await run(process.execPath, [CLI, ...args], project, env)
    if (code !== 0) throw new Error(stderr)
  }
  return () => rmSync(project, { recursive: true, force: true })
})

describe('an example of the page', () => {
  test.each(EXAMPLES)('number %i prints what the page says', async (number, code, text) => {
    const name = `example-${number}.mjs`
    writeInto(project, { [name]: code })
    const { stdout, stderr } = await run(process.execPath, [name], project, { XDG_STATE_HOME: join(project, 'state') })
    expect([stdout, stderr]).toEqual([text, ''])
  })

  test('is there for each part', () => expect(EXAMPLES.length).toBeGreaterThanOrEqual(7))
})

describe('the page has every name of the types', () => {
  const types = readFileSync(join(ROOT, 'dist/tenfold-sdk/index.d.cts'), 'utf8')
  const named = (declaration: RegExp, member: RegExp): string[] => {
    const [body = ''] = declaration.exec(types) ?? []
    return [...body.replace(/\/\*[^]*?\*\//g, '').matchAll(member)].map(([, name = '']) => name)
  }

  test.each([
    ['options', /interface OpenOptions \{[^]*?\n\}/, /\n {4}readonly (\w+)\??:/g, 13],
    ['methods', /declare class Settings [^]*?\n\}/, /\n {4}(?:get |async )?([a-z]\w+)(?:\(|:)/g, 12],
    ['events', /interface Events \{[^]*?\n\}/, /\n {4}(\w+):/g, 3],
    ['codes', /type TenfoldErrorCode =[^;]*;/, /'(\w+)'/g, 30],
  ])('%s', (_, declaration, member, least) => {
    const names = named(declaration, member)
    expect(names.length).toBeGreaterThanOrEqual(least)
    expect(names.filter((name) => !new RegExp(`\`(?:on\\(')?${name}\\b`).test(PAGE))).toEqual([])
  })
})
