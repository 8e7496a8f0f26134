import type { Command } from 'commander'
import { finish } from '../outcome.ts'
import { command } from './command.ts'

/** What makes a shell know the program. */
export function addShell(program: Command): void {
  command(program, 'completion', 'the script by which a shell completes what is written: bash, zsh, fish', ['pretty'])
    .argument('<shell>', 'bash, zsh or fish')
    .action(async (shell) => finish((await import('../commands/completion.ts')).completion(shell)))

  program
    .command('__complete', { hidden: true })
    .argument('[words...]')
    .exitOverride()
    .action(async (words) => finish(await (await import('../commands/completion.ts')).answerShell(program, words)))
}
