import { cpSync, existsSync, mkdtempSync, readFileSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { beforeAll, expect, test } from 'vitest'
import { temporaryFolder } from '../support/config.ts'
import { ROOT, type Ran, tenfold } from '../support/run.ts'

/** docs/moving-in.md, followed from the dump to the first release by somebody who has nothing else. */
const page = readFileSync(join(ROOT, 'docs', 'moving-in.md'), 'utf8')

function blocks(language: string): string[] {
  return [...page.matchAll(new RegExp(`^\`\`\`${language}\\n([\\s\\S]*?)^\`\`\`$`, 'gm'))].map(([, text = '']) => text)
}

const COMMANDS = blocks('sh').flatMap((block) => block.trim().split('\n'))
const MADE_UP = 'FAKE'

let folder = ''
const ran: Ran[] = []

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'tenfold-'))
  // What `init` makes, as far as it counts here.
  cpSync(join(ROOT, 'template', 'config'), join(folder, 'config'), { recursive: true })
  for (const text of blocks('yaml')) {
    const [, name = ''] = /^# (\S+)\n/.exec(text) ?? []
    writeFileSync(join(folder, name), text)
  }
  cpSync(join(ROOT, 'test', 'import', 'example-dump.json'), join(folder, 'dump.json'))
  writeFileSync(join(folder, 'answers.jsonl'), ANSWERS.map((answer) => `${JSON.stringify(answer)}\n`).join(''))
  for (const command of COMMANDS) ran.push(await tenfold(wordsOf(command), folder))
  return () => rmSync(folder, { recursive: true, force: true })
})

/** What the origin answers, by its own rules. */
const ANSWERS = [
  { account: 2, function: 'generate_content', model: 'gpt-4', temperature: '0.80', max_tokens: 4000 },
  { account: 3, function: 'generate_content', model: 'gpt-4o-mini', temperature: 0.7, max_tokens: 8192 },
  { account: 4, function: 'generate_content', model: 'gpt-4o-mini', temperature: 0, max_tokens: 8192 },
  { account: 2, prompt: 'clustering', prompt_value: 'Group our tool-shop keywords.\n\n[IGNY8_KEYWORDS]' },
  { account: 5, prompt: 'ideas', prompt_value: 'Plan articles for these clusters (old).\n\n[IGNY8_CLUSTERS]' },
]

function wordsOf(command: string): string[] {
  const [, ...words] = command
    .replace(/ \|\| true$/, '')
    .replace(/^npx /, '')
    .split(' ')
  return words
}

function ranAs(...words: readonly string[]): Ran {
  const at = COMMANDS.findIndex((command) => words.every((word) => command.includes(word)))
  const found = ran[at]
  if (found === undefined) throw new Error(`the page has no command with ${words.join(', ')}`)
  return found
}

function filesBelow(at: string): string[] {
  return readdirSync(at, { recursive: true, encoding: 'utf8' }).filter((name) => statSync(join(at, name)).isFile())
}

test('the page has the commands that this test runs', () => {
  expect(COMMANDS).toHaveLength(8)
})

test('at first most rows are refused, with a way out each, and nothing is written', () => {
  const { code, stdout } = ranAs('--dry-run')
  expect(code).toBe(1)
  expect(stdout).toContain('## Import: 69 rows')
  expect(countsIn(stdout)).toBe(69)
  for (const way of ['--plan enterprise=', '--plan growth-annual=', '--plan null=', '--plan 99=', '--id 9=']) {
    expect(stdout).toContain(way)
  }
})

test('with the answers of the page, what is written passes the check', () => {
  expect(ranAs('--partial').code).toBe(1)
  expect(ranAs('tenfold check').stdout).not.toContain('error')
  expect(ranAs('tenfold check').code).toBe(0)
})

test('the report accounts for all 69 rows, each in one class, and names each file and line', () => {
  const report: Report = JSON.parse(readFileSync(join(folder, 'config', '.import.json'), 'utf8'))
  const { rows, imported, changed, dropped, refused, entries } = report
  expect(rows).toBe(69)
  expect(imported + changed + dropped + refused).toBe(69)
  expect(entries).toHaveLength(69)
  for (const [name, count] of Object.entries({ imported, changed, dropped, refused })) {
    expect(entries.filter((entry) => entry.class === name)).toHaveLength(count)
  }
  for (const { file, line, class: name } of entries) {
    if (file === null) continue
    expect(name === 'imported' || name === 'changed').toBe(true)
    const lines = readFileSync(join(folder, 'config', file), 'utf8').split('\n')
    expect(lines.length).toBeGreaterThan(line ?? Number.POSITIVE_INFINITY)
  }
  expect(report.secrets).toEqual([
    { name: 'ANTHROPIC_API_KEY', state: 'empty' },
    { name: 'DALLE_API_KEY', state: 'present' },
    { name: 'OPENAI_API_KEY', state: 'present' },
    { name: 'RUNWARE_API_KEY', state: 'present' },
  ])
  // The page shows the counts of this very import.
  expect(blocks('json')[0]?.split('\n')[0]).toBe(
    `{"rows":${rows},"imported":${imported},"changed":${changed},"dropped":${dropped},"refused":${refused},`,
  )
})

interface Report {
  readonly rows: number
  readonly imported: number
  readonly changed: number
  readonly dropped: number
  readonly refused: number
  readonly entries: readonly Entry[]
  readonly secrets: readonly object[]
}

interface Entry {
  readonly model: string
  readonly pk: number
  readonly class: string
  readonly reason: string
  readonly file: string | null
  readonly line: number | null
}

