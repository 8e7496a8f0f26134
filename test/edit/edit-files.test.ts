import { mkdirSync, renameSync, symlinkSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { type Edited, type FileToEdit, editFiles } from '../../src/edit/edit-files.ts'
import type { Absent } from '../../src/source/list-folder.ts'
import { type Configuration, openConfiguration } from '../../src/source/open-configuration.ts'
import { BASE, type Files, writeConfig } from '../support/config.ts'

const ACME = 'id: acme\nplan: growth\n'
const WARM = `${ACME}overrides: { openai: { temperature: 0.9 } }\n`
/** The plan forbids the model. */
const FORBIDDEN = `${ACME}overrides: { openai: { model: gpt-5.2 } }\n`
const PLANS = BASE['plans.yaml'] ?? ''
const BROKEN = 'title: [\n'

async function configured(files: Files): Promise<Configuration> {
  return opened(writeConfig(files))
}

async function opened(folder: string): Promise<Configuration> {
  return { ...(await openConfiguration(join(folder, 'config'))), show: (path) => path }
}

/** Replaces the text of a file, whatever it was. */
function to(key: string, text: string | null, more: Partial<FileToEdit> = {}): FileToEdit {
  return { key, edit: () => text, ...more }
}

/** What is written where, as `before → after`, and what is wrong with it, as `rule file`. */
function told({ files, diagnostics }: Edited): { files: unknown; wrong: string[] } {
  return {
    files: Object.fromEntries([...files].map(([path, { before, after }]) => [path, [before, after]])),
    wrong: diagnostics.map(({ rule, file }) => `${rule} ${file}`),
  }
}

async function edited(files: Files, changes: readonly FileToEdit[], reads?: readonly string[]): Promise<unknown> {
  return told(await editFiles(await configured(files), changes, reads))
}

const FILES = { 'accounts/eu/acme.yaml': ACME, 'accounts/other.yaml': 'id: other\nplan: free\n' }

describe('what is to be written', () => {
  test.each<readonly [string, FileToEdit, unknown]>([
    ['a file that changes, wherever it is', to('accounts/acme', WARM), { 'accounts/eu/acme.yaml': [ACME, WARM] }],
    ['nothing for one that stays', to('accounts/acme', ACME), {}],
    [
      'a file that is new',
      to('accounts/new', 'id: new\nplan: free\n'),
      { 'accounts/new.yaml': [null, 'id: new\nplan: free\n'] },
    ],
    ['a file that goes', to('accounts/acme', null), { 'accounts/eu/acme.yaml': [ACME, null] }],
    [
      'a file that moves',
      to('accounts/acme', 'id: best\nplan: growth\n', { moved: (path) => path.replace('acme', 'best') }),
      { 'accounts/eu/acme.yaml': [ACME, null], 'accounts/eu/best.yaml': [null, 'id: best\nplan: growth\n'] },
    ],
    [
      'a file that moves to where it is',
      to('accounts/acme', WARM, { moved: (path) => path }),
      { 'accounts/eu/acme.yaml': [ACME, WARM] },
    ],
    [
      'a prompt',
      to('prompts/image_prompt', 'title: P\nplaceholders: none\nvalue: A picture\n'),
      {
        'prompts/image_prompt.yaml': [
          BASE['prompts/image_prompt.yaml'],
          'title: P\nplaceholders: none\nvalue: A picture\n',
        ],
      },
    ],
  ])('%s', async (_, change, files) => expect(await edited(FILES, [change])).toEqual({ files, wrong: [] }))

  test('an edit sees the file as it is, and nothing where there is none', async () => {
    const seen: unknown[] = []
    const look = (key: string): FileToEdit => ({
      key,
      edit: (file, { known }) => {
        seen.push([file?.path, file?.text, known.plans?.growth.may_override.length])
        return file?.text ?? null
      },
    })
    await edited(FILES, [look('accounts/acme'), look('accounts/none'), look('plans')])
    expect(seen).toEqual([
      ['accounts/eu/acme.yaml', ACME, 9],
      [undefined, undefined, 9],
      ['plans.yaml', PLANS, 9],
    ])
  })

  test('several files at once, and of two changes of one file the later', async () => {
    const changes = [to('accounts/acme', FORBIDDEN), to('accounts/other', null), to('accounts/acme', WARM)]
    expect(await edited(FILES, changes)).toEqual({
      files: { 'accounts/eu/acme.yaml': [ACME, WARM], 'accounts/other.yaml': [FILES['accounts/other.yaml'], null] },
      wrong: [],
    })
  })

  test('a file that no configuration has is refused', async () => {
    await expect(edited(FILES, [to('prompts', 'a: 1\n')])).rejects.toMatchObject({
      kind: 'usage',
      message: 'a configuration has no file "prompts"',
      help: 'name one such as settings or prompts/TYPE',
    })
  })
})

describe('what is wrong with it', () => {
  test('an account is checked, whether it changes or not', async () => {
    const files = { 'accounts/eu/acme.yaml': [ACME, FORBIDDEN] }
    const wrong = ['plan/model-not-allowed accounts/eu/acme.yaml']
    expect(await edited(FILES, [to('accounts/acme', FORBIDDEN)])).toEqual({ files, wrong })
    const already = { ...FILES, 'accounts/eu/acme.yaml': FORBIDDEN }
    expect(await edited(already, [to('accounts/acme', FORBIDDEN)])).toEqual({ files: {}, wrong })
    // But not one that goes, or one that nobody edits.
    expect(await edited(already, [to('accounts/acme', null)])).toMatchObject({ wrong: [] })
    expect(await edited(already, [to('accounts/other', null)])).toMatchObject({ wrong: [] })
  })

  test('it is judged by its new place, and by the globals as they will be', async () => {
    const moved = (path: string): string => path.replace('acme', 'best')
    expect(await edited(FILES, [to('accounts/acme', ACME, { moved })])).toMatchObject({
      wrong: [expect.stringMatching(/ accounts\/eu\/best\.yaml$/)],
    })
    const plans = PLANS.replace(', models: { deny: [gpt-5.2] }', '')
    const both = [to('accounts/acme', FORBIDDEN), to('plans', plans)]
    expect(await edited(FILES, both)).toMatchObject({ wrong: [] })
  })

  test('an account that cannot have its name gets its file, and is told so', async () => {
    expect(await edited(FILES, [to('accounts/No Id', ACME)])).toEqual({
      files: { 'accounts/No Id.yaml': [null, ACME] },
      wrong: expect.arrayContaining([expect.stringMatching(/ accounts\/No Id\.yaml$/)]),
    })
  })

  test('of the globals, only what is in the files that change', async () => {
    const files = { ...FILES, 'models.yaml': 'models: {}\n' }
    const functions = 'functions: { write: { kind: speech, prompts: [] } }\n'
    const { wrong } = told(await editFiles(await configured(files), [to('functions', functions)]))
    expect(wrong.length).toBeGreaterThan(0)
    expect(wrong.filter((one) => !one.endsWith(' functions.yaml'))).toEqual([])
    expect(await edited(files, [to('accounts/other', null)])).toMatchObject({ wrong: [] })
  })

  test('of two files that claim one account, the first is edited, and each is told of', async () => {
    const files = {
      'accounts/a/acme.yaml': ACME,
      'accounts/b/acme.yaml': ACME,
      'accounts/c/x.yaml': 'id: x\nplan: free\n',
    }
    const twice = { ...files, 'accounts/d/x.yaml': 'id: x\nplan: free\n' }
    expect(await edited(twice, [to('accounts/acme', WARM)])).toEqual({
      files: { 'accounts/a/acme.yaml': [ACME, WARM] },
      wrong: [expect.stringMatching(/^ref\/duplicate-account accounts\/[ab]\/acme\.yaml$/)],
    })
  })
})

describe('nothing is edited', () => {
  const NOTHING = { files: {} }

  test('while a file that is read is wrong; a warning, and what is wrong elsewhere, do not matter', async () => {
    const wrong = { ...FILES, 'prompts/clustering.yaml': BROKEN, 'prompts/image_prompt.yaml': `${BROKEN}x` }
    const change = to('accounts/acme', WARM)
    expect(await edited(wrong, [change], ['prompts/clustering.yaml'])).toEqual({
      ...NOTHING,
      wrong: ['yaml/syntax prompts/clustering.yaml'],
    })
    const after = { files: { 'accounts/eu/acme.yaml': [ACME, WARM] }, wrong: [] }
    expect(await edited(wrong, [change])).toEqual(after)
    expect(await edited(wrong, [change], ['plans.yaml'])).toEqual(after)
    const unused = { ...FILES, 'prompts/unused.yaml': 'title: T\nplaceholders: none\nvalue: Unused\n' }
    expect(await edited(unused, [change], ['prompts/unused.yaml'])).toEqual(after)
  })

  test.each([
    ['an account', 'accounts/acme', 'accounts/eu/acme.yaml'],
    ['a global file', 'prompts/clustering', 'prompts/clustering.yaml'],
  ])('in %s that cannot be understood, unless it is replaced as a whole', async (_, key, path) => {
    const files = { ...FILES, [path]: BROKEN, 'strategies/s.yaml': BROKEN }
    const text = path.startsWith('accounts/') ? WARM : (BASE[path] ?? '')
    expect(await edited(files, [to(key, text)])).toEqual({ ...NOTHING, wrong: [`yaml/syntax ${path}`] })
    expect(await edited(files, [to(key, text, { isWhole: true })])).toEqual({
      files: { [path]: [BROKEN, text] },
      wrong: [],
    })
    const large = { ...files, [path]: `# ${'x'.repeat(1024 * 1024)}\n` }
    expect(await edited(large, [to(key, text)])).toEqual({ ...NOTHING, wrong: [`yaml/limits ${path}`] })
    expect(await edited(large, [to(key, text, { isWhole: true })])).toEqual({
      ...NOTHING,
      wrong: [`yaml/limits ${path}`],
    })
  })

  test('a comment alone, and what is odd in a text, can be understood', async () => {
    const odd = `${ACME}name: "a\u200bb"\n`
    for (const before of ['# nobody yet\n', odd]) {
      expect(await edited({ ...FILES, 'accounts/eu/acme.yaml': before }, [to('accounts/acme', WARM)])).toMatchObject({
        files: { 'accounts/eu/acme.yaml': [before, WARM] },
      })
    }
  })

  test('through a link, or where something else is in the place', async () => {
    const folder = writeConfig(FILES)
    const accounts = join(folder, 'config', 'accounts')
    symlinkSync('/etc/passwd', join(accounts, 'link.yaml'))
    mkdirSync(join(accounts, 'folder.yaml'))
    const configuration = await opened(folder)
    const change = (key: string): Promise<Edited> => editFiles(configuration, [to(key, WARM)])
    expect(told(await change('accounts/link'))).toEqual({ ...NOTHING, wrong: ['files/unexpected accounts/link.yaml'] })
    expect(told(await change('accounts/acme'))).toMatchObject({ wrong: [] })
    expect([...(await change('accounts/new')).files.keys()]).toEqual(['accounts/new.yaml'])
    renameSync(accounts, join(folder, 'elsewhere'))
    symlinkSync('../elsewhere', accounts)
    expect(told(await editFiles(await opened(folder), [to('accounts/acme', WARM)]))).toEqual({
      ...NOTHING,
      wrong: ['files/unexpected accounts'],
    })
  })

  test('in a file that is not checked out, or while a global file is not', async () => {
    const configuration = await configured({ ...FILES, 'strategies/s.yaml': BROKEN })
    const without = (...paths: readonly string[]): Configuration => {
      const absent = paths.map((path): Absent => {
        return { path, kind: path.startsWith('accounts/') ? 'account' : 'prompt', blob: 'a'.repeat(40) }
      })
      return { ...configuration, tree: { ...configuration.tree, absent } }
    }
    const change = [to('accounts/gone', WARM)]
    const other = 'accounts/other-one.yaml'
    for (const path of ['accounts/gone.yaml', 'prompts/gone.yaml']) {
      const { files, diagnostics } = await editFiles(without(path, other), change)
      expect(files.size).toBe(0)
      expect(new Set(diagnostics.map(({ rule }) => rule))).toEqual(new Set(['files/not-checked-out']))
    }
    expect((await editFiles(without(other), change)).files.size).toBe(1)
  })
})
