import { type Server, createServer } from 'node:http'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { GitHub } from '../../src/github/github.ts'
import { type Proposal, type Proposed, openPullRequest } from '../../src/github/open-pull-request.ts'
import { tokenHeader } from '../../src/github/token-header.ts'
import { ACME, GitHubPlace, TOKEN } from './github-place.ts'

let place: GitHubPlace
beforeEach(async () => {
  place = await GitHubPlace.create('/api/v1')
  place.state.isDeaf = true
})
afterEach(() => place.remove())

/** Moves one account to a plan. */
function proposing(plan: string, over: Partial<Proposal> = {}): Promise<Proposed> {
  const changes = [{ path: 'config/accounts/acme.yaml', before: ACME, after: ACME.replace('growth', plan) }]
  return openPullRequest({
    changes,
    title: `Move acme to ${plan}`,
    body: `To ${plan}.`,
    folder: place.work,
    env: place.env,
    token: TOKEN,
    api: place.github.api,
    cache: join(place.base, 'cache'),
    second: 5,
    ...over,
  })
}

describe('a server that gives every pull request, whichever was asked for', () => {
  test('two proposals in one repository leave each other alone', async () => {
    const first = await proposing('scale')
    const second = await proposing('starter')
    expect([first, second]).toMatchObject([
      { did: 'created', number: 1 },
      { did: 'created', number: 2 },
    ])
    expect(await proposing('scale')).toEqual({ ...first, did: 'unchanged' })
    expect(await proposing('starter', { body: 'Anew.' })).toEqual({ ...second, did: 'updated' })
    expect(place.state.pulls).toMatchObject([
      { title: 'Move acme to scale', body: 'To scale.' },
      { title: 'Move acme to starter', body: 'Anew.' },
    ])
  })

  test('neither the same branch of a fork, nor one into another branch, nor one of a fork that is gone is ours', async () => {
    await proposing('scale')
    const [ours] = place.state.pulls
    if (ours === undefined) throw new Error('there is none')
    const others = [
      { from: 'eve/settings' },
      { base: 'develop' },
      { from: null },
      { state: 'closed' as const, base: 'develop' },
    ]
    place.state.pulls.length = 0
    for (const [i, other] of others.entries())
      place.state.pulls.push({ ...ours, number: i + 1, title: 'Theirs', body: 'Theirs.', ...other })
    expect(await proposing('scale')).toMatchObject({ did: 'created', number: 5 })
    expect(await proposing('scale')).toMatchObject({ did: 'unchanged', number: 5 })
    for (const { title, body } of place.state.pulls.slice(0, 4))
      expect({ title, body }).toEqual({ title: 'Theirs', body: 'Theirs.' })
  })

  test('ours is found behind many others', async () => {
    await proposing('scale')
    const [ours] = place.state.pulls
    if (ours === undefined) throw new Error('there is none')
    for (let number = 2; number <= 230; number++) place.state.pulls.push({ ...ours, number, head: `other-${number}` })
    expect(await proposing('scale')).toMatchObject({ did: 'unchanged', number: 1 })
  })

  test('a comment of another pull request is not ours', async () => {
    await proposing('scale')
    const github = new GitHub({ owner: 'ada', repo: 'settings', api: place.github.api, token: TOKEN, second: 5 })
    place.state.comments.push(
      { id: 1, pull: 2, user: 'ada', body: 'of two' },
      { id: 2, pull: 1, user: 'ada', body: 'of one' },
    )
    expect(await github.comments(1).list()).toEqual([{ id: 2, author: 'ada', body: 'of one' }])
  })
})

