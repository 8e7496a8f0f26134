import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, onTestFinished, test } from 'vitest'
import { DraftFolder } from '../../src/draft/draft-folder.ts'
import { branchOfDraft, newDraft } from '../../src/draft/draft.ts'
import type { Operation } from '../../src/draft/operation.ts'
import { conflictsIn } from '../../src/draft/replay-operations.ts'
import { placeOfProposals } from '../../src/propose/destination.ts'
import { newestBase, reviewDraft } from '../../src/propose/review-draft.ts'
import { type SaveResult, saveDraft } from '../../src/propose/save-draft.ts'
import { GitHubPlace, TOKEN } from '../edit/github-place.ts'
import { temporaryFolder, writeConfig } from '../support/config.ts'
import { commitAll, git, tenfold } from '../support/run.ts'

const ACME = 'id: acme\nplan: growth # since May\noverrides:\n  openai: { model: gpt-4, temperature: 0.8 }\n'
const MODEL: Operation = {
  op: 'set',
  file: 'accounts/acme',
  path: ['overrides', 'openai', 'model'],
  value: 'gpt-4o',
  saw: 'gpt-4',
}
const DEFAULT: Operation = {
  op: 'set',
  file: 'settings',
  path: ['providers', 'openai', 'temperature'],
  value: 0.2,
  saw: 0.7,
}
const REMOVED: Operation = { op: 'delete', file: 'accounts/old', saw: 'id: old\nplan: free\n' }

class Desk {
  readonly config: string
  readonly drafts: DraftFolder
  readonly id: string
  readonly env: Readonly<Record<string, string>>

  private constructor(config: string, drafts: DraftFolder, id: string, env: Readonly<Record<string, string>>) {
    this.config = config
    this.drafts = drafts
    this.id = id
    this.env = env
  }

  static async at(
    folder: string,
    operations: readonly Operation[],
    env: Readonly<Record<string, string>> = {},
  ): Promise<Desk> {
    const config = join(folder, 'config')
    const drafts = await DraftFolder.open(config, join(temporaryFolder(), 'state'))
    const { id } = await drafts.keep({ ...newDraft(new Date()), operations })
    return new Desk(config, drafts, id, { GIT_AUTHOR_NAME: 'Ada', GIT_AUTHOR_EMAIL: 'ada@example.org', ...env })
  }

  get branch(): string {
    return branchOfDraft({ id: this.id })
  }

  async review() {
    const draft = this.drafts.read(this.id)
    if (draft === undefined) throw new Error('no draft')
    return reviewDraft(draft, await newestBase(await placeOfProposals(this.config, this.env)), this.options)
  }

  get options() {
    return { config: this.config, fingerprint: 'test', drafts: this.drafts, env: this.env }
  }

  async save(shown?: string): Promise<SaveResult> {
    return saveDraft(this.id, shown ?? (await this.review()).digest, this.options)
  }

  change(...operations: readonly Operation[]): Promise<unknown> {
    return this.drafts.change(this.id, (draft) => ({ ...draft, operations }))
  }
}

const FILES = { 'accounts/acme.yaml': ACME, 'accounts/old.yaml': 'id: old\nplan: free\n' }

/** A repository without a remote. */
async function alone(): Promise<string> {
  const folder = writeConfig(FILES)
  await commitAll(folder)
  return folder
}

/** A clone of a bare repository, and a second one for somebody else. */
async function cloned(): Promise<{ readonly remote: string; readonly folder: string; readonly other: string }> {
  const first = await alone()
  const base = temporaryFolder()
  const [remote, folder, other] = [join(base, 'remote.git'), join(base, 'clone'), join(base, 'other')]
  await git(base, 'clone', '-q', '--bare', first, remote)
  for (const at of [folder, other]) await git(base, 'clone', '-q', remote, at)
  return { remote, folder, other }
}

async function pushed(folder: string, path: string, text: string, branch = 'main'): Promise<void> {
  await git(folder, 'fetch', '-q', 'origin')
  await git(folder, 'checkout', '-q', '-B', branch, `origin/${branch}`)
  writeFileSync(join(folder, path), text)
  await commitAll(folder, 'by somebody else')
  await git(folder, 'push', '-q', 'origin', branch)
}