test('no key is in a file or in anything that was printed', () => {
  const texts = filesBelow(join(folder, 'config')).map((name) => readFileSync(join(folder, 'config', name), 'utf8'))
  expect(texts.length).toBeGreaterThan(20)
  for (const text of [...texts, ...ran.flatMap(({ stdout, stderr }) => [stdout, stderr])]) {
    expect(text).not.toContain(MADE_UP)
  }
})

test('each rule of the design is shown by a row of the example', () => {
  const report: Report = JSON.parse(readFileSync(join(folder, 'config', '.import.json'), 'utf8'))
  const classOf = (model: string, pk: number): string => {
    const found = report.entries.find((entry) => entry.model === model && entry.pk === pk)
    return `${found?.class}: ${found?.reason}`
  }
  for (const [model, pk, expected] of ROWS)
    expect([model, pk, classOf(model, pk)]).toEqual([model, pk, expect.stringMatching(expected)])
})

const ROWS: readonly (readonly [model: string, pk: number, expected: RegExp])[] = [
  ['igny8_core_auth.plan', 5, /^dropped/],
  ['igny8_core_auth.account', 2, /^imported/],
  ['igny8_core_auth.account', 4, /^changed: status "trial"/],
  ['igny8_core_auth.account', 7, /^changed: slug "Ironbridge-Group" became ironbridge-group/],
  ['igny8_core_auth.account', 10, /^changed: no slug: its id became zlutoucky-kun/],
  ['system.globalintegrationsettings', 1, /^changed: desktop_image_size and mobile_image_size are left out/],
  ['system.integrationsettings', 1, /^imported/],
  ['system.integrationsettings', 3, /^imported/],
  ['system.integrationsettings', 4, /^changed: imageSize became runware.size; .*"3" became 3/],
  ['system.integrationsettings', 5, /^refused: .*quiet-press.yaml:\d+: .*temperature/],
  ['system.integrationsettings', 6, /^changed: .*16000/],
  ['system.integrationsettings', 7, /^refused: a Free/],
  ['system.integrationsettings', 8, /^refused: .*apiKey.*base_url/],
  ['system.integrationsettings', 9, /^refused: .*gpt-4o-2024-08-06/],
  ['system.integrationsettings', 10, /^dropped: it is switched off/],
  ['system.integrationsettings', 11, /^refused: "gsc"/],
  ['system.integrationsettings', 13, /^dropped: it sets nothing/],
  ['system.integrationsettings', 14, /^refused: .*99999/],
  ['system.integrationsettings', 15, /^refused: system.integrationsettings 14/],
  ['system.integrationsettings', 16, /^refused: its account \(404\)/],
  ['system.aiprompt', 2, /^imported/],
  ['system.aiprompt', 3, /^dropped: .*today's global/],
  ['system.aiprompt', 4, /^imported: .*pinned/],
  ['system.aiprompt', 5, /^dropped/],
  ['system.aiprompt', 6, /^refused: a Free/],
  ['system.aiprompt', 7, /^refused: .*IGNY8_KEYWORDS/],
  ['system.aiprompt', 8, /^changed: its empty default_prompt/],
  ['system.aiprompt', 9, /^refused: .*title_generation/],
  ['system.aiprompt', 10, /^dropped: .*equal to today's/],
  ['system.aiprompt', 11, /^refused/],
  ['system.aiprompt', 12, /^dropped: it is switched off/],
  ['system.globalauthorprofile', 3, /^changed/],
  ['system.authorprofile', 2, /^changed: .*clear-teacher-quiet-press/],
  ['system.authorprofile', 4, /^refused: its id would be house/],
  ['system.authorprofile', 5, /^refused: its id would be house/],
  ['system.strategy', 2, /^refused: .*poem/],
  ['system.accountintegrationoverride', 1, /^dropped: .*rotate this key/],
  ['system.accountintegrationoverride', 2, /^dropped: accounts bring no keys of their own.*beside its key$/],
]

test('the answers of the origin are those of the new configuration', () => {
  expect(ranAs('--prove').stdout).toContain(`${ANSWERS.length} answers compared, none differs`)
})

test('the first release answers', () => {
  expect(ranAs('tenfold release').code).toBe(0)
  expect(JSON.parse(ranAs('get acme-ltd').stdout)).toMatchObject({
    provider: 'openai',
    model: 'gpt-4',
    temperature: 0.8,
  })
})

test('the same dump again changes nothing', () => {
  const last = ran.at(-1)
  expect(last?.stdout).toMatch(/wrote 0 files/)
  expect(existsSync(join(folder, 'config', 'accounts', 'example.yaml'))).toBe(false)
})

test('the spreadsheet of the page comes over', async () => {
  const [csv = ''] = blocks('csv')
  const beside = temporaryFolder()
  writeFileSync(join(beside, 'accounts.csv'), csv)
  expect(await tenfold(['import', 'accounts.csv'], beside)).toMatchObject({ code: 0 })
  expect(readFileSync(join(beside, 'config', 'accounts', 'ac', 'acme.yaml'), 'utf8')).toContain('temperature: 0.4')
  expect(readFileSync(join(beside, 'config', 'accounts', 'gl', 'globex.yaml'), 'utf8')).toBe(
    'id: globex\nplan: free\nname: Globex\n',
  )
})

/** Adds up what the report prints of each class. */
function countsIn(markdown: string): number {
  const [line = ''] = /^\d.* refused\.$/m.exec(markdown) ?? []
  return [...line.matchAll(/\d+/g)].reduce((sum, [digits]) => sum + Number(digits), 0)
}
