/**
 * Does the pipeline that `init --forge gitlab` writes run? gitlab-ci-local reads it by GitLab's own schema, decides which
 * jobs a merge request and the default branch get, and runs those of the merge request here, by the shell.
 *
 *     npx tsx test/conformance/gitlab.ts
 *
 * It is installed into a temporary folder. No GitLab is asked: what only a server does (protected variables, resource
 * groups, the links in a merge request) is not tried.
 */
import { type SpawnSyncReturns, spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { CLI, ROOT } from '../support/run.ts'

// The last line of it that runs on node 20.
const PROGRAM = 'gitlab-ci-local@4.62.0'
const ACCOUNT = 'id: example\nplan: PLAN\noverrides:\n  openai: { temperature: 0.9 }\n'

function main(folder: string): number {
  const run = (cwd: string, command: string, ...args: string[]): string => {
    const { status, stdout, stderr } = spawnSync(command, args, { cwd, encoding: 'utf8' })
    if (status !== 0) throw new Error(`${command} ${args[0] ?? ''} failed\n${stdout}${stderr}`)
    return stdout
  }
  const git = (...args: string[]): string => {
    return run(join(folder, 'made'), 'git', '-c', 'user.name=Ada', '-c', 'user.email=ada@example.org', ...args)
  }
  run(folder, 'npm', 'install', '--no-audit', '--no-fund', '--ignore-scripts', '--prefix', folder, PROGRAM)
  run(ROOT, 'npm', 'pack', '--ignore-scripts', '--pack-destination', folder)
  const tarball = readdirSync(folder).find((name) => name.endsWith('.tgz')) ?? ''
  run(folder, process.execPath, CLI, 'init', 'made', '--forge', 'gitlab', '--from', tarball)
  git('init', '-q', '-b', 'main')
  git('add', '-A')
  git('commit', '-q', '-m', 'base')
  run(folder, 'git', 'clone', '-q', '--bare', 'made', 'origin.git')
  git('remote', 'add', 'origin', join(folder, 'origin.git'))
  git('fetch', '-q', 'origin')
  git('remote', 'set-head', 'origin', 'main')

  const wrong: string[] = []
  const expecting = (what: string, isSo: boolean): void => void (isSo || wrong.push(what))
  const merge = { CI_PIPELINE_SOURCE: 'merge_request_event', CI_MERGE_REQUEST_TARGET_BRANCH_NAME: 'main' }
  const jobsOf = (variables: Readonly<Record<string, string>>): string => {
    const listed = pipeline(folder, variables, '--list-csv').stdout
    const names = [...listed.matchAll(/^([\w-]+);/gm)].map(([, name = '']) => name)
    return names
      .filter((name) => name !== 'name')
      .sort()
      .join(' ')
  }
  expecting('the default branch is released', jobsOf({ CI_PIPELINE_SOURCE: 'push' }) === 'release')
  expecting('a schedule refreshes', jobsOf({ CI_PIPELINE_SOURCE: 'schedule' }) === 'refresh')
  git('checkout', '-q', '-b', 'change')
  expecting('a merge request is checked and reviewed', jobsOf(merge) === 'check review')
  expecting('one into another branch is not', jobsOf({ ...merge, CI_MERGE_REQUEST_TARGET_BRANCH_NAME: 'other' }) === '')
  for (const [plan, status] of [
    ['growth', 0],
    ['free', 1],
  ] as const) {
    writeFileSync(join(folder, 'made/config/accounts/example.yaml'), ACCOUNT.replace('PLAN', plan))
    git('commit', '-q', '-a', '-m', plan)
    const done = pipeline(folder, merge)
    console.log(`gitlab: a change of an account with the plan ${plan}: exit ${done.status ?? ''}`)
    expecting(`exit ${status} of a change with the plan ${plan}\n${done.stdout}${done.stderr}`, done.status === status)
  }
  for (const what of wrong) console.error(`gitlab: not so: ${what}`)
  return wrong.length === 0 ? 0 : 1
}

/** Runs gitlab-ci-local in the repository that was made. */
function pipeline(
  folder: string,
  variables: Readonly<Record<string, string>>,
  ...args: string[]
): SpawnSyncReturns<string> {
  const project = { CI_DEFAULT_BRANCH: 'main', CI_PROJECT_PATH: 'a/made', CI_MERGE_REQUEST_PROJECT_PATH: 'a/made' }
  const given = Object.entries({ ...project, ...variables }).flatMap(([name, value]) => [
    '--variable',
    `${name}=${value}`,
  ])
  // It copies the checkout for jobs in containers, also where there are none.
  const bin = join(folder, 'bin')
  mkdirSync(bin, { recursive: true })
  writeFileSync(join(bin, 'rsync'), '#!/bin/sh\nfor last; do :; done\nmkdir -p "$last"\n', { mode: 0o755 })
  return spawnSync(
    join(folder, 'node_modules/.bin/gitlab-ci-local'),
    ['--force-shell-executor', '--concurrency', '1', ...args, ...given],
    {
      cwd: join(folder, 'made'),
      encoding: 'utf8',
      env: { ...process.env, PATH: `${bin}:${process.env['PATH'] ?? ''}` },
    },
  )
}

const folder = mkdtempSync(join(tmpdir(), 'tenfold-gitlab-'))
try {
  process.exitCode = main(folder)
} finally {
  rmSync(folder, { recursive: true, force: true })
}
