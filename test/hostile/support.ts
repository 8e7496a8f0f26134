import { cpSync, existsSync, mkdirSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { temporaryFolder } from '../support/config.ts'
import { ROOT, type Ran, git, tenfold } from '../support/run.ts'

/** The sample configuration, committed on `main` in a folder of its own. */
export async function sample(files: Files = {}): Promise<string> {
  const folder = join(temporaryFolder(), 'base')
  cpSync(join(ROOT, 'config'), join(folder, 'config'), { recursive: true })
  write(folder, { '.gitignore': '.tenfold/\n', ...files })
  await git(folder, 'init', '-q', '-b', 'main')
  await commit(folder, 'base')
  return folder
}

/** Files by path from the top of a repository; null takes one away. */
export type Files = Readonly<Record<string, string | Uint8Array>>

export function write(folder: string, files: Files): void {
  for (const [path, content] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true })
    writeFileSync(join(folder, path), content)
  }
}

/** Commits everything, what is ignored too: whoever attacks adds by force. */
export async function commit(folder: string, message: string): Promise<string> {
  await git(folder, 'add', '-A', '-f')
  await git(folder, 'commit', '-q', '--allow-empty', '-m', message)
  return head(folder)
}

export async function head(folder: string, revision = 'HEAD'): Promise<string> {
  return (await git(folder, 'rev-parse', revision)).stdout.trim()
}

/** A clone with a branch `pr` of it checked out. */
export async function branchOf(base: string): Promise<string> {
  const folder = join(temporaryFolder(), 'pr')
  await git(base, 'clone', '-q', base, folder)
  await git(folder, 'checkout', '-q', '-b', 'pr')
  return folder
}

/** A fresh clone of a branch, as a workflow checks it out. */
export async function checkoutOf(folder: string, branch = 'pr'): Promise<string> {
  const to = join(temporaryFolder(), 'checkout')
  await git(folder, 'clone', '-q', '-b', branch, folder, to)
  return to
}

/** A program that leaves a mark when it is run, and whether it was. */
export class Trap {
  readonly #mark = join(temporaryFolder(), 'run')

  /** A line of shell; it fails, so that git asks on. */
  get command(): string {
    return `sh -c 'touch ${this.#mark}; false'`
  }

  get script(): string {
    return `#!/bin/sh\ntouch ${this.#mark}\n`
  }

  get wasRun(): boolean {
    return existsSync(this.#mark)
  }
}

export const UNTRUSTED = { TENFOLD_UNTRUSTED: '1' }

export interface Judged {
  readonly code: number | null
  /** `severity rule file:line:column` of each. */
  readonly all: string[]
}

/** What `check` says, as check.yml runs it where a base is given. */
export async function judged(
  folder: string,
  args: readonly string[],
  env: Readonly<Record<string, string>> = UNTRUSTED,
): Promise<Judged> {
  const { code, stdout, stderr } = await tenfold(['check', '--format', 'json', ...args], folder, env)
  if (!stdout.startsWith('{')) throw new Error(`exit ${code}: ${stderr}`)
  const {
    diagnostics,
  }: { diagnostics: { rule: string; severity: string; file: string; line: number; column: number }[] } =
    JSON.parse(stdout)
  return { code, all: diagnostics.map((d) => `${d.severity} ${d.rule} ${d.file}:${d.line}:${d.column}`) }
}

export async function errorsOf(folder: string, args: readonly string[] = []): Promise<string[]> {
  return (await judged(folder, args)).all.filter((one) => one.startsWith('error '))
}

export function run(args: readonly string[], folder: string, env: Readonly<Record<string, string>> = {}): Promise<Ran> {
  return tenfold(args, folder, env)
}
