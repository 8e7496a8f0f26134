import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { beforeAll, expect, test } from 'vitest'
import { ROOT, commitAll, run } from './support/run.ts'

const readme = readFileSync(join(ROOT, 'README.md'), 'utf8')
const blocks = (language: string): string[] =>
  [...readme.matchAll(new RegExp(`^\`\`\`${language}\\n([\\s\\S]*?)^\`\`\`$`, 'gm'))].map((match) => match[1] ?? '')

/** A checkout as `npm ci` leaves it, without installing again; made once, and changed by its commands last. */
let folder = ''
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'tenfold-'))
  const { stdout } = await run('git', ['ls-files', '-z', '--cached', '--others', '--exclude-standard'], ROOT)
  // The exam for readers is three thousand files, and no command of the README is about it.
  for (const file of stdout.split('\0').filter((name) => name !== '' && !name.startsWith('vectors/stores/'))) {
    mkdirSync(dirname(join(folder, file)), { recursive: true })
    cpSync(join(ROOT, file), join(folder, file))
  }
  // With what the build leaves, or npx would build again.
  for (const built of ['dist', 'src/source/generated']) {
    cpSync(join(ROOT, built), join(folder, built), { recursive: true })
  }
  symlinkSync(join(ROOT, 'node_modules'), join(folder, 'node_modules'))
  await commitAll(folder)
  return () => rmSync(folder, { recursive: true, force: true, maxRetries: 10 })
})

test('the mistake that the README suggests gives the error that it shows', async () => {
  const file = join(folder, 'config/accounts/bluebird.yaml')
  const right = readFileSync(file, 'utf8')
  writeFileSync(file, `${right}overrides: { openai: { model: gpt-4o } }\n`)
  const { code, stdout } = await run(process.execPath, ['dist/cli.js', 'check'], folder)
  writeFileSync(file, right)
  expect(code).toBe(1)
  const [shown] = blocks('text')
  expect(shown).toBeDefined()
  expect(stdout.replace(/^ +/gm, ' ')).toContain((shown ?? '').replace(/^ +/gm, ' ').trimEnd())
})

test('the service of the README runs', async () => {
  await run(process.execPath, ['dist/cli.js', 'release'], folder)
  const [service] = blocks('js')
  writeFileSync(join(folder, 'service.mjs'), service ?? '')
  const { code, stdout, stderr } = await run(process.execPath, ['service.mjs'], folder)
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
  expect(stdout).toMatch(/^openai gpt-4 0\.8 4000 \d+\n$/)
})

test('every command of the README does what it says', async () => {
  const commands = blocks('sh').flatMap((block) => block.trim().split('\n'))
  expect(commands).toContain('npm ci && npm start')
  expect(commands).toContain('npm ci && npm test')
  let isFirst = true
  for (const command of commands) {
    // This is `npm test`; and what `npm ci` does, the checkout has.
    if (command === 'npm ci && npm test') continue
    let line = command.replace('npm ci && ', '')
    // That npx finds the program is seen at once; it takes three times as long as the program itself.
    if (line.startsWith('npx ')) {
      line = line.replace('npx tenfold', isFirst ? 'npx --no-install tenfold' : 'node dist/cli.js')
      isFirst = false
    }
    const { code, stderr } = await run('bash', ['-c', line], folder)
    expect({ command, code, stderr: code === 0 ? '' : stderr }).toEqual({ command, code: 0, stderr: '' })
  }
})
