import { mkdirSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { BASE, type Files, temporaryFolder, writeConfig } from '../support/config.ts'
import { type Ran, commitAll, git, tenfold } from '../support/run.ts'
import { edit } from './support.ts'

const ACME = 'id: acme\nplan: growth\noverrides: { openai: { model: gpt-4, temperature: 0.8 } }\n'
const temperature = (value: number): string => ACME.replace('0.8', String(value))

const get = (folder: string, ...args: string[]): Promise<Ran> => tenfold(['get', 'acme', ...args], folder)
const content = (folder: string, ...args: string[]): Promise<Ran> => get(folder, 'generate_content', ...args)
const prompt = (folder: string, ...args: string[]): Promise<Ran> => get(folder, '--prompt', 'clustering', ...args)

describe('an error of a file that the answer does not depend on is none of its business', () => {
  const others: Files = {
    'accounts/acme.yaml': ACME,
    'accounts/globex.yaml': 'id: globex\nplan: nothing\n',
    'accounts/broken.yaml': 'id: [\n',
    'accounts/twice.yaml': 'id: twice\nplan: free\n',
    'accounts/eu/twice.yaml': 'id: twice\nplan: free\n',
    'accounts/notes.txt': 'x',
    'author-profiles/house.yaml': 'nme: House\n',
    'strategies/launch.yaml': 'name: [\n',
    'tenfold.yaml': 'environment: 3\n',
    'trust/root.json': '{}',
    'README.md': 'x',
  }

  test('of others, of profiles and strategies, of what judges, and of what has no place', async () => {
    const folder = writeConfig(others)
    expect(await content(folder)).toMatchObject({ code: 0, stderr: '', stdout: expect.stringContaining('"gpt-4"') })
    expect(await prompt(folder)).toMatchObject({ code: 0, stderr: '' })
  })

  test('of a prompt, to a function; of settings, models, functions and another prompt, to a prompt', async () => {
    const wrong = writeConfig({ 'accounts/acme.yaml': ACME, 'prompts/clustering.yaml': 'title: [\n' })
    expect(await content(wrong)).toMatchObject({ code: 0, stderr: '' })
    expect(await prompt(wrong)).toMatchObject({ code: 1, stdout: '' })
    const folder = writeConfig({
      'accounts/acme.yaml': ACME,
      'settings.yaml': null,
      'models.yaml': 'models: 3\n',
      'functions.yaml': 'x: [\n',
      'prompts/image_prompt.yaml': '',
    })
    expect(await prompt(folder)).toMatchObject({
      code: 0,
      stderr: '',
      stdout: expect.stringContaining('Group these keywords'),
    })
    expect(await get(folder, '--prompt', 'image_prompt')).toMatchObject({ code: 1, stdout: '' })
  })
})

describe('an error of a file that it depends on is told, and nothing is answered', () => {
  test.for([
    ['settings.yaml', (BASE['settings.yaml'] ?? '').replace('gpt-4o-mini', 'gpt-9'), 'ref/unknown'],
    ['settings.yaml', null, 'files/missing'],
    ['models.yaml', 'models: [\n', 'yaml/syntax'],
    ['functions.yaml', (BASE['functions.yaml'] ?? '').replace('prompts: []', 'prompts: [nothing]'), 'ref/unknown'],
    ['plans.yaml', 'plans: {}\n', 'plan/four-plans'],
    ['accounts/acme.yaml', ACME.replace('acme', 'other'), 'ref/file-name'],
    ['accounts/acme.yaml', ACME.replace('growth', 'free'), 'plan/free-no-overrides'],
    ['accounts/acme.yaml', `${ACME}author_profiles: { house: { name: 3 } }\n`, 'schema/wrong-type'],
    ['accounts/eu/acme.yaml', ACME, 'ref/duplicate-account'],
    ['accounts/acme.yml', ACME, 'files/unexpected'],
  ] as const)('%s: %s', async ([path, text, rule]) => {
    const folder = writeConfig({ 'accounts/acme.yaml': ACME, [path]: text })
    expect(await content(folder)).toMatchObject({
      code: 1,
      stdout: '',
      stderr: expect.stringContaining(`error[${rule}]`),
    })
  })

  test('a link that would lead to it', async () => {
    const folder = writeConfig()
    mkdirSync(join(folder, 'config', 'accounts'))
    symlinkSync('elsewhere', join(folder, 'config', 'accounts', 'eu'))
    expect(await content(folder)).toMatchObject({ code: 1, stderr: expect.stringContaining('symbolic link') })
    await commitAll(folder)
    expect(await content(folder, '--at', 'HEAD')).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('symbolic link'),
    })
  })

  test('a folder with its file’s name', async () => {
    const folder = writeConfig({ 'accounts/acme.yaml/x.yaml': ACME })
    expect(await content(folder)).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('folder with the name of a file'),
    })
    await commitAll(folder)
    expect(await content(folder, '--at', 'HEAD')).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('folder with the name of a file'),
    })
  })

  test('a checkout that is not what was committed, in a file that counts alone', async () => {
    const attributes = { '../.gitattributes': '*/accounts/acme.yaml working-tree-encoding=UTF-16\n' }
    const folder = writeConfig({
      ...attributes,
      'accounts/acme.yaml': ACME,
      'accounts/globex.yaml': 'id: globex\nplan: free\n',
    })
    writeFileSync(join(folder, 'config/accounts/acme.yaml'), Buffer.from(`\uFEFF${ACME}`, 'utf16le'))
    await commitAll(folder)
    expect(await content(folder)).toMatchObject({ code: 1, stderr: expect.stringContaining('files/converted') })
    expect(await tenfold(['get', 'globex', 'generate_content'], folder)).toMatchObject({ code: 0, stderr: '' })
  })

  test('but wrong usage comes first, where the file that knows the names can be read', async () => {
    const folder = writeConfig({ 'accounts/acme.yaml': 'id: [\n' })
    expect(await get(folder, 'generate_contnet')).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('did you mean "generate_content"'),
    })
    expect(await get(folder, '--prompt', 'clusterin')).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('did you mean "clustering"'),
    })
    edit(folder, 'functions.yaml', 'functions: [\n')
    expect(await get(folder, 'generate_contnet')).toMatchObject({ code: 1 })
  })
})

