import { afterEach, beforeEach, expect, test } from 'vitest'
import { GitHub } from '../../src/github/github.ts'
import { repositoryOf } from '../../src/github/repository-of-remote.ts'
import { GitHubPlace, TOKEN } from './github-place.ts'

let place: GitHubPlace
let github: GitHub
beforeEach(async () => {
  place = await GitHubPlace.create()
  github = new GitHub({ owner: 'ada', repo: 'settings', api: place.github.api, token: TOKEN, second: 5 })
  await place.at('branch', 'change', 'main')
  await place.commit('change', 'tool.sh', 'x')
  await github.createPull('change', 'main', 'A change', 'Text')
})
afterEach(() => place.remove())

test('comments: listed over all pages, created and updated', async () => {
  for (let id = 0; id < 205; id++) {
    place.state.comments.push({ id, pull: 1, user: id === 7 ? 'bob' : 'ada', body: `${id}` })
  }
  const comments = github.comments(1)
  const all = await comments.list()
  expect(all).toHaveLength(205)
  expect(all[7]).toEqual({ id: 7, author: 'bob', body: '7' })
  await comments.create('<!-- ours -->\n@everyone ünï')
  const [ours] = (await comments.list()).filter(({ body }) => body.startsWith('<!-- ours'))
  expect(ours).toMatchObject({ author: 'ada', body: '<!-- ours -->\n@everyone ünï' })
  await comments.update(ours?.id ?? 0, 'New')
  expect(place.state.comments.at(-1)?.body).toBe('New')
})

test.each(['lost', 502] as const)('one comment, whatever becomes of the answer: %s', async (does) => {
  place.github.trouble({ at: /^POST .*comments/, does, times: 1 })
  await github.comments(1).create('Once')
  expect(place.state.comments).toMatchObject([{ body: 'Once' }])
})

test('what is refused is said', async () => {
  place.github.trouble({ at: /comments/, does: 'forbidden', times: 1 })
  const failure = await github
    .comments(1)
    .create('x')
    .catch((error: unknown) => error)
  const message = expect.stringMatching(/^cannot comment on ada\/settings#1: the token has no right/)
  expect(failure).toMatchObject({ name: 'Failure', kind: 'world', message })
  await expect(github.comments(1).update(99, 'x')).rejects.toThrow(/GitHub shows no such/)
})

test('who the token is, and a pull request by its number', async () => {
  expect(await github.login()).toBe('ada')
  expect(await github.pull(1)).toMatchObject({ number: 1, state: 'open', title: 'A change', body: 'Text' })
  await expect(github.pull(9)).rejects.toThrow(/GitHub shows no such/)
  place.github.trouble({ at: /user/, does: 'integration', times: 1 })
  expect(await github.login()).toBe('github-actions[bot]')
})

test('a pull request without a commit is refused in GitHub’s words', async () => {
  await place.at('branch', 'empty', 'main')
  await expect(github.createPull('empty', 'main', 't', '')).rejects.toMatchObject({
    message: expect.stringContaining('No commits between main and empty'),
    help: 'mend what it names, and run it again: it goes on where it stopped',
  })
})

test('the repository that a remote means', () => {
  const of = (url: string, env = {}): unknown => Object.values(repositoryOf(url, env)).join(' ')
  const usual = 'ada settings https://api.github.com'
  for (const url of [
    'https://github.com/ada/settings',
    'https://github.com/ada/settings.git',
    'https://u:p@github.com/ada/settings/',
    'git@github.com:ada/settings.git',
    'ssh://git@github.com/ada/settings.git',
    'ssh://git@ssh.github.com:443/ada/settings',
  ])
    expect(of(url), url).toBe(usual)
  expect(of('https://git.example.com:8443/ada/my.settings.git')).toBe(
    'ada my.settings https://git.example.com:8443/api/v3',
  )
  expect(of('http://127.0.0.1:3055/ada/settings')).toBe('ada settings http://127.0.0.1:3055/api/v3')
  expect(of('ssh://git@git.example.com:2222/ada/s')).toBe('ada s https://git.example.com/api/v3')
  expect(of('git@git.example.com:ada/s', { GITHUB_API_URL: 'https://x/api/' })).toBe('ada s https://x/api')
  for (const url of ['/srv/git/settings.git', 'https://github.com/ada', 'https://github.com/', '../x/y']) {
    expect(() => of(url), url).toThrow('is not a repository on GitHub')
  }
})
