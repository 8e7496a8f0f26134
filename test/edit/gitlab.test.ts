import { chmodSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { type Proposal, type Proposed, openPullRequest } from '../../src/github/open-pull-request.ts'
import { git, tenfold } from '../support/run.ts'
import { ACME, GitHubPlace } from './github-place.ts'

let place: GitHubPlace

/** A server that writes down what it is told with a push. */
beforeEach(async () => {
  place = await GitHubPlace.create()
  await place.at('config', 'receive.advertisePushOptions', 'true')
  const hook = join(place.folder, 'hooks/post-receive')
  writeFileSync(hook, '#!/bin/sh\nenv | grep ^GIT_PUSH_OPTION | sort > told\n')
  chmodSync(hook, 0o755)
  await git(place.work, 'remote', 'set-url', 'origin', place.server.url('ada/settings.git'))
})
afterEach(() => place.remove())

function proposing(over: Partial<Proposal> = {}): Promise<Proposed> {
  const changes = [{ path: 'config/accounts/acme.yaml', before: ACME, after: ACME.replace('growth', 'scale') }]
  return openPullRequest({
    changes,
    title: 'Move acme\nto scale',
    body: 'x',
    folder: place.work,
    env: { CI_SERVER_HOST: '127.0.0.1' },
    cache: join(place.base, 'cache'),
    second: 5,
    ...over,
  })
}

const told = (): string[] => readFileSync(join(place.folder, 'told'), 'utf8').trim().split('\n')

test('a merge request is asked for with the push, and no API is', async () => {
  const done = await proposing()
  expect(done).toMatchObject({ did: 'pushed', base: 'main', branch: expect.stringMatching(/^settings\/[0-9a-f]{16}$/) })
  expect(told()).toEqual([
    'GIT_PUSH_OPTION_0=merge_request.create',
    'GIT_PUSH_OPTION_1=merge_request.target=main',
    'GIT_PUSH_OPTION_2=merge_request.title=Move acme to scale',
    'GIT_PUSH_OPTION_COUNT=3',
  ])
  expect(await proposing()).toEqual({ ...done, did: 'there' })
  expect(place.github.asked).toEqual([])
})

test('the branch to change is the server’s own, or the one that is named', async () => {
  await place.at('branch', 'trunk', 'main')
  await place.at('symbolic-ref', 'HEAD', 'refs/heads/trunk')
  expect(await proposing()).toMatchObject({ did: 'pushed', base: 'trunk' })
  await place.at('branch', 'other', 'main')
  expect(await proposing({ base: 'other', prefix: 'x/' })).toMatchObject({ did: 'pushed', base: 'other' })
  expect(told()[1]).toBe('GIT_PUSH_OPTION_1=merge_request.target=other')
})

test('a server that takes no such options says so, and nothing is pushed', async () => {
  await place.at('config', 'receive.advertisePushOptions', 'false')
  await expect(proposing()).rejects.toThrow(/cannot push .*push options/)
  expect(await place.branches()).toEqual(['main'])
})

test('an API that is named is asked, whatever the server is called; a forge that is named counts most', async () => {
  const env = { CI_SERVER_HOST: '127.0.0.1', GITHUB_API_URL: place.github.api }
  await expect(proposing({ env })).rejects.toThrow(/there is no token for GitHub/)
  expect(await proposing({ env, forge: 'gitlab' })).toMatchObject({ did: 'pushed' })
  const { code, stderr } = await tenfold(['set', 'acme', 'name', 'A', '--pr', '--forge', 'gitlap'], place.work)
  expect({ code, stderr }).toEqual({ code: 2, stderr: expect.stringContaining('did you mean "gitlab"?') })
})
