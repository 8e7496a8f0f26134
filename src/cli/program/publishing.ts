import type { Command } from 'commander'
import { KEYS_FOLDER } from '../constants.ts'
import { type Call, collect, command } from './command.ts'

const TARGETS = 'file:DIR, git:REMOTE#BRANCH, or a name of tenfold.yaml'

/** The commands that make a store, and move releases. */
export function addPublishing(program: Command, { end, ioFor }: Call): void {
  command(program, 'compile', 'check, then emit the store', ['pretty', 'json'])
    .option('--out <dir>', 'the store', '.tenfold/store')
    .option('--at <rev>', 'compile a revision instead of the working tree')
    .option('--flat <file>', 'write the resolved settings as JSON ("-": to stdout), and no store')
    .action(async (flags) => end(await (await import('../commands/ship/compile.ts')).compile(flags, ioFor(flags))))

  command(program, 'release', 'check, compile, seal, sign and publish', ['pretty', 'json'])
    .option('--env <name>', 'the environment, instead of the one in tenfold.yaml')
    .option('--at <rev>', 'release a revision instead of the working tree: its bytes as they were committed')
    .option('--to <target>', `where to publish: ${TARGETS}, several times too (default: file:.tenfold/store)`, collect)
    .option('--allow-missing', 'release without the secrets that are not set here')
    .option('--allow-shrink', 'release though more accounts go than the guard allows')
    .option('--refresh', 'only sign what the targets hold for longer')
    .option('--keys <dir>', 'where private keys lie that are not in the environment', KEYS_FOLDER)
    .action(async (flags) => end(await (await import('../commands/ship/release.ts')).release(flags, ioFor(flags))))

  command(program, 'publish', 'publish a store that was compiled before', ['pretty', 'json'])
    .requiredOption('--to <target>', `where to publish: ${TARGETS}`)
    .option('--from <store>', 'the store to publish', 'file:.tenfold/store')
    .option('--keys <dir>', 'where private keys lie that are not in the environment', KEYS_FOLDER)
    .action(async (flags) => end(await (await import('../commands/ship/publish.ts')).publish(flags, ioFor(flags))))

  command(program, 'verify', 'read every object of a store and check that it is whole', ['pretty', 'json'])
    .argument('<store>', TARGETS)
    .option('--trust <file>', 'the root of trust; the configuration’s own if left out')
    .action(async (store, flags) =>
      end(await (await import('../commands/ship/verify.ts')).verify(store, flags, ioFor(flags))),
    )

  command(program, 'rollback', 'publish what a former release held, as a new one', ['pretty', 'json'])
    .argument('<seq>', 'the former release’s seq')
    .requiredOption('--to <target>', `where: ${TARGETS}`)
    .option('--keys <dir>', 'where private keys lie that are not in the environment', KEYS_FOLDER)
    .action(async (seq, flags) =>
      end(await (await import('../commands/ship/rollback.ts')).rollback(seq, flags, ioFor(flags))),
    )
}
