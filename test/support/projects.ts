import { readFileSync, readdirSync } from 'node:fs'
import { dirname, join, relative, resolve, sep } from 'node:path'

const TEST = join(import.meta.dirname, '..')

/**
 * The test files of each project, found by what they import: a test that can reach the built program, by itself or by a
 * file that supports it, is of the project `program`, and every other one is of `unit`.
 */
export function projects(): { readonly unit: string[]; readonly program: string[] } {
  const needs = new Map<string, boolean>()
  const files = readdirSync(TEST, { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.test.ts'))
  const [unit, program]: [string[], string[]] = [[], []]
  for (const file of files.sort()) {
    const isProgram = needsProgram(join(TEST, file), needs)
    ;(isProgram ? program : unit).push(`test/${relative(TEST, join(TEST, file)).split(sep).join('/')}`)
  }
  return { unit, program }
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
  /import \{[^}]*\b(?:tenfold|spawned|CLI)\b[^}]*\} from '[./]*(?:support\/)?run\.ts'|'dist'|\bdist\/|\bbench\//

/** Files that support tests, but for the one that has functions for both kinds. */
function importsOf(text: string): string[] {
  return [...text.matchAll(/from '(\.[^']+\.ts)'/g)].flatMap(([, to = '']) =>
    /\/(?:src|build)\//.test(to) || to.endsWith('/run.ts') ? [] : [to],
  )
}