describe('where the API is', () => {
  const at = (api: string): GitHub => new GitHub({ owner: 'ada', repo: 'settings', api, token: TOKEN, second: 5 })

  test('is asked where an enterprise server would have it, and then where Gitea has it', async () => {
    const github = at(place.github.api.replace('/v1', '/v3'))
    expect(await github.defaultBranch()).toBe('main')
    expect(await github.login()).toBe('ada')
  })

  test('what was asked is told where nobody answers, and at once', async () => {
    await place.github.stop()
    const begun = performance.now()
    const url = `${place.github.api}/repos/ada/settings`
    await expect(at(place.github.api).defaultBranch()).rejects.toThrow(`GitHub cannot be reached at ${url}`)
    const silent = new GitHub({ owner: 'ada', repo: 'settings', api: 'http://127.0.0.1:1/api/v3', token: TOKEN })
    await expect(silent.defaultBranch()).rejects.toThrow(
      'cannot be reached at http://127.0.0.1:1/api/v3/repos/ada/settings',
    )
    expect(performance.now() - begun).toBeLessThan(3_000)
  })

  test('a connection that breaks is tried again, where nothing is written', async () => {
    place.github.trouble({ at: /^GET/, does: 'cut', times: 2 })
    expect(await at(place.github.api).defaultBranch()).toBe('main')
  })

  test('an answer that leads to another server gets no token there', async () => {
    const seen: string[] = []
    const other = createServer((request, response) => {
      seen.push(request.headers.authorization ?? '')
      response.end('[]')
    })
    const server = createServer((_, response) => {
      response.writeHead(200, {
        'content-type': 'application/json',
        link: `<http://127.0.0.1:${portOf(other)}/next>; rel="next"`,
      })
      response.end('[]')
    })
    for (const one of [other, server]) await new Promise<void>((resolve) => one.listen(0, '127.0.0.1', resolve))
    const asked = at(`http://127.0.0.1:${portOf(server)}/api/v1`).pullsWithHead('f'.repeat(40))
    await expect(asked).rejects.toThrow(`cannot be reached at http://127.0.0.1:${portOf(other)}/next`)
    expect(seen).toEqual([])
    for (const one of [other, server]) one.close()
  })

  test('a site without any API is told by its URL', async () => {
    const failure = await at(place.github.api.replace('/api/v1', '/nothing/api/v3'))
      .defaultBranch()
      .catch((error: unknown) => error)
    const help = expect.stringContaining('/nothing/api/v3/repos/ada/settings was asked')
    expect(failure).toMatchObject({ message: expect.not.stringContaining('<'), help })
  })
})

describe('the token', () => {
  const header = (url: string, env = {}, settings: [string, string][] = []): unknown =>
    tokenHeader(url, TOKEN, env, settings).map(([key]) => key)

  test.each([
    ['https://github.com/ada/settings', {}, ['http.https://github.com/.extraHeader']],
    ['https://GitHub.com:443/ada/settings', {}, ['http.https://github.com/.extraHeader']],
    ['http://github.com/ada/settings', {}, []],
    ['https://github.com.example.org/ada/settings', {}, []],
    ['https://github.com:8443/ada/settings', {}, []],
    ['https://other.example/ada/settings', {}, []],
    ['git@github.com:ada/settings', {}, []],
    ['https://x:y@github.com/ada/settings', {}, []],
    [
      'https://git.example:8443/a/b',
      { GITHUB_SERVER_URL: 'https://git.example:8443/' },
      ['http.https://git.example:8443/.extraHeader'],
    ],
    ['https://git.example/a/b', { GITHUB_SERVER_URL: 'https://git.example:8443' }, []],
    ['http://git.example/a/b', { GITHUB_SERVER_URL: 'https://git.example' }, []],
    ['http://git.example/a/b', { GITHUB_SERVER_URL: 'http://git.example' }, ['http.http://git.example/.extraHeader']],
    ['https://github.com/a/b', { GITHUB_SERVER_URL: 'https://git.example' }, []],
    ['https://github.com/a/b', { GITHUB_SERVER_URL: 'nonsense' }, []],
    ['https://github.com/a/b', { GIT_CONFIG_KEY_0: 'http.https://github.com/.extraheader' }, []],
  ])('for %s and %j goes to %j', (url, env, keys) => {
    expect(header(url, env)).toEqual(keys)
  })

  test('is not added to one that the repository has', () => {
    expect(header('https://github.com/a/b', {}, [['http.https://github.com/.extraheader', 'x']])).toEqual([])
  })

  test('is not sent with a push to another server', async () => {
    const failure = await proposing('scale', { env: {} }).catch((error: unknown) => error)
    expect(failure).toMatchObject({ message: expect.stringMatching(/credentials were refused/) })
    expect(place.state.pulls).toEqual([])
  })
})

function portOf(server: Server): number {
  const address = server.address()
  return typeof address === 'object' && address !== null ? address.port : 0
}
