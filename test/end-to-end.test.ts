import { mkdirSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { generateX25519Identity, identityToRecipient } from 'age-encryption'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { openSettings } from '../src/sdk/index.ts'
import { GitHubPlace, TOKEN } from './edit/github-place.ts'
import { BASE } from './support/config.ts'
import { type Ran, commitAll, git, run, tenfold } from './support/run.ts'
import { testRoot, trustFolder } from './support/trust.ts'
import { toPem } from '../src/trust/sign-head.ts'
import { writeRootDocument } from '../src/trust/root-document.ts'

let place: GitHubPlace
beforeAll(async () => {
  place = await GitHubPlace.create()
})
afterAll(() => place.remove())

const ACME = `id: acme
plan: growth
overrides:
  openai:
    model: gpt-4 # agreed with them
    max_tokens: 4000
`
const BLUEBIRD = 'id: bluebird\nplan: free\n'

/** Keys that are none. */
const KEYS = Object.fromEntries(
  ['OPENAI', 'ANTHROPIC', 'DALLE', 'RUNWARE'].map((name) => [
    `${name}_API_KEY`,
    `not-a-key-of-${name.toLowerCase()}-at-all`,
  ]),
)

test('a change goes from a clone to an answer by pull request', async () => {
  const steps: string[] = []
  const timed = async <T>(step: string, act: () => Promise<T>): Promise<T> => {
    const begun = performance.now()
    const done = await act()
    steps.push(`${step}: ${Math.round(performance.now() - begun)} ms`)
    return done
  }
  const identity = await generateX25519Identity()
  const root = testRoot({ recipients: { production: { runtime: await identityToRecipient(identity) } } })
  await publishRepository(root)
  const remote = place.server.url('ada/settings.git')
  const work = join(place.base, 'clone')
  const inClone = (args: readonly string[]): Promise<Ran> => {
    return tenfold(args, work, { GITHUB_TOKEN: TOKEN, GITHUB_API_URL: place.github.api })
  }

  await timed('clone', () => ok(run('git', ['clone', '-q', remote, work], place.base)))
  await git(work, 'config', 'user.name', 'Ada')
  await git(work, 'config', 'user.email', 'ada@example.org')

  // The first release, by what the workflow of the default branch runs, and a service that reads it.
  const release = (): Promise<Ran> =>
    ok(
      tenfold(['release', '--to', 'git:origin#tenfold', '--format', 'json'], work, {
        ...KEYS,
        TENFOLD_RELEASE_KEY: toPem(root.release),
      }),
    )
  await timed('first release', release)
  const settings = await timed('open', () =>
    openSettings({
      store: `git:${remote}#tenfold`,
      trust: writeRootDocument(root.document),
      keys: { from: 'sealed', identity },
      refresh: { everyMs: 0 },
    }),
  )
  expect(settings.getModelConfig('generate_content', 'acme')).toMatchObject({ model: 'gpt-4', maxTokens: 4000 })
  expect(settings.getModelConfig('generate_content', 'acme').apiKey).toBe(KEYS['OPENAI_API_KEY'])

  // A Free account may not have it: told at the line, and nothing is pushed.
  const refused = await timed('a Free account refused', () =>
    inClone(['set', 'bluebird', 'openai.max_tokens', '1000', '--pr']),
  )
  expect(refused).toMatchObject({ code: 1, stdout: '' })
  expect(refused.stderr).toContain('error[plan/free-no-overrides]')
  expect(refused.stderr).toMatch(/--> config\/accounts\/bluebird\.yaml:3:1/)
  expect(place.state.pulls).toEqual([])

  // A paid one may.
  const proposed = await timed('set --pr', () =>
    inClone(['set', 'acme', 'openai.max_tokens', '1234', '--pr', '--format', 'json']),
  )
  expect(proposed).toMatchObject({ code: 0, stderr: '' })
  const [pull] = place.state.pulls
  expect(pull).toMatchObject({ title: 'Set openai.max_tokens of acme to 1234', base: 'main', state: 'open' })
  expect((await git(work, 'status', '--porcelain', '--', 'config')).stdout).toBe('')
  const branch = pull?.head ?? ''

  // What the check's workflow runs: the base is the judge of the head's files.
  const [judge, head] = [join(place.base, 'judge'), join(place.base, 'head')]
  await ok(run('git', ['clone', '-q', '-b', 'main', remote, judge], place.base))
  await ok(run('git', ['clone', '-q', '-b', branch, remote, head], place.base))
  const check = (): Promise<Ran> =>
    tenfold(['check', '--policy', judge, '--format', 'github'], head, { TENFOLD_UNTRUSTED: '1' })
  expect(await timed('check', check)).toMatchObject({ code: 0 })
  writeFileSync(
    join(head, 'config', 'accounts', 'bluebird.yaml'),
    `${BLUEBIRD}overrides: { openai: { max_tokens: 9 } }\n`,
  )
  writeFileSync(
    join(head, 'config', 'plans.yaml'),
    (BASE['plans.yaml'] ?? '').replace('may_override: []', 'may_override: [openai]'),
  )
  const weakened = await check()
  expect(weakened.code).toBe(1)
  expect(weakened.stdout).toMatch(/^::error file=config\/accounts\/bluebird\.yaml,line=3,/m)
  await git(head, 'checkout', '-q', '--', '.')

  // What the reviewer reads: posted once, and left alone by a second run.
  const post = (): Promise<Ran> =>
    ok(
      tenfold(['review', '--base', 'origin/main', '--head', 'HEAD', '--post', '--pull', String(pull?.number)], head, {
        GITHUB_TOKEN: TOKEN,
        GITHUB_API_URL: place.github.api,
        GITHUB_REPOSITORY: 'ada/settings',
      }),
    )
  await timed('review --post', post)
  await post()
  expect(place.state.comments).toHaveLength(1)
  const comment = (place.state.comments[0]?.body ?? '')
    .replace(/[0-9a-f]{40}/g, 'SHA')
    .replace(/digest=\S+/, 'digest=DIGEST')
  expect(comment).toMatchInlineSnapshot(`
    "<!-- tenfold:review v1 base=SHA head=SHA digest=DIGEST -->
    ### Settings review: 1 of 2 accounts gets other answers

    | plan | accounts | changed | shielded by an override |
    |---|---:|---:|---:|
    | free | 1 | 0 | 0 |
    | starter | 0 | 0 | 0 |
    | growth | 1 | 1 | 0 |
    | scale | 0 | 0 | 0 |

    **Risk**: model change 0 · prompt change 0 · limit loosened 0 · keys 0 · estimated cost: not estimated (3 calls have no price)

    #### Account changes

    - \`acme\` (growth)
      - \`max_tokens\`: \`4000\` → \`1234\` in \`auto_cluster\`, \`generate_content\`

    Whole review: job summary and artifact · to undo: \`git revert SHA\` · valid for base \`SHA\`
    "
  `)

  // Merged by somebody, released by the workflow, and answered by the service that runs.
  await ok(run('git', ['fetch', '-q', 'origin'], work))
  await ok(git(work, 'merge', '-q', '--no-ff', '-m', 'Merge', `origin/${branch}`))
  await timed('merge', () => ok(run('git', ['push', '-q', 'origin', 'HEAD:main'], work)))
  const { stdout } = await timed('release', release)
  expect(JSON.parse(stdout)).toMatchObject({ seq: 2, files_parsed: 1 })
  expect(await timed('refresh', () => settings.refresh())).toBe(true)
  expect(settings.getModelConfig('generate_content', 'acme').maxTokens).toBe(1234)
  expect(settings.status).toMatchObject({
    state: 'ready',
    seq: 2,
    commit: (await git(work, 'rev-parse', 'HEAD')).stdout.trim(),
  })
  await settings.close()
  console.log(steps.join('\n'))
})

async function publishRepository(root: ReturnType<typeof testRoot>): Promise<void> {
  const source = join(place.base, 'source')
  for (const [path, text] of Object.entries({
    ...BASE,
    'accounts/eu/acme.yaml': ACME,
    'accounts/bluebird.yaml': BLUEBIRD,
  })) {
    const file = join(source, 'config', path)
    mkdirSync(dirname(file), { recursive: true })
    writeFileSync(file, text)
  }
  trustFolder(source, root)
  writeFileSync(join(source, '.gitignore'), '.tenfold/\n')
  await commitAll(source)
  await ok(git(source, 'push', '-q', '--force', place.folder, 'main'))
}

async function ok(running: Promise<Ran>): Promise<Ran> {
  const ran = await running
  expect(ran).toMatchObject({ code: 0 })
  return ran
}
