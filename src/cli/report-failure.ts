import { Failure, fileFailure } from '../base/failure.ts'
import { shortened } from '../base/shorten-text.ts'
import { visible } from '../report/visible-text.ts'
import { VERSION } from './version.ts'
import type { ExitCode } from './exit-code.ts'
import type { Io } from './io.ts'
import { redacted } from './redact-keys.ts'

const EXIT = { usage: 2, world: 3, refused: 1 } as const

/** Reports on stderr why a command ended early, and returns its exit code. */
export function reportFailure(io: Pick<Io, 'stderr'>, error: unknown): ExitCode {
  if (error instanceof Failure) {
    io.stderr.write(`error: ${visible(said(error.message))}\n help: ${visible(said(error.help))}\n`)
    return EXIT[error.kind]
  }
  const trace = error instanceof Error ? (error.stack ?? error.message) : String(error)
  io.stderr.write(
    `error: tenfold has a bug. Please report it with what follows and the command that you ran.\n` +
      `tenfold ${VERSION}, node ${process.version}, ${process.platform}\n${redacted(trace)}\n`,
  )
  return 70
}

/** Masks keys, and shortens arguments of a megabyte. */
function said(text: string): string {
  return shortened(redacted(text))
}

/** Reports a wrong call of the program, in words for the person who made it. */
export function reportMisuse({ stderr }: Io, words: string): ExitCode {
  stderr.write(words.split('\n').map(said).join('\n'))
  return EXIT.usage
}

/** Reports that a command's output did not arrive where it was sent. */
export function reportLost(io: Pick<Io, 'stderr'>, error: unknown): ExitCode {
  const { message } = fileFailure(error, 'cannot write to stdout')
  return reportFailure(
    io,
    new Failure('world', message, 'send it elsewhere, or free some space; what the command did is done'),
  )
}
