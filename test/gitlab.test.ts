import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeEach, expect, test } from 'vitest'
import { parse } from 'yaml'
import { temporaryFolder, writeConfig } from './support/config.ts'
import { CLI, type Ran, commitAll, git } from './support/run.ts'
import { runStep, textOf } from './support/workflow.ts'

interface Job {
  readonly before_script: readonly string[]
  readonly script: readonly string[]
  readonly resource_group?: string
  readonly environment?: string
  readonly allow_failure?: boolean
  readonly variables?: Readonly<Record<string, string>>
}

const FILE = 'template/gitlab/gitlab-ci.yml'
const jobs: Readonly<Record<string, Job>> = parse(textOf(FILE))

let folder = ''
let bin = ''

/** A clone of a project, on a branch of it, and an `npm` that installs this very program. */
beforeEach(async () => {
  const home = temporaryFolder()
  const project = writeConfig({ 'accounts/acme.yaml': 'id: acme\nplan: growth\n' }, join(home, 'project'))
  await commitAll(project)
  folder = join(home, 'clone')
  await git(home, 'clone', '-q', project, folder)
  await git(folder, 'checkout', '-q', '-b', 'change')
  bin = join(home, 'bin')
  mkdirSync(bin)
  writeFileSync(join(bin, 'npm'), `#!/bin/sh\nmkdir -p node_modules/.bin && ln -s ${CLI} node_modules/.bin/tenfold\n`, {
    mode: 0o755,
  })
})

async function run(name: string, path = 'ada/settings'): Promise<Ran> {
  const { before_script: before = [], variables = {} } = jobs['.judge'] ?? {}
  const step = { run: [...before, ...(jobs[name]?.script ?? [])].join('\n'), env: variables }
  const merge = {
    CI_MERGE_REQUEST_TARGET_BRANCH_NAME: 'main',
    CI_MERGE_REQUEST_PROJECT_PATH: 'ada/settings',
    CI_PROJECT_PATH: path,
  }
  return runStep(step, folder, {}, { ...merge, PATH: `${bin}:${process.env['PATH'] ?? ''}` })
}

async function changed(account: string): Promise<void> {
  writeFileSync(join(folder, 'config/accounts/acme.yaml'), `id: acme\n${account}`)
  await commitAll(folder, 'a change')
}

test('a change is judged by the target branch as it is now, told for people and as JUnit, and reviewed', async () => {
  await changed('plan: growth\noverrides: { openai: { temperature: 0.5 } }\n')
  const main = join(folder, '../project')
  writeFileSync(join(main, 'config/accounts/bear.yaml'), 'id: bear\nplan: free\n')
  await commitAll(main, 'others go on')
  expect(await run('check')).toMatchObject({ code: 0, stdout: expect.stringContaining('no problems') })
  expect(await run('review')).toMatchObject({ code: 0 })
  expect(readFileSync(join(folder, 'review.md'), 'utf8')).toContain('1 of 1 account gets other answers')
  expect(readFileSync(join(folder, 'junit.xml'), 'utf8')).toContain('<testsuites')
})

test('a change that is wrong, and one that loosens the rules for itself, are red', async () => {
  const plans = join(folder, 'config/plans.yaml')
  writeFileSync(plans, readFileSync(plans, 'utf8').replace('may_override: []', 'may_override: [openai]'))
  await changed('plan: free\noverrides: { openai: { temperature: 0.5 } }\n')
  expect(await run('check')).toMatchObject({ code: 1, stdout: expect.stringContaining('plan/free-no-overrides') })
  expect(readFileSync(join(folder, 'junit.xml'), 'utf8')).toContain('plan/free-no-overrides')
})

test('the pipeline of a fork judges nothing', async () => {
  expect((await run('check', 'eve/settings')).code).toBe(1)
})

test('releases and refreshes take turns of their own, in the environments of their keys', () => {
  const of = (name: string): unknown => [jobs[name]?.resource_group, jobs[name]?.environment]
  expect([of('release'), of('refresh')]).toEqual([
    ['release', 'production'],
    ['refresh', 'refresh'],
  ])
  expect(jobs['check']?.allow_failure).toBeUndefined()
  for (const line of Object.values(jobs).flatMap(({ script = [], before_script = [] }) => [
    ...before_script,
    ...script,
  ])) {
    if (line.includes('npx')) expect(line).toContain('npx --no-install tenfold')
    if (line.includes('npm ')) expect(line).toContain('npm ci --ignore-scripts')
  }
})
