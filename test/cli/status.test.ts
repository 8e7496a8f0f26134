import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { temporaryFolder, writeConfig } from '../support/config.ts'
import { commitAll, git, tenfold } from '../support/run.ts'
import { trustFolder } from '../support/trust.ts'
import { edit } from './support.ts'

const ACME = 'id: acme\nplan: growth\n'
const FILES = {
  'accounts/acme.yaml': ACME,
  'accounts/beta.yaml': 'id: beta\nplan: scale\noverrides: { openai: { temperature: 0.2 } }\n',
}

async function statusOf(folder: string, ...args: readonly string[]): Promise<{ said: unknown; notes: string }> {
  const { code, stdout, stderr } = await tenfold(['status', '--format', 'json', ...args], folder)
  expect(code, stderr).toBe(0)
  return { said: JSON.parse(stdout), notes: stderr }
}

describe('status', () => {
  test('before anything is committed or released', async () => {
    const folder = writeConfig(FILES)
    const none = { head: null, working_tree: { clean: null, changed: [] }, store: null, between: null }
    expect((await statusOf(folder)).said).toEqual(none)
    await git(folder, 'init', '-q', '-b', 'main')
    expect((await statusOf(folder)).said).toMatchObject({ head: null, working_tree: { clean: false }, store: null })
    const pretty = await tenfold(['status'], folder)
    expect(pretty).toMatchObject({ code: 0, stdout: expect.stringContaining('no commit') })
    expect(pretty.stdout).toContain('`tenfold release` makes one')
  })

  test('counts the commits and the accounts between a release and what is here', async () => {
    const folder = writeConfig(FILES)
    const first = await commitAll(folder)
    expect((await tenfold(['release'], folder)).code).toBe(0)
    expect((await statusOf(folder)).said).toEqual({
      head: { commit: first, branch: 'main', date: '2026-01-31' },
      working_tree: { clean: true, changed: [] },
      store: {
        url: expect.stringContaining('.tenfold/store'),
        environment: 'production',
        seq: 1,
        commit: first,
        issued: expect.stringMatching(/Z$/),
        expires: null,
        state: 'released',
      },
      between: { commits: 0, behind: 0, accounts: 0 },
    })
    // One commit that changes the globals, of which beta keeps its own; then one file that is not committed.
    const settings = (await git(folder, 'show', 'HEAD:config/settings.yaml')).stdout
    edit(folder, 'settings.yaml', settings.replace('temperature: 0.7', 'temperature: 0.6'))
    const second = await commitAll(folder)
    expect((await statusOf(folder)).said).toMatchObject({
      head: { commit: second },
      between: { commits: 1, behind: 0, accounts: 1 },
    })
    edit(folder, 'accounts/beta.yaml', 'id: beta\nplan: scale\n')
    edit(folder, 'accounts/new.yaml', 'id: new\nplan: free\n')
    expect((await statusOf(folder)).said).toMatchObject({
      working_tree: { clean: false, changed: ['config/accounts/beta.yaml', 'config/accounts/new.yaml'] },
      between: { commits: 1, behind: 0, accounts: 3 },
    })
    expect((await statusOf(join(folder, 'config'), '--config', '.')).said).toMatchObject({
      working_tree: { changed: ['accounts/beta.yaml', 'accounts/new.yaml'] },
      store: null,
    })
    const { stdout } = await tenfold(['status'], folder)
    expect(stdout).toMatch(/between +1 commit; 3 accounts get something else/)
    expect(stdout).toMatch(/expires +never/)
  })

  test('of a release that HEAD does not have, or whose commit is not here', async () => {
    const folder = writeConfig(FILES)
    await commitAll(folder)
    edit(folder, 'accounts/acme.yaml', 'id: acme\nplan: scale\n')
    await commitAll(folder, 'gone')
    expect((await tenfold(['release'], folder)).code).toBe(0)
    await git(folder, 'reset', '-q', '--hard', 'HEAD~1')
    await git(folder, 'checkout', '-q', '--detach')
    expect((await statusOf(folder)).said).toMatchObject({
      head: { branch: null },
      between: { commits: 0, behind: 1, accounts: 1 },
    })
    await git(folder, 'checkout', '-q', 'main')
    await git(folder, 'reflog', 'expire', '--expire=now', '--all')
    await git(folder, 'gc', '-q', '--prune=now')
    const { said, notes } = await statusOf(folder)
    expect(said).toMatchObject({ store: { seq: 1 }, between: { commits: null, behind: null, accounts: null } })
    expect(notes).toContain('is not in this clone')
  })

  test('of a release that names no commit, and of a configuration with an error', async () => {
    const folder = writeConfig(FILES)
    await commitAll(folder)
    edit(folder, 'accounts/acme.yaml', 'id: acme\nplan: scale\n')
    await tenfold(['release'], folder)
    expect(await statusOf(folder)).toMatchObject({
      said: { store: { commit: null }, between: { accounts: null } },
      notes: expect.stringContaining('names no commit'),
    })
    await commitAll(folder)
    await tenfold(['release'], folder)
    edit(folder, 'accounts/beta.yaml', 'plan: [\n')
    expect(await statusOf(folder)).toMatchObject({
      said: { between: { commits: 0, accounts: null } },
      notes: expect.stringContaining('tenfold check'),
    })
    rmSync(join(folder, 'config', 'models.yaml'))
    expect(await statusOf(folder)).toMatchObject({
      said: { between: { commits: 0, accounts: null } },
      notes: expect.stringContaining('tenfold check'),
    })
  })

  test('of a store elsewhere, which needs a root: its expiry', async () => {
    const folder = trustFolder(writeConfig(FILES))
    await commitAll(folder)
    const store = `file:${join(temporaryFolder(), 'store')}`
    const released = await tenfold(['release', '--to', store, '--allow-missing'], folder)
    expect(released.code, released.stderr).toBe(0)
    const { said } = await statusOf(folder, '--store', store)
    expect(said).toMatchObject({
      store: { url: store, seq: 1, expires: expect.stringMatching(/Z$/), state: 'released' },
      between: { accounts: 0 },
    })
    expect((await tenfold(['status', '--store', store], folder)).stdout).toMatch(/expires +\S+Z, in 29 days/)
    expect(await tenfold(['status', '--store', 'file:nowhere'], folder)).toMatchObject({
      code: 3,
      stderr: expect.stringContaining('there is no store'),
    })
    expect(await tenfold(['status', '--store', store, '--config', 'nowhere'], folder)).toMatchObject({ code: 2 })
  })
})
