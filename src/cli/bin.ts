#!/usr/bin/env node
import { type ExitCode, worse } from './exit-code.ts'
import { keepLastWord } from './keep-last-word.ts'
import { main } from './main.ts'

/** The program as a process of its own: its arguments, its streams, and its exit code. */
let code: ExitCode = 0
let isGuarded = false

function finish(ended: ExitCode): void {
  code = worse(code, ended)
  process.exitCode = code
}

// A reader that has seen enough, such as `head`, closes the pipe, which is not an error. A full disk is one.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code === 'EPIPE') return
  finish(3)
  void import('./report-failure.ts').then(({ reportLost }) => reportLost(process, error))
})

// If stderr cannot be written, the caller still gets the exit code.
process.stderr.on('error', () => {})

// A file over the limit that `ulimit -f` sets must be a failed write, reported like any other, and not end the process.
process.on('SIGXFSZ', () => {})

finish(
  await main(process.argv.slice(2), {
    stdout: process.stdout,
    stderr: process.stderr,
    // A check with --fix loads the rules twice, and one guard is enough.
    onCustomRules: (tell) => {
      if (isGuarded) return
      isGuarded = true
      keepLastWord(
        () => code,
        () => {
          finish(1)
          tell('a rule of the repository would have ended the program, which fails the check')
        },
      )
    },
  }),
)