test('an id that would be a pattern is an id, and one that no file can have is nobody’s', async () => {
  const folder = writeConfig({ 'accounts/acme.yaml': ACME })
  await commitAll(folder)
  for (const id of ['*', 'acm?', '[a]cme', '../accounts/acme', 'accounts/acme', '\\', 'a\nb']) {
    const { code, stdout } = await tenfold(['get', id, 'generate_content'], folder)
    expect(code, id).toBe(0)
    expect(JSON.parse(stdout)).toMatchObject({ account: id, known: false, plan: null })
  }
})

describe('what is not checked out', () => {
  test.for([
    ['get', 'acme', 'generate_content'],
    ['explain', 'acme', 'generate_content', '--format', 'json'],
  ])('is read from HEAD: %s', async (args) => {
    const folder = writeConfig({ 'accounts/eu/acme.yaml': ACME, 'accounts/us/globex.yaml': 'id: globex\nplan: free\n' })
    await commitAll(folder)
    const whole = await tenfold(args, folder)
    await git(
      folder,
      'sparse-checkout',
      'set',
      '--no-cone',
      '/config/*',
      '!/config/accounts/',
      '!/config/models.yaml',
      '/config/accounts/us/',
    )
    const { code, stdout, stderr } = await tenfold(args, folder)
    expect({ code, stdout }).toEqual({ code: 0, stdout: whole.stdout })
    expect(stderr).toBe('note: 2 files that are not checked out: read from HEAD\n')
  })

  test('a clone without a checkout, of which one file was taken', async () => {
    const folder = writeConfig({ 'accounts/acme.yaml': ACME })
    await commitAll(folder)
    const clone = join(temporaryFolder(), 'clone')
    await git(folder, 'clone', '-q', '--no-checkout', folder, clone)
    mkdirSync(join(clone, 'config'))
    writeFileSync(join(clone, 'config/settings.yaml'), BASE['settings.yaml'] ?? '')
    const { code, stdout, stderr } = await content(clone)
    expect(code).toBe(0)
    expect(JSON.parse(stdout)).toMatchObject({ known: true, model: 'gpt-4' })
    expect(stderr).toContain('not checked out')
  })
})

