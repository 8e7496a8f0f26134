import type { Command } from 'commander'
import { type Call, command } from './command.ts'

/** What makes a shell know the program. */
export function addShell(program: Command, call: Call): void {
  command(program, 'completion', 'the script by which a shell completes what is written: bash, zsh, fish', ['pretty'])
    .argument('<shell>', 'bash, zsh or fish')
    .action(async (shell) => call.end((await import('../commands/completion.ts')).completion(shell, call.io)))

  program
    .command('__complete', { hidden: true })
    .argument('[words...]')
    .exitOverride()
    .action(async (words) =>
      call.end(await (await import('../commands/completion.ts')).answerShell(program, words, call.io)),
    )
}