const at = async (folder: string, ...args: string[]): Promise<string> => (await git(folder, ...args)).stdout

describe('without a remote', () => {
  test('a draft becomes one commit on a branch, and the working tree, the index and HEAD stay', async () => {
    const folder = await alone()
    writeFileSync(join(folder, 'config', 'accounts', 'acme.yaml'), `${ACME}# not committed\n`)
    const desk = await Desk.at(folder, [MODEL, DEFAULT, REMOVED])
    const before = await at(folder, 'status', '--porcelain', '--branch')
    expect(await desk.save()).toEqual({ is: 'saved', to: 'local', branch: desk.branch, url: null })
    expect(await at(folder, 'status', '--porcelain', '--branch')).toBe(before)
    expect(await at(folder, 'log', '--format=%s|%an <%ae>', `main..${desk.branch}`)).toBe(
      'Change 3 settings of acme, settings, accounts/old|Ada <ada@example.org>\n'.replace('accounts/old', 'old'),
    )
    expect(await at(folder, 'show', `${desk.branch}:config/accounts/acme.yaml`)).toBe(ACME.replace('gpt-4', 'gpt-4o'))
    const names = await at(folder, 'diff', '--name-status', 'main', desk.branch)
    expect(names).toBe('M\tconfig/accounts/acme.yaml\nD\tconfig/accounts/old.yaml\nM\tconfig/settings.yaml\n')
  })

  test('the review says what `diff` says of the branch afterwards', async () => {
    const folder = await alone()
    const desk = await Desk.at(folder, [MODEL, DEFAULT, REMOVED])
    const { comparison } = await desk.review()
    await desk.save()
    const { stdout } = await tenfold(['diff', 'main', desk.branch, '--format', 'json'], folder)
    const { base: _base, head: _head, files_parsed: _parsed, ...diff } = JSON.parse(stdout)
    const { base: _b, head: _h, ...shown } = comparison.compared?.diff ?? { base: '', head: '' }
    const relative = JSON.parse(JSON.stringify(shown).replaceAll(/"file":"[^"]*config\//g, '"file":"config/'))
    expect(relative).toEqual(diff)
    expect(diff.summary.accounts_changed).toBe(2)
  })

  test('saving again replaces our commit, and the same again is the same commit', async () => {
    const folder = await alone()
    const desk = await Desk.at(folder, [MODEL])
    await desk.save()
    const first = await at(folder, 'rev-parse', desk.branch)
    await desk.save()
    expect(await at(folder, 'rev-parse', desk.branch)).toBe(first)
    await desk.change(MODEL, DEFAULT)
    await desk.save()
    expect(await at(folder, 'rev-parse', desk.branch)).not.toBe(first)
    expect(await at(folder, 'rev-list', '--count', `main..${desk.branch}`)).toBe('1\n')
  })

  test('a commit of somebody else on the branch is never replaced', async () => {
    const folder = await alone()
    const desk = await Desk.at(folder, [MODEL])
    await desk.save()
    const other = await at(folder, 'commit-tree', '-m', 'theirs', '-p', 'main', 'main^{tree}')
    await git(folder, 'update-ref', `refs/heads/${desk.branch}`, other.trim())
    await expect(desk.save()).rejects.toMatchObject({ kind: 'world', message: expect.stringContaining('not ours') })
    expect(await at(folder, 'rev-parse', desk.branch)).toBe(other)
  })

  test('a branch that is checked out is left alone', async () => {
    const folder = await alone()
    const desk = await Desk.at(folder, [MODEL])
    await desk.save()
    await git(folder, 'checkout', '-q', desk.branch)
    await git(folder, 'checkout', '-q', 'main')
    await git(folder, 'worktree', 'add', '-q', join(temporaryFolder(), 'tree'), desk.branch)
    await desk.change(DEFAULT)
    await expect(desk.save()).rejects.toMatchObject({ message: expect.stringContaining('checked out') })
  })

  test('merged: it has ended, and is not replayed', async () => {
    const folder = await alone()
    const desk = await Desk.at(folder, [MODEL])
    await desk.save()
    await git(folder, 'merge', '-q', desk.branch)
    expect(await desk.save()).toEqual({ is: 'ended', as: 'merged', url: null })
    expect(desk.drafts.read(desk.id)?.ended).toBe('merged')
    expect(await desk.save()).toMatchObject({ is: 'ended' })
  })

  test('a branch that somebody deleted is closed, and is not made again', async () => {
    const folder = await alone()
    const desk = await Desk.at(folder, [MODEL])
    await desk.save()
    await git(folder, 'branch', '-q', '-D', desk.branch)
    expect(await desk.save()).toEqual({ is: 'ended', as: 'closed', url: null })
    expect(await at(folder, 'branch', '--list', 'settings/*')).toBe('')
  })

  test('killed before or after the branch was moved, it goes on', async () => {
    const folder = await alone()
    const desk = await Desk.at(folder, [MODEL])
    await desk.save()
    const made = (await at(folder, 'rev-parse', desk.branch)).trim()
    // After: the branch is at the commit that was about to be put there.
    await desk.drafts.change(desk.id, (draft) => ({ ...draft, saved: { pushed: null, making: made, url: null } }))
    await desk.change(MODEL, DEFAULT)
    expect(await desk.save()).toMatchObject({ is: 'saved' })
    // Before: there is no branch, and the commit that was about to be made is nowhere.
    await git(folder, 'update-ref', '-d', `refs/heads/${desk.branch}`)
    const nowhere = { pushed: null, making: 'a'.repeat(40), url: null }
    await desk.drafts.change(desk.id, (draft) => ({ ...draft, saved: nowhere }))
    expect(await desk.save()).toMatchObject({ is: 'saved' })
  })

  test('what is wrong, in conflict, or not as it was shown, is not saved', async () => {
    const folder = await alone()
    const desk = await Desk.at(folder, [{ ...MODEL, op: 'set', value: 'gpt-9', saw: 'gpt-4' }])
    expect(await desk.save()).toMatchObject({ is: 'not-ready', moved: false })
    await desk.change({ ...MODEL, op: 'set', value: 'gpt-4o', saw: 'gpt-4o-mini' })
    const conflict = await desk.save()
    expect(conflict.is === 'not-ready' && conflictsIn(conflict.review.replayed).size).toBe(1)
    await desk.change(MODEL)
    const { digest } = await desk.review()
    await desk.change(MODEL, DEFAULT)
    expect(await desk.save(digest)).toMatchObject({ is: 'not-ready', moved: true })
    expect(await at(folder, 'branch', '--list', 'settings/*')).toBe('')
    await desk.change()
    expect(await desk.save()).toEqual({ is: 'nothing' })
  })

  test('a global that makes accounts wrong elsewhere is not saved', async () => {
    const folder = await alone()
    const desk = await Desk.at(folder, [
      {
        op: 'unset',
        file: 'models',
        path: ['models', 'gpt-4'],
        saw: { provider: 'openai', kind: 'text', max_output_tokens: 8192 },
      },
    ])
    const result = await desk.save()
    expect(result).toMatchObject({ is: 'not-ready' })
    expect(
      result.is === 'not-ready' &&
        result.review.diagnostics.map(({ rule, file }) => `${rule} ${file.replace(/.*config/, 'config')}`),
    ).toEqual(['ref/unknown config/accounts/acme.yaml'])
  })

  test('no commit yet, no repository, no identity: each says what to do', async () => {
    const folder = writeConfig(FILES)
    const desk = await Desk.at(folder, [MODEL])
    await expect(desk.save('')).rejects.toMatchObject({ help: expect.stringContaining('git init') })
    await git(folder, 'init', '-q', '-b', 'main')
    await expect(desk.save('')).rejects.toMatchObject({ message: expect.stringContaining('no commit yet') })
    await commitAll(folder)
    for (const name of ['user.name', 'user.email']) await git(folder, 'config', name, '')
    const nobody = { ...desk.options, env: {} }
    const shown = (await desk.review()).digest
    await expect(saveDraft(desk.id, shown, nobody)).rejects.toMatchObject({
      help: expect.stringContaining('user.name'),
    })
  })
})

describe('with a remote', () => {
  test('the branch is pushed on the newest commit of its main, whatever is checked out here', async () => {
    const { remote, folder, other } = await cloned()
    await pushed(other, 'config/accounts/acme.yaml', ACME.replace('0.8', '0.9'))
    const desk = await Desk.at(folder, [MODEL])
    expect(await desk.save()).toEqual({ is: 'saved', to: 'branch', branch: desk.branch, url: null })
    expect(await at(remote, 'show', `${desk.branch}:config/accounts/acme.yaml`)).toBe(
      ACME.replace('gpt-4', 'gpt-4o').replace('0.8', '0.9'),
    )
    expect(await at(folder, 'branch', '--list')).toBe('* main\n')
    expect(readFileSync(join(folder, 'config/accounts/acme.yaml'), 'utf8')).toBe(ACME)
  })

  test('a field that another has changed meanwhile is a conflict; the same change is done', async () => {
    const { folder, other } = await cloned()
    const desk = await Desk.at(folder, [MODEL])
    await pushed(other, 'config/accounts/acme.yaml', ACME.replace('gpt-4', 'gpt-4o-mini'))
    const result = await desk.save()
    expect(result.is === 'not-ready' && [...result.review.replayed.outcomes.values()]).toEqual([
      { is: 'conflict', why: 'changed', theirs: 'gpt-4o-mini' },
    ])
    await pushed(other, 'config/accounts/acme.yaml', ACME.replace('gpt-4', 'gpt-4o'))
    expect(await desk.save()).toEqual({ is: 'nothing' })
  })

  test('answers that came otherwise by a move of the base are shown again, a move elsewhere is not', async () => {
    const { folder, other } = await cloned()
    const desk = await Desk.at(folder, [DEFAULT])
    const { digest } = await desk.review()
    await pushed(other, 'config/accounts/newer.yaml', 'id: newer\nplan: starter\n')
    expect(await desk.save(digest)).toMatchObject({ is: 'not-ready', moved: true })
    const again = (await desk.review()).digest
    await pushed(other, 'README.md', 'Hello.\n')
    expect(await desk.save(again)).toMatchObject({ is: 'saved' })
  })

  test('the base was force-pushed, or lost the file', async () => {
    const { remote, folder } = await cloned()
    const desk = await Desk.at(folder, [MODEL])
    await desk.save()
    const tree = (await at(folder, 'rev-parse', 'main^{tree}')).trim()
    const rewritten = (await at(folder, 'commit-tree', '-m', 'anew', tree)).trim()
    await git(folder, 'push', '-q', '-f', 'origin', `${rewritten}:refs/heads/main`)
    expect(await desk.save()).toMatchObject({ is: 'saved' })
    expect(await at(remote, 'rev-parse', `${desk.branch}^`)).toBe(`${rewritten}\n`)
    rmSync(join(folder, 'config/accounts/acme.yaml'))
    await commitAll(folder, 'gone')
    await git(folder, 'push', '-q', '-f', 'origin', 'HEAD:refs/heads/main')
    const result = await desk.save()
    expect(result.is === 'not-ready' && [...result.review.replayed.outcomes.values()]).toMatchObject([{ why: 'gone' }])
  })

  test('a reviewer’s commit on the branch is never replaced', async () => {
    const { remote, folder, other } = await cloned()
    const desk = await Desk.at(folder, [MODEL])
    await desk.save()
    await pushed(other, 'config/accounts/acme.yaml', ACME.replace('gpt-4', 'gpt-4o').replace('0.8', '0.1'), desk.branch)
    const theirs = await at(remote, 'rev-parse', desk.branch)
    await desk.change(MODEL, DEFAULT)
    await expect(desk.save()).rejects.toMatchObject({ kind: 'world', message: expect.stringContaining('not ours') })
    expect(await at(remote, 'rev-parse', desk.branch)).toBe(theirs)
  })

  test('a commit that was never pushed is forgotten once the branch has what is wanted already', async () => {
    const { folder } = await cloned()
    const desk = await Desk.at(folder, [MODEL])
    await desk.save()
    const failed = 'a'.repeat(40)
    await desk.drafts.change(desk.id, (draft) => ({
      ...draft,
      saved: { pushed: draft.saved?.pushed ?? null, making: failed, url: null },
    }))
    expect(await desk.save()).toMatchObject({ is: 'saved' })
    await desk.change(MODEL, REMOVED)
    expect(await desk.save()).toMatchObject({ is: 'saved' })
  })

  test('merged by squashing, or closed by deleting the branch', async () => {
    const { remote, folder, other } = await cloned()
    const desk = await Desk.at(folder, [MODEL])
    await desk.save()
    await pushed(other, 'config/accounts/acme.yaml', ACME.replace('gpt-4', 'gpt-4o'))
    expect(await desk.save()).toMatchObject({ is: 'ended', as: 'merged' })
    const next = await Desk.at(folder, [DEFAULT])
    await next.save()
    await git(remote, 'update-ref', '-d', `refs/heads/${next.branch}`)
    expect(await next.save()).toMatchObject({ is: 'ended', as: 'closed' })
    expect(await at(remote, 'branch', '--list', next.branch)).toBe('')
  })

  test('a remote that refuses, or is gone: the draft stays as it is, and the message says what to do', async () => {
    const { remote, folder } = await cloned()
    const desk = await Desk.at(folder, [MODEL])
    const hook = join(remote, 'hooks', 'pre-receive')
    mkdirSync(join(remote, 'hooks'), { recursive: true })
    writeFileSync(hook, '#!/bin/sh\necho GH006: Protected branch update failed >&2\nexit 1\n', { mode: 0o755 })
    await expect(desk.save()).rejects.toMatchObject({ kind: 'world', help: expect.stringContaining('push') })
    rmSync(hook)
    expect(await desk.save()).toMatchObject({ is: 'saved' })
    rmSync(remote, { recursive: true })
    await expect(desk.save()).rejects.toMatchObject({ kind: 'world', help: expect.stringMatching(/./) })
    expect(desk.drafts.read(desk.id)).toMatchObject({ operations: [MODEL], ended: null })
  })
})

describe('on GitHub', () => {
  async function onGitHub(operations: readonly Operation[]) {
    const place = await GitHubPlace.create()
    onTestFinished(() => place.remove())
    writeConfig(FILES, place.work)
    await commitAll(place.work, 'a whole configuration')
    await git(place.work, 'push', '-q', place.folder, 'main')
    const env = { ...place.env, GITHUB_TOKEN: TOKEN, GITHUB_API_URL: place.github.api }
    return { place, desk: await Desk.at(place.work, operations, env) }
  }

  test('a pull request with the review, brought up to date by the next save; closed, it is not opened again', async () => {
    const { place, desk } = await onGitHub([MODEL])
    const url = 'https://github.example/ada/settings/pull/1'
    expect(await desk.save()).toEqual({ is: 'saved', to: 'pull-request', branch: desk.branch, url })
    expect(place.state.pulls).toMatchObject([
      { head: desk.branch, base: 'main', title: 'Set openai.model of acme', state: 'open' },
    ])
    expect(place.state.pulls[0]?.body).toContain('acme')
    await desk.change(MODEL, DEFAULT)
    await desk.drafts.change(desk.id, (draft) => ({ ...draft, title: 'Calmer' }))
    expect(await desk.save()).toMatchObject({ is: 'saved', url })
    expect(place.state.pulls).toHaveLength(1)
    expect(place.state.pulls).toMatchObject([{ title: 'Calmer' }])
    const [pull] = place.state.pulls
    if (pull !== undefined) Object.assign(pull, { state: 'closed' })
    await desk.change(MODEL)
    expect(await desk.save()).toEqual({ is: 'ended', as: 'closed', url })
    expect(place.state.pulls).toHaveLength(1)
    expect(existsSync(place.work)).toBe(true)
  })
})
