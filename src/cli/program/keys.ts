import type { Command } from 'commander'
import { type Call, ceremony, command } from './command.ts'

/** The commands of the root of trust: ceremonies, for which the root keys are brought. */
export function addKeys(program: Command, { end, ioFor }: Call): void {
  const keys = program
    .command('keys')
    .description('the root of trust and its keys: init, rotate, recipient, secret, show')

  ceremony(keys, 'init', 'make the first root, and a key for every role')
    .option('--root-keys <n>', 'how many offline keys', '1')
    .option('--threshold <n>', 'how many of them sign a root together (default: all)')
    .option('--env <name>', 'the environment of the recipients, instead of the one in tenfold.yaml')
    .action(async (flags) => end(await (await import('../commands/ship/keys.ts')).init(flags, ioFor(flags))))

  ceremony(keys, 'rotate', 'replace the keys of a role, or the identity of a recipient')
    .argument('<what>', 'root, release, refresh, or a recipient’s name')
    .option('--env <name>', 'the recipient’s environment')
    .action(async (what, flags) =>
      end(await (await import('../commands/ship/keys.ts')).rotateKeys(what, flags, ioFor(flags))),
    )

  ceremony(keys, 'recipient', 'add somebody whom keys are sealed to, or take them away')
    .argument('<name>', 'such as next-runtime')
    .argument('[recipient]', 'age1…; without it an identity is made')
    .option('--remove', 'take it away')
    .option('--env <name>', 'the environment, instead of the one in tenfold.yaml')
    .action(async (name, key, flags) =>
      end(await (await import('../commands/ship/keys.ts')).recipient(name, key, flags, ioFor(flags))),
    )

  ceremony(keys, 'secret', 'let a provider use a secret, or no longer')
    .argument('<provider>', 'openai, anthropic, dalle or runware')
    .argument('<name>', 'such as OPENAI_API_KEY')
    .option('--remove', 'no longer')
    .action(async (provider, name, flags) => {
      end(await (await import('../commands/ship/keys.ts')).secret(provider, name, flags, ioFor(flags)))
    })

  command(keys, 'show', 'the root in force and its digest', ['pretty', 'json']).action(async (flags) =>
    end(await (await import('../commands/ship/keys.ts')).show(flags, ioFor(flags))),
  )
}
