import { readFileSync, readdirSync } from 'node:fs'
import { dirname, join, resolve, sep } from 'node:path'

const TEST = join(import.meta.dirname, '..')

/** The test files of each project, found by what is in them. */
interface Projects {
  readonly unit: readonly string[]
  /** Those that put something in the place of a module, which nobody may have loaded before them. */
  readonly mocked: readonly string[]
  /** Those that can reach the built program, by themselves or by a file that supports them. */
  readonly program: readonly string[]
  /** Those of them whose first lines ask for a process of their own, since they leave it large: starting git from it is slow. */
  readonly alone: readonly string[]
}

export function projects(): Projects {
  const needs = new Map<string, boolean>()
  const files = readdirSync(TEST, { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.test.ts'))
    .map((file) => `test/${file.split(sep).join('/')}`)
    .sort()
  const kindOf = (file: string): keyof Projects => {
    const path = join(TEST, '..', file)
    const text = readFileSync(path, 'utf8')
    if (needsProgram(path, needs)) return text.startsWith('// @alone') ? 'alone' : 'program'
    return text.includes('vi.mock(') ? 'mocked' : 'unit'
  }
  const of = (kind: keyof Projects): string[] => files.filter((file) => kindOf(file) === kind)
  return { unit: of('unit'), mocked: of('mocked'), program: of('program'), alone: of('alone') }
}

function needsProgram(file: string, known: Map<string, boolean>): boolean {
  const found = known.get(file)
  if (found !== undefined) return found
  // Until it is known, for files that import each other.
  known.set(file, false)
  const text = readFileSync(file, 'utf8')
  const needs = NEEDS.test(text) || importsOf(text).some((to) => needsProgram(resolve(dirname(file), to), known))
  known.set(file, needs)
  return needs
}

/** A function that runs the program, or a path into it. */
const NEEDS =
  /import \{[^}]*\b(?:tenfold|spawned|CLI)\b[^}]*\} from '[./]*(?:support\/)?run\.ts'|'dist'|(?<!ajv\/)\bdist\/|\bbench\//

/** Files that support tests, but for the one that has functions for both kinds. */
function importsOf(text: string): string[] {
  return [...text.matchAll(/from '(\.[^']+\.ts)'/g)].flatMap(([, to = '']) =>
    /\/(?:src|build)\//.test(to) || to.endsWith('/run.ts') ? [] : [to],
  )
}