describe('get --at', () => {
  /** One commit a day at noon, in UTC, from 2026-03-01 on. */
  async function history(): Promise<string> {
    const folder = writeConfig({ 'accounts/acme.yaml': temperature(0.1) })
    await commitAll(folder, 'one', '2026-03-01T12:00:00Z')
    renameSync(join(folder, 'config/accounts/acme.yaml'), join(folder, 'config/acme.yaml'))
    rmSync(join(folder, 'config/acme.yaml'))
    mkdirSync(join(folder, 'config/accounts/eu'), { recursive: true })
    edit(folder, 'accounts/eu/acme.yaml', temperature(0.2))
    await commitAll(folder, 'two', '2026-03-02T12:00:00Z')
    edit(folder, 'accounts/eu/acme.yaml', temperature(0.3))
    await commitAll(folder, 'three', '2026-03-03T12:00:00Z')
    return folder
  }
  const temperatureAt = async (folder: string, at: string): Promise<unknown> => {
    const { code, stdout, stderr } = await content(folder, '--at', at)
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
    return Object(JSON.parse(stdout))['temperature']
  }

  test('a revision, a day to its end, a time', async () => {
    const folder = await history()
    await git(folder, 'tag', 'old', 'HEAD~2')
    edit(folder, 'accounts/eu/acme.yaml', temperature(0.9))
    expect(await temperatureAt(folder, 'HEAD')).toBe(0.3)
    expect(await temperatureAt(folder, 'HEAD~1')).toBe(0.2)
    expect(await temperatureAt(folder, 'old')).toBe(0.1)
    expect(await temperatureAt(folder, '2026-03-01')).toBe(0.1)
    expect(await temperatureAt(folder, '2026-03-02')).toBe(0.2)
    expect(await temperatureAt(folder, '2999-01-01')).toBe(0.3)
    expect(await temperatureAt(folder, '2026-03-02T11:59:59Z')).toBe(0.1)
    expect(await temperatureAt(folder, '2026-03-02T12:00:00Z')).toBe(0.2)
    expect(await temperatureAt(folder, '2026-03-02t13:00:00.5+01:00')).toBe(0.2)
    expect(await temperatureAt(folder, '2026-03-02T12:59:59+01:00')).toBe(0.1)
  })

  test('a revision comes before a day', async () => {
    const folder = await history()
    await git(folder, 'tag', '2026-03-01', 'HEAD')
    expect(await temperatureAt(folder, '2026-03-01')).toBe(0.3)
  })

  test('a clock that went wrong: the commit nearest to HEAD counts', async () => {
    const folder = await history()
    edit(folder, 'accounts/eu/acme.yaml', temperature(0.4))
    await commitAll(folder, 'set back', '2026-03-02T13:00:00Z')
    expect(await temperatureAt(folder, '2026-03-02')).toBe(0.4)
    expect(await temperatureAt(folder, '2026-03-01')).toBe(0.1)
  })

  test('what a branch brought counts from its merge on', async () => {
    const folder = await history()
    await git(folder, 'checkout', '-q', '-b', 'side', 'HEAD~1')
    edit(folder, 'accounts/eu/acme.yaml', temperature(0.5))
    await commitAll(folder, 'side', '2026-03-02T15:00:00Z')
    await git(folder, 'checkout', '-q', 'main')
    await git(folder, 'merge', '-q', '-X', 'theirs', '-m', 'merge', 'side')
    expect(await temperatureAt(folder, '2026-03-02')).toBe(0.2)
    expect(await temperatureAt(folder, 'HEAD')).toBe(0.5)
  })

  test('an error then is told, and an account of later is unknown', async () => {
    const folder = await history()
    edit(folder, 'accounts/eu/acme.yaml', 'id: acme\nplan: nothing\n')
    await commitAll(folder, 'broken', '2026-03-04T12:00:00Z')
    edit(folder, 'accounts/eu/acme.yaml', ACME)
    edit(folder, 'accounts/new.yaml', 'id: new\nplan: free\n')
    await commitAll(folder, 'fixed', '2026-03-05T12:00:00Z')
    expect(await content(folder, '--at', '2026-03-04')).toMatchObject({
      code: 1,
      stdout: '',
      stderr: expect.stringContaining('ref/unknown'),
    })
    const then = await tenfold(['get', 'new', 'generate_content', '--at', '2026-03-04'], folder)
    expect(JSON.parse(then.stdout)).toMatchObject({ known: false })
  })

  test.for([
    [
      '2026-02-28',
      /no commit of before 2026-03-01T00:00:00Z/,
      /the first commit is [0-9a-f]{12}, committed at 2026-03-01T12:00:00Z/,
    ],
    ['2026-02-30', /no day and no time/, /2026-01-31/],
    ['2026-3-1', /no day and no time/, /2026-01-31/],
    ['2026-03-01T25:00:00Z', /no day and no time/, /2026-01-31/],
    ['2026-03-01T12:00', /no day and no time/, /2026-01-31T09:30:00Z/],
    ['mian', /no revision "mian"/, /did you mean "main"/],
    ['seq:1', /a release, which only a store has/, /--store/],
  ] as const)('%s is wrong usage', async ([at, what, help]) => {
    const { code, stdout, stderr } = await content(await history(), '--at', at)
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' })
    expect(stderr).toMatch(what)
    expect(stderr).toMatch(help)
  })

  test('a name of several commits is refused', async () => {
    const folder = await history()
    await git(folder, 'tag', 'v1', 'HEAD~1')
    await git(folder, 'branch', 'v1', 'HEAD')
    expect(await content(folder, '--at', 'v1')).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('several commits'),
    })
  })

  test('without git there is no past', async () => {
    const folder = writeConfig({ 'accounts/acme.yaml': ACME })
    expect(await content(folder, '--at', '2026-03-01')).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('no git repository'),
    })
  })

  test('a shallow clone says where it begins', async () => {
    const folder = await history()
    const clone = join(temporaryFolder(), 'clone')
    await git(folder, 'clone', '-q', '--depth', '1', `file://${folder}`, clone)
    const { code, stderr } = await content(clone, '--at', '2026-03-01')
    expect(code).toBe(2)
    expect(stderr).toContain('this clone is shallow and begins with')
  })
})

