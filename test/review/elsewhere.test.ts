import { mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { beforeEach, expect, test } from 'vitest'
import { elsewhereLine, elsewhereOf, elsewhereText } from '../../src/review/outside-changes.ts'
import { temporaryFolder, writeConfig } from '../support/config.ts'
import { commitAll, git, tenfold } from '../support/run.ts'
import { expectWellFormed } from './markdown.ts'

let folder = ''

/** A repository whose base has owners for the workflows and the attributes. */
beforeEach(async () => {
  folder = writeConfig({ 'accounts/acme.yaml': 'id: acme\nplan: growth\n' }, temporaryFolder())
  write('.github/CODEOWNERS', '/.github/ @ada\n.gitattributes @ada\n')
  write('.gitignore', '.tenfold/\nignored\n')
  write('README.md', 'a\n')
  await commitAll(folder)
  await git(folder, 'branch', 'base')
})

function write(path: string, text: string): void {
  mkdirSync(dirname(join(folder, path)), { recursive: true })
  writeFileSync(join(folder, path), text)
}

async function told(...args: string[]): Promise<readonly [line: string | undefined, json: unknown]> {
  const { stdout } = await tenfold(['review', '--base', 'base', ...args], folder)
  expectWellFormed(stdout)
  const json = await tenfold(['review', '--base', 'base', ...args, '--format', 'json'], folder)
  const pretty = await tenfold(['review', '--base', 'base', ...args, '--format', 'pretty'], folder)
  const line = stdout.split('\n').find((text) => text.startsWith('and '))
  expect(pretty.stdout.split('\n').find((text) => text.startsWith('and '))).toBe(line?.replace(/: .*/, ''))
  return [line, JSON.parse(json.stdout).elsewhere]
}

test('what a change touches outside the configuration stands below the title, what has an owner first', async () => {
  expect(await told()).toEqual([undefined, { files: 0, owned: 0 }])
  for (const path of ['.github/workflows/check.yml', 'src/a.js', '.gitattributes', 'docs/x']) write(path, 'x\n')
  write('config/accounts/acme.yaml', 'id: acme\nplan: growth\nname: A\n')
  write('config/.gitattributes', 'x\n')
  rmSync(join(folder, 'README.md'))
  write('ignored', 'x\n')
  write('.tenfold/store/head.json', 'x\n')
  const line =
    'and 6 files elsewhere, 3 of them owned: `.gitattributes`, `.github/workflows/check.yml`, `config/.gitattributes`, `README.md`, `docs/x` and 1 more'
  const counts = { files: 6, owned: 3 }
  expect(await told()).toEqual([line, counts])
  await commitAll(folder, 'change')
  expect(await told('--head', 'HEAD')).toEqual([line, counts])
  expect(await told()).toEqual([line, counts])
  // A store that is committed is no part of this machine.
  await git(folder, 'add', '-f', '.tenfold', 'ignored')
  await git(folder, 'commit', '-q', '-m', 'forced')
  expect(await told('--head', 'HEAD')).toEqual([
    expect.stringContaining('and 8 files elsewhere'),
    { files: 8, owned: 3 },
  ])
})

test('the base’s owners count, as its branch has them now, and not those of the change', async () => {
  write('.github/CODEOWNERS', '')
  write('a', 'x\n')
  await commitAll(folder, 'nobody owns anything')
  expect(await told('--head', 'HEAD')).toEqual([
    'and 2 files elsewhere, 1 of them owned: `.github/CODEOWNERS`, `a`',
    { files: 2, owned: 1 },
  ])
  await git(folder, 'checkout', '-q', 'base')
  write('.github/CODEOWNERS', '* @ada\n')
  await git(folder, 'commit', '-qam', 'ada owns everything')
  expect(await told('--head', 'main')).toEqual([
    'and 2 files elsewhere, 2 of them owned: `.github/CODEOWNERS`, `a`',
    { files: 2, owned: 2 },
  ])
})

test('one that cannot be read tells it too, and the line stands whatever else has to go', async () => {
  write('b', 'x\n')
  write('config/settings.yaml', 'text: {}\n')
  await commitAll(folder, 'broken')
  expect(await told('--head', 'HEAD')).toEqual(['and 1 file elsewhere, not owned: `b`', { files: 1, owned: 0 }])
})

test('names are code, whatever is in them, and few', () => {
  const names = ['a`b', '<img src=x>', '@everyone', '\u001b[31m', '##[error]x', '\u202e', 'z'.repeat(4_000), 'last']
  const line = elsewhereLine(elsewhereOf(names, () => false)) ?? ''
  expect(line).toMatch(/^and 8 files elsewhere, none of them owned: /)
  expect(line.length).toBeLessThan(600)
  expectWellFormed(`<!-- tenfold:review v1 base=none head=none digest=0 -->\n${line}\n`)
  expect(elsewhereText(elsewhereOf(['a'], () => true))).toBe('and 1 file elsewhere, owned')
  expect(elsewhereText(elsewhereOf([], () => true))).toBeUndefined()
})
