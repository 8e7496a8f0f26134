import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { gitEnvironment } from '../environment.ts'
import { gitFailure } from '../failure.ts'
import type { Repository } from '../repository.ts'

/**
 * What a git command that reads says, part by part as NUL divides it, and as soon as it is there: of a large repository
 * it may be more than a text can hold.
 *
 * @returns some parts at a time. @throws {Failure} with what git said.
 */
export async function* partsOf({ top, gitDir }: Repository, args: readonly string[]): AsyncGenerator<string[]> {
  const env = gitEnvironment(process.env, { gitDir, workTree: top })
  const child = spawn('git', args, { cwd: top, env, stdio: ['ignore', 'pipe', 'pipe'] })
  const closed = once(child, 'close')
  // Whoever waits for the output hears of it first.
  closed.catch(() => {})
  let said = ''
  child.stderr.setEncoding('utf8').on('data', (text: string) => (said += text))
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
    if (code !== 0) throw new Error(said.trim() === '' ? `git ended with ${String(code)}` : said)
  } catch (error) {
    throw gitFailure(error, `git ${args[0] ?? ''} failed in ${top}`)
  } finally {
    child.kill()
  }
}