describe('get --at seq:N', () => {
  test('what a former release of the store holds, with every question', async () => {
    const folder = writeConfig({ 'accounts/acme.yaml': temperature(0.1) })
    for (const value of [0.1, 0.2, 0.3]) {
      edit(folder, 'accounts/acme.yaml', temperature(value))
      expect(await tenfold(['release'], folder)).toMatchObject({ code: 0 })
    }
    const store = ['--store', 'file:.tenfold/store']
    for (const [seq, value] of [
      [1, 0.1],
      [2, 0.2],
      [3, 0.3],
    ] as const) {
      const { stdout } = await content(folder, ...store, '--at', `seq:${seq}`)
      expect(JSON.parse(stdout)).toMatchObject({ temperature: value, known: true })
    }
    expect(await prompt(folder, ...store, '--at', 'seq:1', '--plan', 'free')).toMatchObject({ code: 0 })
    expect(await content(folder, ...store, '--at', 'seq:9')).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('it has 3, 2, 1'),
    })
    for (const at of ['HEAD', '2026-03-01', 'seq:x', 'seq:0']) {
      expect(await content(folder, ...store, '--at', at)).toMatchObject({
        code: 2,
        stderr: expect.stringContaining('names no release'),
      })
    }
  })
})

describe('an account that is written as its file, or in another case', () => {
  const ACME = 'id: acme\nplan: growth\noverrides: { openai: { model: gpt-4 } }\n'

  test.each(['acme.yaml', 'ACME', 'config/accounts/acme.yaml', 'accounts/eu/Acme.yml'])(
    '%s gets the globals, with a note that names it',
    async (id) => {
      const folder = writeConfig({ 'accounts/eu/acme.yaml': ACME })
      await commitAll(folder)
      await tenfold(['release'], folder)
      const ways = [
        ['get', id, 'generate_content'],
        ['get', id, 'generate_content', '--at', 'HEAD'],
        ['get', id, 'generate_content', '--store', 'file:.tenfold/store'],
        ['explain', id, 'generate_content'],
      ]
      for (const args of ways) {
        const { code, stderr } = await tenfold(args, folder)
        expect(code).toBe(0)
        expect(stderr, args.join(' ')).toContain('did you mean "acme"?')
      }
      const { stdout } = await tenfold(['get', id, 'generate_content'], folder)
      expect(JSON.parse(stdout)).toMatchObject({ account: id, known: false, plan: null })
    },
  )

  test('is no matter of accounts that are there, or of nobody', async () => {
    const folder = writeConfig({ 'accounts/eu/acme.yaml': ACME })
    for (const id of ['acme', 'nobody', 'NOBODY']) {
      expect(await tenfold(['get', id, 'generate_content'], folder)).toMatchObject({ code: 0, stderr: '' })
    }
  })
})
