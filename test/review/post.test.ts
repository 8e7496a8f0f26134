import { mkdirSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { GitHubPlace, TOKEN } from '../edit/github-place.ts'
import { BASE } from '../support/config.ts'
import type { Pull } from '../support/github-state.ts'
import { type Ran, commitAll, git, tenfold } from '../support/run.ts'

let place: GitHubPlace
let head = ''

/** On the server: `main`, and a pull request of a fork, which only `refs/pull/1/head` has. Here: `main` alone. */
beforeEach(async () => {
  place = await GitHubPlace.create()
  for (const [path, text] of Object.entries(BASE)) place.write(`config/${path}`, text)
  await commitAll(place.work, 'a configuration')
  await git(place.work, 'push', '-q', place.folder, 'main')
  head = await proposed(1, 'plan: growth\noverrides: { openai: { model: gpt-4 } }\n')
})
afterEach(() => place.remove())

/** Commits a change of acme in a clone, and gives it to the server as the head of a pull request. */
async function proposed(number: number, text: string): Promise<string> {
  const clone = join(place.base, `clone-${number}`)
  await git(place.base, 'clone', '-q', place.folder, clone)
  mkdirSync(dirname(join(clone, 'config/accounts/acme.yaml')), { recursive: true })
  writeFileSync(join(clone, 'config/accounts/acme.yaml'), `id: acme\n${text}`)
  const sha = await commitAll(clone, 'a change')
  await git(clone, 'push', '-q', '-f', 'origin', `HEAD:refs/pull/${number}/head`)
  return sha
}

function open(number: number, over: Partial<Pull> = {}): void {
  place.state.pulls.push({
    number,
    head: 'change',
    base: 'main',
    sha: head,
    baseSha: '0'.repeat(40),
    user: 'bob',
    from: 'bob/settings',
    state: 'open',
    merged: false,
    title: 'A change',
    body: null,
    ...over,
  })
}

function posting(...args: string[]): Promise<Ran> {
  return tenfold(['review', '--post', ...args], place.work, {
    ...place.env,
    GITHUB_TOKEN: TOKEN,
    GITHUB_API_URL: place.github.api,
    GITHUB_REPOSITORY: 'ada/settings',
    GITHUB_REF: 'refs/heads/main',
    GITHUB_EVENT_PATH: '',
  })
}

const commented = (): number[] => place.state.comments.map(({ pull }) => pull)

test('the open pull request with a head is found, fetched, compared with the newest of its base, and commented once', async () => {
  open(1)
  await place.commit('main', 'tool.sh', 'newer')
  const tip = (await place.at('rev-parse', 'main')).trim()
  const first = await posting('--head', head)
  expect(first).toMatchObject({ code: 0, stderr: expect.stringContaining('created the comment on #1') })
  expect(first.stderr).toContain(`${tip} is 1 commit ahead of`)
  expect(place.state.comments).toMatchObject([
    { pull: 1, body: expect.stringMatching(`head=${head} .*\n### Settings review: 1 of 2 accounts`) },
  ])
  expect(await posting('--head', head)).toMatchObject({
    code: 0,
    stderr: expect.stringContaining('unchanged the comment on #1'),
  })
  expect(place.state.comments).toHaveLength(1)
  // Nothing of it is left but objects.
  expect((await git(place.work, 'for-each-ref', 'refs/tenfold')).stdout).toBe('')
  expect((await git(place.work, 'status', '--porcelain')).stdout).toBe('')
})

test('none, a closed one, and one of another repository: said, and nothing is written', async () => {
  open(1, { state: 'closed' })
  place.state.isDeaf = true
  open(2, { sha: 'f'.repeat(40) })
  const done = await posting('--head', head)
  expect(done).toMatchObject({ code: 0, stdout: '', stderr: 'note: no open pull request has this head\n' })
  expect(place.state.comments).toEqual([])
})

test('several with one head: those into the default branch, whose review is one, and a word of the others', async () => {
  open(1)
  open(2, { from: 'eve/settings' })
  open(3, { base: 'develop', from: 'eve/settings' })
  await proposed(2, 'plan: growth\noverrides: { openai: { model: gpt-4 } }\n')
  const done = await posting('--head', head)
  expect(done).toMatchObject({
    code: 0,
    stderr: expect.stringContaining('#3, into develop, has this head too, and gets no comment'),
  })
  expect(commented()).toEqual([2, 1])
})

test('one that has moved on since is left to the run of its new head', async () => {
  open(1)
  await proposed(1, 'plan: scale\n')
  expect(await posting('--head', head)).toMatchObject({
    code: 0,
    stderr: 'note: pull request 1 has another head by now\n',
  })
  expect(place.state.comments).toEqual([])
})

test('one that is named has its base fetched too, and a base that is named is taken', async () => {
  open(1)
  expect(await posting('--pull', '1')).toMatchObject({ code: 0, stdout: expect.stringContaining(`head=${head}`) })
  expect(commented()).toEqual([1])
  expect(await posting('--base', 'main', '--head', head)).toMatchObject({ code: 0 })
  expect(await posting('--base', 'main', '--head', head, '--pull', '1')).toMatchObject({ code: 0 })
  expect(commented()).toEqual([1])
})

test('an author other than ours, and a marker that is not the beginning, are left alone', async () => {
  open(1)
  const body = `<!-- tenfold:review v1 base=none head=none digest=0 -->\nmine`
  place.state.comments.push(
    { id: 1, pull: 1, user: 'eve', body },
    { id: 2, pull: 1, user: 'ada', body: `> ${body}` },
    { id: 3, pull: 9, user: 'ada', body },
  )
  place.state.isDeaf = true
  expect(await posting('--head', head)).toMatchObject({ code: 0, stderr: expect.stringContaining('created') })
  expect(place.state.comments.slice(0, 3).map((one) => one.body)).toEqual([body, `> ${body}`, body])
})

test.each([
  [[], 'which pull request to comment on is not known'],
  [['--pull', 'x'], 'which pull request to comment on is not known'],
  [['--head', 'no-such-branch'], 'there is no revision'],
])('%j is wrong usage', async (args, said) => {
  expect(await posting(...args)).toMatchObject({ code: 2, stdout: '', stderr: expect.stringContaining(said) })
})
