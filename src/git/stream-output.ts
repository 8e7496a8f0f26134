import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { gitEnvironment } from './git-environment.ts'
import { gitFailure } from './git-failure.ts'
import type { Repository } from './open-repository.ts'

/**
 * Yields the output of a git command that reads, part by part as NUL divides it, and as soon as it arrives: in a large
 * repository it may be more than a string can hold.
 *
 * @returns some parts at a time. @throws {Failure} with git's message.
 */
export async function* streamParts({ top, gitDir }: Repository, args: readonly string[]): AsyncGenerator<string[]> {
  const env = gitEnvironment(process.env, { gitDir, workTree: top })
  const child = spawn('git', args, { cwd: top, env, stdio: ['ignore', 'pipe', 'pipe'] })
  const closed = once(child, 'close')
  // The caller that waits for the output learns of it first.
  closed.catch(() => {})
  let errors = ''
  child.stderr.setEncoding('utf8').on('data', (text: string) => (errors += text))
  try {
    let rest = ''
    for await (const chunk of child.stdout.setEncoding('utf8')) {
      const parts = `${rest}${String(chunk)}`.split('\0')
      rest = parts.pop() ?? ''
      yield parts
    }
    if (rest !== '') yield [rest]
    const ending: readonly unknown[] = await closed
    const [code] = ending
    if (code !== 0) throw new Error(errors.trim() === '' ? `git ended with ${String(code)}` : errors)
  } catch (error) {
    throw gitFailure(error, `git ${args[0] ?? ''} failed in ${top}`)
  } finally {
    child.kill()
  }
}
