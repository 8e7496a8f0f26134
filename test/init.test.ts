import { mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { beforeAll, expect, test } from 'vitest'
import { temporaryFolder } from './support/config.ts'
import { ROOT, run, tenfold } from './support/run.ts'

/** The packed program. */
let tarball = ''
beforeAll(async () => {
  const folder = mkdtempSync(join(tmpdir(), 'tenfold-packed-'))
  const packed = await run('npm', ['pack', '--ignore-scripts', '--pack-destination', folder], ROOT)
  expect(packed.code, packed.stderr).toBe(0)
  tarball = join(folder, readdirSync(folder).find((name) => name.endsWith('.tgz')) ?? '')
  return () => rmSync(folder, { recursive: true, force: true })
})

test('a repository made from the packed program installs, checks and compiles', async (context) => {
  const folder = temporaryFolder()
  const made = await tenfold(['init', 'made', '--from', tarball], folder)
  // Its lock file names packages of the registry, which has to be asked for them.
  if (made.code === 3 && /E(NOTFOUND|AI_AGAIN|CONNREFUSED|TIMEDOUT)|network/.test(made.stderr))
    context.skip('npm has no network here')
  expect(made).toMatchObject({ code: 0, stderr: '' })

  const at = join(folder, 'made')
  const read = (path: string): string => readFileSync(join(at, path), 'utf8')
  expect(readdirSync(at).sort()).toEqual([
    '.gitattributes',
    '.github',
    '.gitignore',
    '.npmrc',
    '.vscode',
    'README.md',
    'config',
    'package-lock.json',
    'package.json',
    'schemas',
    'tsconfig.json',
    'vendor',
  ])
  const lock: { packages: Record<string, { integrity?: string; resolved?: string }> } = JSON.parse(
    read('package-lock.json'),
  )
  expect(lock.packages['node_modules/tenfold']).toMatchObject({ integrity: expect.stringMatching(/^sha512-/) })
  expect(read('package-lock.json')).not.toContain('://registry')
  for (const name of readdirSync(join(at, '.github', 'workflows'))) {
    expect(read(`.github/workflows/${name}`)).toBe(
      readFileSync(join(ROOT, 'template', '.github', 'workflows', name), 'utf8'),
    )
  }

  // As its README says; its own settings keep any package from running a program meanwhile.
  expect(read('.npmrc')).toContain('ignore-scripts=true')
  const installed = await run('npm', ['ci'], at)
  expect(installed.code, installed.stderr).toBe(0)
  const tested = await run('npm', ['test'], at)
  expect(tested.code, tested.stdout + tested.stderr).toBe(0)
  expect(tested.stdout).toContain('compiled 1 account ')
})

test('a repository for GitLab has a pipeline, its owners, and no workflows', async (context) => {
  const folder = temporaryFolder()
  const made = await tenfold(['init', 'made', '--forge', 'gitlab', '--from', tarball], folder)
  if (made.code === 3 && /E(NOTFOUND|AI_AGAIN|CONNREFUSED|TIMEDOUT)|network/.test(made.stderr))
    context.skip('npm has no network here')
  expect(made).toMatchObject({ code: 0, stderr: '' })
  expect(readdirSync(join(folder, 'made')).sort()).toEqual([
    '.gitattributes',
    '.gitignore',
    '.gitlab-ci.yml',
    '.npmrc',
    '.vscode',
    'CODEOWNERS',
    'README.md',
    'config',
    'package-lock.json',
    'package.json',
    'schemas',
    'tsconfig.json',
    'vendor',
  ])
})

test('a forge that there are no pipelines for is refused, with the one that was meant', async () => {
  const folder = temporaryFolder()
  const { code, stdout, stderr } = await tenfold(['init', 'made', '--forge', 'gitlap'], folder)
  expect({ code, stdout }).toEqual({ code: 2, stdout: '' })
  expect(stderr).toContain('did you mean "gitlab"?')
  expect(readdirSync(folder)).toEqual([])
})

test('a folder with something in it, and a tarball that is not there, are refused', async () => {
  const folder = temporaryFolder()
  writeFileSync(join(folder, 'kept.txt'), 'kept')
  expect(await tenfold(['init', '.'], folder)).toMatchObject({
    code: 2,
    stderr: expect.stringContaining('is not an empty folder'),
  })
  expect(await tenfold(['init', 'new', '--from', 'no.tgz'], folder)).toMatchObject({
    code: 2,
    stderr: expect.stringContaining('no.tgz'),
  })
  expect(readdirSync(folder)).toEqual(['kept.txt'])
})

test('the configuration that a repository begins with has nothing wrong with it', async () => {
  const { code, stdout } = await tenfold(['check', '--max-warnings', '0'], join(ROOT, 'template'))
  expect(stdout).toMatch(/^(no problems|0 errors)|in \d+ files/)
  expect(code).toBe(0)
})
