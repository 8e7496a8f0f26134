import { Failure } from '../base/failure.ts'
import { didYouMean } from '../base/did-you-mean.ts'
import { visibleJson } from '../report/visible-text.ts'
import { redacted, withoutKeys } from './redact-keys.ts'
import { shownText, shownValue } from './shown-values.ts'

/** What the program writes to: a stream of the process, or a collected text. */
export interface Output {
  write(text: string): unknown
  readonly isTTY?: boolean | undefined
}

/** The surroundings of one call of the program, besides its working directory and its environment. */
export interface Io {
  readonly stdout: Output
  readonly stderr: Output
  /** Called before a repository's custom rules are loaded into this process, which they might end. */
  readonly onCustomRules?: (tell: (text: string) => void) => void
}

/** The same for one command, whose flags determine how much it writes, and how. */
export interface CommandIo extends Io {
  readonly isQuiet: boolean
  readonly isColored: boolean
}

/** The flags that every command accepts. */
export interface CommonFlags {
  readonly config: string
  readonly format?: string
  readonly color: boolean
  readonly quiet?: boolean
}

/** Writes output for a person: a path, an argument or a value in it may be a credential. */
export function out(io: Io, text: string): void {
  outShown(io, text.split('\n').map(shownText).join('\n'))
}

/** Writes output for a program; control characters for a terminal are escaped, which changes no value. */
export function outJson(io: Io, value: unknown): void {
  outShown(io, `${visibleJson(JSON.stringify(shownValue(value), null, 2))}\n`)
}

/** Writes output that has already been masked. */
export function outShown({ stdout }: Io, text: string): void {
  stdout.write(withoutKeys(text))
}

/** Writes a note for people only: no output for programs goes here. */
export function note({ isQuiet, stderr }: CommandIo, text: string): void {
  if (!isQuiet) stderr.write(`${redacted(text)}\n`)
}

/** @throws {Failure} when the command has no such format. */
export function formatOf<const F extends string>(flags: CommonFlags, formats: readonly F[], fallback: F): F {
  if (flags.format === undefined) return fallback
  const found = formats.find((format) => format === flags.format)
  if (found !== undefined) return found
  const hint = `${didYouMean(flags.format, formats)}the formats are ${formats.join(', ')}`
  throw new Failure('usage', `there is no format "${flags.format}" here`, hint)
}

/** Whether to use colour: for a person, unless they opted out (https://no-color.org). */
export function colorOn({ isColored }: CommandIo, { isTTY }: Output): boolean {
  return isColored && isTTY === true && (process.env['NO_COLOR'] ?? '') === ''
}

/** Returns a progress line on a terminal, and nothing elsewhere. */
export function progressOn({ isQuiet, stderr }: CommandIo): ((done: number, total: number) => void) | undefined {
  if (stderr.isTTY !== true || isQuiet) return undefined
  let last = 0
  return (done, total) => {
    const now = Date.now()
    if (total < 400 || (done < total && now - last < 80)) return
    last = now
    const width = 24
    const filled = Math.round((done / total) * width)
    const bar = `${'█'.repeat(filled)}${'░'.repeat(width - filled)}`
    const line = `${bar} ${done.toLocaleString('en')} of ${total.toLocaleString('en')} accounts`
    stderr.write(done < total ? `\r${line}` : `\r${' '.repeat(line.length)}\r`)
  }
}
