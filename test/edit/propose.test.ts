import { rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { BranchChange } from '../../src/github/push-pull-request-branch.ts'
import { type Proposal, type Proposed, openPullRequest } from '../../src/github/open-pull-request.ts'
import { treeOf } from '../faults/support.ts'
import { git } from '../support/run.ts'
import { ACME, GitHubPlace, TOKEN } from './github-place.ts'

let place: GitHubPlace
beforeEach(async () => {
  place = await GitHubPlace.create()
})
afterEach(() => place.remove())

const CHANGES: readonly BranchChange[] = [
  { path: 'config/accounts/acme.yaml', before: ACME, after: ACME.replace('growth', 'scale') },
]

function proposing(over: Partial<Proposal> = {}): Promise<Proposed> {
  return openPullRequest({
    changes: CHANGES,
    title: 'Move acme to scale',
    body: 'One account.\n',
    folder: place.work,
    env: place.env,
    token: TOKEN,
    api: place.github.api,
    cache: join(place.base, 'cache'),
    second: 5,
    ...over,
  })
}

/** It has to fail like this, without a word of the token. */
async function failing(over: Partial<Proposal> = {}): Promise<unknown> {
  const failure = await proposing(over).catch((error: unknown) => error)
  expect(failure).toMatchObject({ name: 'Failure', kind: 'world', help: expect.stringMatching(/\S/) })
  expect(`${String(failure)} ${JSON.stringify(failure)}`).not.toContain(TOKEN)
  expect(failure instanceof Error && failure.cause).toBeUndefined()
  return failure
}

const message = (pattern: RegExp): object => ({ message: expect.stringMatching(pattern) })

async function branch(): Promise<string> {
  const names = (await place.branches()).filter((name) => name !== 'main')
  expect(names).toHaveLength(1)
  return names[0] ?? ''
}

test('one commit with the changed files on the newest of the base, and a pull request', async () => {
  // The base went on since the checkout, elsewhere.
  await place.commit('main', 'tool.sh', '#!/bin/sh\ntrue\n')
  const changes: BranchChange[] = [
    ...CHANGES,
    { path: 'config/accounts/old.yaml', before: 'id: old\nplan: free\n', after: null },
    { path: 'config/accounts/new "ü".yaml', before: null, after: 'id: new\n' },
    { path: 'tool.sh', before: '#!/bin/sh\ntrue\n', after: '#!/bin/sh\nfalse\n' },
  ]
  const done = await proposing({ changes })
  const name = await branch()
  expect(done).toEqual({
    did: 'created',
    base: 'main',
    branch: name,
    number: 1,
    url: 'https://github.example/ada/settings/pull/1',
  })
  expect(name).toMatch(/^settings\/[0-9a-f]{16}$/)
  expect(place.state.pulls).toMatchObject([
    { head: name, base: 'main', title: 'Move acme to scale', body: 'One account.\n', state: 'open' },
  ])
  const log = await place.at('log', '--format=%s|%an <%ae>|%cn', `main..${name}`)
  expect(log).toBe('Move acme to scale|Ada <ada@example.org>|Ada\n')
  const diff = await place.at('-c', 'core.quotePath=false', 'diff', '--raw', `main...${name}`)
  expect(diff.replace(/^(:\d+ \d+) \S+ \S+ /gm, '$1 ').split('\n')).toEqual([
    ':100644 100644 M\tconfig/accounts/acme.yaml',
    ':000000 100644 A\t"config/accounts/new \\"ü\\".yaml"',
    ':100644 000000 D\tconfig/accounts/old.yaml',
    ':100755 100755 M\ttool.sh',
    '',
  ])
  expect(await place.at('show', `${name}:config/accounts/acme.yaml`)).toBe(ACME.replace('growth', 'scale'))
  expect((await git(place.folder, 'fsck', '--strict')).code).toBe(0)
})

test('the user’s own checkout is not touched, whatever state it is in', async () => {
  writeFileSync(join(place.work, 'config/accounts/acme.yaml'), 'half an edit')
  await git(place.work, 'add', 'config')
  rmSync(join(place.work, 'tool.sh'))
  const look = async (): Promise<unknown> => [
    treeOf(place.work),
    (await git(place.work, 'status', '--porcelain=v2', '--branch')).stdout,
    (await git(place.work, 'for-each-ref')).stdout,
    (await git(place.work, 'stash', 'list')).stdout,
  ]
  const before = await look()
  await proposing()
  expect(await look()).toEqual(before)
})

describe('again', () => {
  test('changes nothing, and asks for little', async () => {
    const first = await proposing()
    const before = await place.at('for-each-ref')
    place.server.requests.length = 0
    expect(await proposing()).toEqual({ ...first, did: 'unchanged' })
    expect(await place.at('for-each-ref')).toBe(before)
    expect(place.server.requests.filter((line) => line.includes('receive-pack'))).toEqual([])
    expect(place.github.exchanges.slice(-2).map(({ method }) => method)).toEqual(['GET', 'GET'])
  })

  test('with another text: the open one is brought up to date', async () => {
    await proposing()
    expect(await proposing({ title: 'Acme grows', body: 'New review.' })).toMatchObject({ did: 'updated', number: 1 })
    expect(place.state.pulls).toMatchObject([{ title: 'Acme grows', body: 'New review.', state: 'open' }])
  })

  test('after the base has moved elsewhere: the same branch and pull request', async () => {
    const first = await proposing()
    await place.commit('main', 'tool.sh', 'x')
    expect(await proposing()).toEqual({ ...first, did: 'unchanged' })
  })

  test('after somebody closed it: a new one, which says so', async () => {
    const first = await proposing()
    for (const pull of place.state.pulls) pull.state = 'closed'
    await place.commit('main', 'tool.sh', 'x')
    expect(await proposing()).toMatchObject({ did: 'created', number: 2, closed: 1 })
    expect(await proposing()).toMatchObject({ did: 'unchanged', number: 2 })
    expect((await place.at('rev-list', '--count', `main..${await branch()}`)).trim()).toBe('1')
    expect(first).toMatchObject({ number: 1 })
  })

  test('after it was merged: nothing is left to propose', async () => {
    await proposing()
    await place.at('update-ref', 'refs/heads/main', await branch())
    for (const pull of place.state.pulls) pull.state = 'closed'
    expect(await proposing()).toEqual({ did: 'nothing', base: 'main' })
    expect(place.state.pulls).toHaveLength(1)
  })

  test('after it was merged and taken back: a new commit and a new pull request', async () => {
    await proposing()
    await place.at('update-ref', 'refs/heads/main', await branch())
    for (const pull of place.state.pulls) pull.state = 'closed'
    await place.commit('main', 'config/accounts/acme.yaml', ACME)
    expect(await proposing()).toMatchObject({ did: 'created', number: 2, closed: 1 })
    expect((await place.at('rev-list', '--count', `main..${await branch()}`)).trim()).toBe('1')
  })
})

describe('nothing of anybody’s is lost', () => {
  test('a file that has changed on the base since it was read', async () => {
    await place.commit('main', 'config/accounts/acme.yaml', 'id: acme\nplan: free\n')
    expect(await failing()).toMatchObject(message(/acme.yaml has changed on main since you have read it/))
    expect(await place.branches()).toEqual(['main'])
  })

  test('a branch that somebody has worked on', async () => {
    await proposing()
    await place.commit(await branch(), 'config/accounts/acme.yaml', 'id: acme\nplan: free\n')
    const before = await place.at('for-each-ref')
    expect(await failing()).toMatchObject(message(/holds something else than this change/))
    expect(await place.at('for-each-ref')).toBe(before)
  })
})

describe('a run that fails says why, and the next one completes it', () => {
  /** Fails once as told; then the very same command succeeds, with one branch and one pull request. */
  async function completes(pattern: RegExp): Promise<void> {
    expect(await failing()).toMatchObject(message(pattern))
    place.github.mend()
    place.server.mend()
    expect(await proposing()).toMatchObject({ number: 1 })
    await branch()
    expect(place.state.pulls).toHaveLength(1)
  }

  test.each([
    ['an expired token', 'expired', /refused the token/],
    ['a token without rights', 'forbidden', /no right to do this \(Resource not accessible/],
    ['a rate limit of an hour', 'limit', /takes no more requests for now/],
    ['a secondary rate limit of an hour', 'secondary', /takes no more requests for now/],
  ] as const)('%s, when it looks and when it creates', async (_, does, pattern) => {
    place.github.trouble({ at: /^GET/, does, times: 9, seconds: 3_600 })
    expect(await failing()).toMatchObject(message(pattern))
    expect(await place.branches()).toEqual(['main'])
    place.github.mend()
    place.github.trouble({ at: /^POST/, does, times: 9, seconds: 3_600 })
    await completes(pattern)
  })

  test.each([
    ['a server in trouble', 503, /GitHub has a problem \(503\)/],
    ['no answer', 'cut', /GitHub cannot be reached/],
  ] as const)('%s', async (_, does, pattern) => {
    place.github.trouble({ at: /^GET/, does, times: 9 })
    await completes(pattern)
  })

  test('a push without rights', async () => {
    place.server.fault({ at: /receive-pack/, does: 403, times: 99 })
    await completes(/cannot push settings\/\w+ to http.*: no permission/)
  })

  test('a push that is cut for good', async () => {
    place.server.fault({ at: /POST .*receive-pack/, does: 'before', times: 99 })
    await completes(/cannot push .*: the connection broke/)
    expect(place.github.asked.filter((line) => line.startsWith('POST'))).toHaveLength(1)
  })
})

describe('what passes is waited for', () => {
  test.each([
    ['502 when it looks', { at: /^GET/, does: 502, times: 1 }],
    ['502 when it creates', { at: /^POST/, does: 502, times: 2 }],
    ['502, but it was created', { at: /^POST/, does: 'lost', times: 1 }],
    ['a rate limit that is lifted at once', { at: /^POST/, does: 'limit', times: 1, seconds: 1 }],
    ['a secondary one', { at: /^POST/, does: 'secondary', times: 1, seconds: 1 }],
  ] as const)('%s', async (_, trouble) => {
    place.github.trouble(trouble)
    expect(await proposing()).toMatchObject({ number: 1 })
    expect(place.state.pulls).toHaveLength(1)
  })

  test('a push cut before, and one cut after it was done', async () => {
    place.server.fault({ at: /POST .*receive-pack/, does: 'before', times: 1 })
    place.server.fault({ at: /POST .*receive-pack/, does: 'after', times: 1 })
    expect(await proposing()).toMatchObject({ did: 'created', number: 1 })
    await branch()
  })

  test('two runs at once: one branch, one pull request', async () => {
    const runs = [proposing(), proposing({ cache: join(place.base, 'other') })]
    const both = await Promise.all(runs.map((run) => run.catch(String)))
    expect(await proposing()).toMatchObject({ did: 'unchanged', number: 1 })
    expect(both.some((done) => typeof done === 'object' && done.did === 'created')).toBe(true)
    expect(place.state.pulls).toHaveLength(1)
    await branch()
  })
})

describe('token, repository, base', () => {
  test('the token comes from the environment, and there has to be one', async () => {
    const env = { ...place.env, GITHUB_API_URL: `${place.github.api}/`, GITHUB_TOKEN: '', GH_TOKEN: TOKEN }
    const { token: _, api: __, ...rest } = { ...(await from()), env }
    expect(await openPullRequest(rest)).toMatchObject({ did: 'created' })
    expect(await failing({ token: ' ' })).toMatchObject(message(/there is no token/))
    expect(await failing({ token: 'a\nb' })).toMatchObject(message(/malformed/))
  })

  async function from(): Promise<Proposal> {
    return { changes: CHANGES, title: 't', body: '', folder: place.work, cache: join(place.base, 'cache'), second: 5 }
  }

  test('a repository that has moved is followed', async () => {
    place.state.formerly.push('ada/settings')
    place.state.repo = 'config'
    expect(await proposing()).toMatchObject({ did: 'created', url: 'https://github.example/ada/config/pull/1' })
  })

  test('one that is hidden, and a base that is not there', async () => {
    expect(await failing({ base: 'develop' })).toMatchObject(message(/there is no branch develop/))
    place.state.repo = 'other'
    expect(await failing()).toMatchObject(message(/GitHub shows no such repository/))
  })

  test('a remote that is no repository on a server', async () => {
    await git(place.work, 'remote', 'set-url', 'origin', place.folder)
    expect(await failing()).toMatchObject(message(/is not a repository on GitHub/))
  })

  test('another base', async () => {
    await place.at('branch', 'develop', 'main')
    expect(await proposing({ base: 'develop' })).toMatchObject({ did: 'created', base: 'develop' })
  })
})
