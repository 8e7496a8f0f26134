import { execFileSync } from 'node:child_process'
import { mkdirSync, readFileSync, readdirSync, writeFileSync } from 'node:fs'
import { dirname, join, posix } from 'node:path'
import { describe, expect, it } from 'vitest'
import { rules } from '../../src/lint/generated/registry.ts'
import { check } from '../../src/check/check-configuration.ts'
import { openConfiguration } from '../../src/source/open-configuration.ts'
import { pretty } from '../../src/report/formats/pretty.ts'
import { writeRootDocument } from '../../src/trust/root-document.ts'
import { temporaryFolder, writeConfig } from '../support/config.ts'
import { ROOT } from '../support/run.ts'
import { testRoot } from '../support/trust.ts'
import { VOCABULARY } from '../support/written-vocabulary.ts'
import { rulesTable } from '../../build/rules-table.ts'

const PAGES = join(ROOT, 'docs', 'rules')
const TESTS = join(ROOT, 'test', 'lint')
const IDS = rules.map(({ id }) => id)

describe('the pages of the rules', () => {
  it('are one a rule, and no page is without one', () => {
    expect(namesIn(PAGES, '.md')).toEqual([...IDS].sort())
  })

  it('have one test file each, and no test file is without a rule', () => {
    expect(namesIn(TESTS, '.test.ts')).toEqual([...IDS].sort())
  })

  it('stand in the table of the README, which is that of the rules', () => {
    const readme = readFileSync(join(PAGES, 'README.md'), 'utf8')
    expect(
      readme
        .split('\n')
        .filter((line) => line.startsWith('|'))
        .join('\n'),
    ).toBe(rulesTable())
  })

  it.each(rules)('$id says its severity and its fix', ({ id, severity, fix }) => {
    const page = readPage(id)
    expect(page.startsWith(`# ${id}\n\nCatches `)).toBe(true)
    expect(page).toContain(`\nSeverity: **${severity}**. Fix: **${fix ?? 'none'}**. `)
  })

  it.each(IDS)('%s shows what fails, with what the program prints, and what passes', async (id) => {
    const blocks = blocksOf(readPage(id))
    const fails = blocks.filter(({ role }) => role === 'fails')
    const passes = blocks.filter(({ role }) => role === 'passes')
    expect(fails.length).toBeGreaterThan(0)
    expect(passes.length).toBeGreaterThan(0)

    const failed = await checkExample(fails)
    expect(new Set(failed.rules)).toEqual(new Set([id]))
    expect(blocks.find(({ language }) => language === 'text')?.text).toBe(withoutExtraFiles(failed.printed))
    expect((await checkExample(passes)).rules).toEqual([])
  })
})

interface Block {
  readonly language: string
  readonly role: string
  readonly path: string
  readonly text: string
  /** A root of trust is shown without its signatures, and signed when it is checked. */
  readonly isSigned: boolean
}

function blocksOf(page: string): Block[] {
  const fences = page.matchAll(/^```(\w+) ?(\w*) ?(\S*)( signed)?\n(.*?)^```$/gms)
  return [...fences].map(([, language = '', role = '', path = '', signed = '', text = '']) => {
    return { language, role, path, text, isSigned: signed !== '' }
  })
}

/** Checks the base configuration with an example's files over it; what an example has the shell do is done to them. */
async function checkExample(blocks: readonly Block[]): Promise<{ rules: string[]; printed: string }> {
  const folder = writeConfig({}, temporaryFolder())
  for (const { language, path, text, isSigned } of blocks) {
    if (language === 'sh')
      execFileSync('bash', ['-e', '-c', text], { cwd: folder, env: { ...process.env, ...IDENTITY } })
    else {
      mkdirSync(dirname(join(folder, path)), { recursive: true })
      writeFileSync(join(folder, path), isSigned ? signedRoot(text) : text)
    }
  }
  const configuration = await openConfiguration(join(folder, 'config'))
  const found = await check({ ...configuration, date: '2026-01-31', show: (path) => posix.join('config', path) })
  return { rules: found.diagnostics.map(({ rule }) => rule), printed: pretty(found, { color: false }) }
}

/** The pages count the files of a configuration without a vocabulary of its own. */
function withoutExtraFiles(printed: string): string {
  const extra = Object.keys(VOCABULARY).length
  return printed.replace(/ in ([0-9]+) files(?=\n$)/, (_, files: string) => ` in ${Number(files) - extra} files`)
}

/** Whose commits an example makes, whatever the machine's own git is set to. */
const IDENTITY = {
  GIT_AUTHOR_NAME: 'Ada',
  GIT_AUTHOR_EMAIL: 'ada@example.org',
  GIT_COMMITTER_NAME: 'Ada',
  GIT_COMMITTER_EMAIL: 'ada@example.org',
  GIT_CONFIG_GLOBAL: '/dev/null',
}

/** The root of trust that says what an example shows of it, signed by keys of its own. */
function signedRoot(text: string): string {
  const shown: object = JSON.parse(text)
  return writeRootDocument(testRoot(shown).document)
}

function readPage(id: string): string {
  return readFileSync(join(PAGES, `${id}.md`), 'utf8')
}

/** `family/name` of every file in the folders of a folder, without its ending. */
function namesIn(folder: string, ending: string): string[] {
  return readdirSync(folder, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .flatMap(({ name }) => readdirSync(join(folder, name)).map((file) => `${name}/${file}`))
    .filter((file) => file.endsWith(ending))
    .map((file) => file.slice(0, -ending.length))
    .sort()
}
