import { spawn } from 'node:child_process'
import type { ExaminedReader } from '../../vectors/exam.ts'

/** A reader does not support what it is asked: the vector is skipped, and not passed. */
export class NotSupported extends Error {
  override readonly name = 'NotSupported'
}

/** A reader behind a command with three verbs: see vectors/README.md. */
export function readerBehind(command: readonly string[]): ExaminedReader {
  const run = async (
    verb: string,
    flags: Readonly<Record<string, string | undefined>>,
    input = '',
  ): Promise<unknown> => {
    const [program = '', ...args] = command
    const given = Object.entries(flags).flatMap(([name, value]) => (value === undefined ? [] : [`--${name}`, value]))
    const child = spawn(program, [...args, verb, ...given], { stdio: ['pipe', 'pipe', 'inherit'] })
    let stdout = ''
    child.stdout.on('data', (chunk: Buffer) => (stdout += chunk.toString()))
    // A reader that refuses a verb reads no questions.
    child.stdin.on('error', () => {})
    child.stdin.end(input)
    const code = await new Promise<number | null>((resolve, reject) => {
      child.on('error', reject)
      child.on('close', resolve)
    })
    if (code === 2) throw new NotSupported(verb)
    if (code !== 0 && code !== 1) throw new Error(`${verb} ended with ${code}: ${stdout}`)
    const said: unknown = JSON.parse(stdout)
    return said
  }
  return {
    init: (state, { trust, environment, identity, mode }) => run('init', { state, trust, environment, identity, mode }),
    refresh: (state, store, now) => run('refresh', { state, store, now }),
    get: async (state, store, now, questions) => {
      const answers = await run('get', { state, store, now }, JSON.stringify(questions))
      return Array.isArray(answers) ? answers : [answers]
    },
  }
}
