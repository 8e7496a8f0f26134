import { mkdirSync, readFileSync, renameSync, symlinkSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { beforeEach, describe, expect, onTestFinished, test } from 'vitest'
import { GitHubPlace, TOKEN } from './edit/github-place.ts'
import { BASE, temporaryFolder } from './support/config.ts'
import { CLI, type Ran, commitAll, git } from './support/run.ts'
import { OURS, THEIRS, type Step, runStep, stepsOf, workflowOf } from './support/workflow.ts'

describe.each([OURS, THEIRS])('the gate in %s', (folder) => {
  const { needs = [], steps } = workflowOf(`${folder}/check.yml`).jobs['gate'] ?? { steps: [] }
  const [step = {}] = steps
  const RESULTS = ['success', 'failure', 'skipped', 'cancelled', '']
  const combinations = needs.reduce<string[][]>(
    (all, _) => all.flatMap((one) => RESULTS.map((result) => [...one, result])),
    [[]],
  )

  test.each(combinations.map((results) => [results]))('%j', async (results) => {
    const known = Object.fromEntries(needs.map((name, i) => [name, { result: results[i] }]))
    const { code } = await runStep(step, '.', { needs: known })
    expect(code === 0).toBe(results.every((result) => result === 'success'))
  })

  test('a runner that tells no results at all', async () => {
    expect((await runStep(step, '.')).code).not.toBe(0)
  })
})

describe.each([OURS, THEIRS])('the scripts in %s that sign in', (folder) => {
  test.each(['release', 'refresh'])(
    '%s: the token reaches git for this server, and what tenfold exits with is the step’s',
    async (name) => {
      const step = stepsOf(`${folder}/${name}.yml`).at(-1) ?? {}
      const bin = temporaryFolder()
      writeFileSync(join(bin, 'npx'), '#!/bin/sh\necho "$*"\nenv | grep ^GIT_CONFIG_ | sort\nexit 3\n', { mode: 0o755 })
      const env = { PATH: `${bin}:${process.env['PATH'] ?? ''}`, GITHUB_SERVER_URL: 'https://git.example' }
      const { code, stdout } = await runStep(step, '.', { github: { token: 'ghs_x' } }, env)
      const header = `AUTHORIZATION: basic ${Buffer.from('x-access-token:ghs_x').toString('base64')}`
      const lines = [
        'GIT_CONFIG_COUNT=1',
        'GIT_CONFIG_KEY_0=http.https://git.example/.extraheader',
        `GIT_CONFIG_VALUE_0=${header}`,
      ]
      const args = `--no-install tenfold release ${name === 'refresh' ? '--refresh' : '--at HEAD'} --to git:origin#tenfold`
      expect({ code, stdout }).toEqual({ code: 3, stdout: [args, ...lines, ''].join('\n') })
    },
  )
})

describe('the comment’s script', () => {
  const step = stepsOf(`${THEIRS}/comment.yml`).at(-1) ?? {}

  test('comments on the pull request of the commit that was checked, with the wrong ones too, and on none else', async () => {
    const place = await GitHubPlace.create()
    onTestFinished(() => place.remove())
    place.state.isDeaf = true
    for (const [path, text] of Object.entries(BASE)) place.write(`config/${path}`, text)
    place.write('node_modules/.bin/.keep', '')
    symlinkSync(CLI, join(place.work, 'node_modules/.bin/tenfold'))
    await commitAll(place.work, 'a configuration')
    await git(place.work, 'push', '-q', place.folder, 'main')
    place.write('config/accounts/acme.yaml', 'id: acme\nplan: free\noverrides: { openai: { temperature: 0.1 } }\n')
    const sha = await commitAll(place.work, 'a change that is wrong')
    await git(place.work, 'push', '-q', place.folder, 'HEAD:refs/pull/1/head')
    await git(place.work, 'reset', '-q', '--hard', 'HEAD~1')
    const pull = {
      head: 'x',
      base: 'main',
      baseSha: sha,
      user: 'eve',
      from: 'eve/settings',
      merged: false,
      title: 't',
      body: null,
    }
    place.state.pulls.push(
      { ...pull, number: 1, sha, state: 'open' },
      { ...pull, number: 2, sha: '0'.repeat(40), state: 'open' },
    )
    const env = {
      ...place.env,
      GITHUB_API_URL: place.github.api,
      GITHUB_REPOSITORY: 'ada/settings',
      GITHUB_REF: 'refs/heads/main',
    }
    const run = (head: string): Promise<Ran> =>
      runStep(step, place.work, { github: { token: TOKEN, event: { workflow_run: { head_sha: head } } } }, env)
    expect(await run(sha)).toMatchObject({ code: 0, stderr: expect.stringContaining('created the comment on #1') })
    expect(place.state.comments).toMatchObject([{ pull: 1, body: expect.stringContaining('plan/free-no-overrides') }])
    expect(await run('f'.repeat(40))).toMatchObject({
      code: 0,
      stderr: expect.stringContaining('no open pull request has this head'),
    })
    place.github.trouble({ at: /comments/, does: 'forbidden', times: 9 })
    expect(await run(sha)).toMatchObject({ code: 1 })
  })
})

const MODELS = BASE['models.yaml'] ?? ''
const NEW_MODEL = `${MODELS}  gpt-6: { provider: openai, kind: text, max_output_tokens: 16384 }\n`

describe('the check, in two folders as actions/checkout makes them', () => {
  let home = ''
  let work = ''
  let origin = ''

  /** `main` with two accounts, and a branch `pr` that begins there. */
  beforeEach(async () => {
    home = temporaryFolder()
    work = join(home, 'work')
    origin = join(home, 'origin.git')
    for (const [path, text] of Object.entries(BASE)) write(`config/${path}`, text)
    write('config/accounts/acme.yaml', 'id: acme\nplan: growth\n')
    write('config/accounts/northwind.yaml', 'id: northwind\nplan: scale\n')
    write('.gitignore', 'node_modules/\n.tenfold/\n')
    await commitAll(work, 'base')
    await git(home, 'init', '-q', '--bare', '-b', 'main', origin)
    await git(work, 'remote', 'add', 'origin', origin)
    await git(work, 'checkout', '-q', '-b', 'pr')
  })

  function write(path: string, text: string): void {
    mkdirSync(dirname(join(work, path)), { recursive: true })
    writeFileSync(join(work, path), text)
  }

  async function on(branch: string, files: Readonly<Record<string, string>>): Promise<string> {
    await git(work, 'checkout', '-q', branch)
    for (const [path, text] of Object.entries(files)) write(path, text)
    return commitAll(work, `on ${branch}`)
  }

  /** What the server makes of a pull request; the parents of a merge come in any order. */
  async function merged(into = 'main', other = 'pr'): Promise<string> {
    await git(work, 'checkout', '-q', '--detach', into)
    expect((await git(work, 'merge', '-q', '--no-ff', '-m', 'merge', other)).code).toBe(0)
    return (await git(work, 'rev-parse', 'HEAD')).stdout.trim()
  }

  async function checkout(name: string, want: string): Promise<void> {
    const at = join(home, 'job', name)
    mkdirSync(at, { recursive: true })
    const done = [
      await git(at, 'init', '-q'),
      await git(at, 'remote', 'add', 'origin', origin),
      await git(
        at,
        '-c',
        'protocol.version=2',
        'fetch',
        '-q',
        '--prune',
        '--no-recurse-submodules',
        'origin',
        '+refs/heads/*:refs/remotes/origin/*',
        '+refs/tags/*:refs/tags/*',
        `+${want}`,
      ),
      await git(at, 'checkout', '-q', '--force', '--detach', want.split(':')[1] ?? ''),
    ]
    expect(done.map(({ stderr, code }) => (code === 0 ? '' : stderr))).toEqual(['', '', '', ''])
  }

  interface Job {
    readonly ran: Readonly<Record<string, Ran>>
    readonly summary: string
  }

  /** Runs the job on a merge, after main has got what it has by then; the server is gone once both are checked out. */
  async function job(merge: string, event: object = { pull_request: {} }): Promise<Job> {
    await git(work, 'push', '-q', '--all', 'origin')
    await git(work, 'push', '-q', 'origin', `${merge}:refs/pull/1/merge`)
    await checkout('base', 'refs/heads/main:refs/remotes/origin/main')
    await checkout('head', 'refs/pull/1/merge:refs/remotes/pull/1/merge')
    renameSync(origin, `${origin}.gone`)
    mkdirSync(join(home, 'job/base/node_modules/.bin'), { recursive: true })
    symlinkSync(CLI, join(home, 'job/base/node_modules/.bin/tenfold'))
    const env = {
      GITHUB_STEP_SUMMARY: join(home, 'summary.md'),
      RUNNER_TEMP: home,
      GITHUB_TOKEN: '',
      GIT_CONFIG_GLOBAL: '/dev/null',
    }
    const ran: Record<string, Ran> = {}
    for (const step of scripts())
      ran[step.name ?? ''] = await runStep(step, join(home, 'job'), { github: { event } }, env)
    return { ran, summary: readFileSync(env.GITHUB_STEP_SUMMARY, 'utf8') }
  }

  /** All that are run but the one that installs, which is the same everywhere. */
  function scripts(): Step[] {
    return (workflowOf(`${THEIRS}/check.yml`).jobs['settings']?.steps ?? []).filter(
      ({ run, name }) => run !== undefined && name !== 'the program',
    )
  }

  const codes = ({ ran }: Job): object =>
    Object.fromEntries(Object.entries(ran).map(([name, { code }]) => [name, code]))
  const GREEN = { "the judge's commit, beside the change": 0, check: 0, review: 0, 'the whole review': 0 }
  const COOLER = {
    'config/accounts/acme.yaml': 'id: acme\nplan: growth\noverrides: { openai: { temperature: 0.5 } }\n',
  }

  test('what main got meanwhile is neither judged by older rules nor told as this change’s (K2 a and b)', async () => {
    const head = await on('pr', COOLER)
    await on('main', {
      'config/models.yaml': NEW_MODEL,
      'config/accounts/northwind.yaml': 'id: northwind\nplan: scale\noverrides: { openai: { model: gpt-6 } }\n',
      'config/settings.yaml': (BASE['settings.yaml'] ?? '').replace('max_tokens: 8192', 'max_tokens: 4096'),
    })
    const done = await job(await merged(), { pull_request: { head: { sha: head } } })
    expect(codes(done)).toEqual(GREEN)
    expect(done.summary).toContain('### Settings review: 1 of 2 accounts gets other answers')
    expect(done.summary).toMatch(new RegExp(`head=${head} `))
    expect(JSON.parse(readFileSync(join(home, 'review.json'), 'utf8'))).toMatchObject({
      accounts: [{ account: 'acme' }],
    })
  })

  test('the same where main moves on after the merge was made, and where its parents come in another order', async () => {
    await on('pr', COOLER)
    const merge = await merged('pr', 'main')
    await on('main', { 'config/accounts/bear.yaml': 'id: bear\nplan: free\n' })
    const done = await job(merge)
    expect(codes(done)).toEqual(GREEN)
    expect(done.summary).toContain('### Settings review: 1 of 2 accounts gets other answers')
  })

  test('rules that main got after the branch began are the ones that judge', async () => {
    await on('pr', {
      'config/accounts/acme.yaml': 'id: acme\nplan: growth\noverrides: { openai: { model: gpt-4o } }\n',
    })
    const merge = await merged()
    await on('main', {
      'config/plans.yaml': (BASE['plans.yaml'] ?? '').replace('deny: [gpt-5.2]', 'deny: [gpt-5.2, gpt-4o]'),
    })
    const done = await job(merge)
    expect(codes(done)).toMatchObject({ check: 1, review: 0 })
    expect(done.ran['check']?.stdout).toContain('plan/model-not-allowed')
  })

  test('a change that is wrong is red by the check, whatever the steps after it say', async () => {
    const wrong = {
      'config/accounts/northwind.yaml': 'id: northwind\nplan: free\noverrides: { openai: { temperature: 0.1 } }\n',
    }
    const head = await on('pr', wrong)
    const done = await job(await merged(), { pull_request: { head: { sha: head } } })
    expect(codes(done)).toEqual({ ...GREEN, check: 1 })
    expect(done.summary).toContain('plan/free-no-overrides')
  })

  test('in a merge queue the commit itself is reviewed, against main', async () => {
    await on('pr', COOLER)
    const merge = await merged()
    const done = await job(merge, { merge_group: { base_ref: 'refs/heads/main' } })
    expect(codes(done)).toEqual(GREEN)
    expect(done.summary).toMatch(new RegExp(`head=${merge} `))
  })
})
