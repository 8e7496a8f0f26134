import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { parse } from 'yaml'
import { isObject } from '../../src/store/format/decode-json.ts'
import { temporaryFolder } from './config.ts'
import { ROOT, type Ran, run } from './run.ts'

export const OURS = '.github/workflows'
export const THEIRS = 'template/.github/workflows'

export interface Step {
  readonly name?: string
  readonly uses?: string
  readonly run?: string
  readonly if?: string
  readonly with?: Readonly<Record<string, unknown>>
  readonly env?: Readonly<Record<string, string>>
  readonly 'working-directory'?: string
  readonly 'continue-on-error'?: boolean
}

interface Job {
  readonly needs?: readonly string[]
  readonly if?: string
  readonly permissions?: Readonly<Record<string, string>>
  readonly environment?: string
  readonly 'timeout-minutes'?: number
  readonly steps: readonly Step[]
}

export interface Workflow {
  readonly on: Readonly<Record<string, unknown>>
  readonly permissions: object
  readonly defaults: unknown
  readonly concurrency: { readonly group: string; readonly 'cancel-in-progress': boolean }
  readonly jobs: Readonly<Record<string, Job>>
}

export const textOf = (file: string): string => readFileSync(join(ROOT, file), 'utf8')

export function workflowOf(file: string): Workflow {
  return parse(textOf(file))
}

export function stepsOf(file: string): Step[] {
  const read: Partial<Workflow> & { runs?: { steps: Step[] } } = parse(textOf(file))
  return read.runs?.steps ?? Object.values(read.jobs ?? {}).flatMap(({ steps }) => steps)
}

/** What a runner knows: `github`, `needs` and so on. */
export type Contexts = Readonly<Record<string, unknown>>

/** Every expression in a text as a runner evaluates it: paths with `||` between them; what is not there is nothing. */
export function evaluated(text: string, contexts: Contexts): string {
  return text.replace(/\$\{\{(.*?)\}\}/g, (_, expression: string) => {
    return (
      expression
        .split('||')
        .map((path) => valueAt(path.trim(), contexts))
        .find((value) => value !== '') ?? ''
    )
  })
}

function valueAt(path: string, contexts: Contexts): string {
  const [, literal] = /^'(.*)'$/.exec(path) ?? []
  if (literal !== undefined) return literal
  let found: unknown = contexts
  for (const name of path.split('.')) found = isObject(found) ? found[name] : undefined
  return typeof found === 'string' || typeof found === 'number' ? String(found) : ''
}

/** Runs a step's script as a runner does, in a folder in which the job's working directories are. */
export function runStep(
  step: Step,
  folder: string,
  contexts: Contexts = {},
  env: Readonly<Record<string, string>> = {},
): Promise<Ran> {
  const script = join(temporaryFolder(), 'step.sh')
  writeFileSync(script, step.run ?? '')
  const given = Object.entries(step.env ?? {}).map(([name, value]) => [name, evaluated(value, contexts)])
  const at = join(folder, step['working-directory'] ?? '.')
  return run('bash', ['--noprofile', '--norc', '-eo', 'pipefail', script], at, { ...env, ...Object.fromEntries(given) })
}
