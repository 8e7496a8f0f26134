import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { GitServer } from '../support/git-http.ts'
import { FakeGitHub } from '../support/github.ts'
import type { State } from '../support/github-state.ts'
import { commitAll, git } from '../support/run.ts'

export const TOKEN = 'ghp_TheTokenOfAda'
export const ACME = 'id: acme\nplan: growth # do not touch\n'

/** A repository on something like GitHub, and a checkout of it. */
export class GitHubPlace {
  readonly base = mkdtempSync(join(tmpdir(), 'tenfold-'))
  readonly work = join(this.base, 'work')
  readonly server: GitServer
  readonly github: FakeGitHub
  readonly state: State
  /** The repository's folder on the server. */
  readonly folder: string

  /** @param prefix Where the API is: `/api/v1` is Gitea's. */
  static async create(prefix: '/api' | '/api/v1' = '/api'): Promise<GitHubPlace> {
    const server = await GitServer.start()
    const folder = await server.repository('ada/settings.git')
    server.users.set('x-access-token', { password: TOKEN, push: true })
    const state: State = {
      owner: 'ada',
      repo: 'settings',
      formerly: [],
      tokens: new Map([[TOKEN, 'ada']]),
      pulls: [],
      comments: [],
      async shaOf(branch) {
        const { code, stdout } = await git(folder, 'rev-parse', '--verify', '-q', `refs/heads/${branch}`)
        return code === 0 ? stdout.trim() : undefined
      },
    }
    const place = new GitHubPlace(server, await FakeGitHub.start(state, prefix), state, folder)
    await place.#checkout()
    return place
  }

  private constructor(server: GitServer, github: FakeGitHub, state: State, folder: string) {
    this.server = server
    this.github = github
    this.state = state
    this.folder = folder
  }

  async #checkout(): Promise<void> {
    this.write('config/accounts/acme.yaml', ACME)
    this.write('config/accounts/old.yaml', 'id: old\nplan: free\n')
    this.write('tool.sh', '#!/bin/sh\n')
    chmodSync(join(this.work, 'tool.sh'), 0o755)
    await commitAll(this.work)
    await git(this.work, 'config', 'user.name', 'Ada')
    await git(this.work, 'config', 'user.email', 'ada@example.org')
    await git(this.work, 'remote', 'add', 'origin', this.server.url('ada/settings.git', ''))
    await git(this.work, 'push', '-q', this.folder, 'main')
  }

  /** What makes the token one for this server. */
  get env(): Readonly<Record<string, string>> {
    return { GITHUB_SERVER_URL: new URL(this.server.url('', '')).origin }
  }

  write(path: string, text: string): void {
    const file = join(this.work, path)
    mkdirSync(dirname(file), { recursive: true })
    writeFileSync(file, text)
  }

  /** Somebody else's commit on a branch of the server. */
  async commit(branch: string, path: string, text: string): Promise<void> {
    const clone = mkdtempSync(join(this.base, 'clone-'))
    await git(clone, 'clone', '-q', '-b', branch, this.folder, '.')
    writeFileSync(join(clone, path), text)
    await git(clone, 'commit', '-q', '-a', '-m', 'by somebody else')
    await git(clone, 'push', '-q', 'origin', branch)
  }

  /** What git answers on the server. */
  async at(...args: string[]): Promise<string> {
    return (await git(this.folder, ...args)).stdout
  }

  async branches(): Promise<string[]> {
    return (await this.at('for-each-ref', '--format=%(refname:short)')).split('\n').filter((name) => name !== '')
  }

  async remove(): Promise<void> {
    await this.server.stop()
    await this.github.stop()
    rmSync(this.base, { recursive: true, force: true })
  }
}
