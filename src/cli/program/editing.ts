import type { Command } from 'commander'
import { type Call, command, edit } from './command.ts'

/** The commands that write account files, and a new repository. */
export function addEditing(program: Command, { end, ioFor }: Call): void {
  edit(program, 'plan', 'move accounts to a plan; an account without a file gets one', ['pretty', 'json'])
    .argument('<account...>', 'the account ids, and last the plan')
    .usage('[options] <account...> <plan>')
    .option('--drop-overrides', 'take away what a Free account may not have')
    .action(async (args, flags) =>
      end(await (await import('../commands/edit/plan.ts')).plan(args, flags, ioFor(flags))),
    )

  edit(program, 'set', 'write one field of accounts: openai.model, image.max_in_article, name, ...', ['pretty', 'json'])
    .argument('<account...>', 'the account ids, then the field, and last the value')
    .usage('[options] <account...> <field> <value>')
    .action(async (args, flags) => end(await (await import('../commands/edit/set.ts')).set(args, flags, ioFor(flags))))

  edit(program, 'unset', 'take one field away from accounts, which then inherit it', ['pretty', 'json'])
    .argument('<account...>', 'the account ids, and last the field')
    .usage('[options] <account...> <field>')
    .action(async (args, flags) =>
      end(await (await import('../commands/edit/unset.ts')).unset(args, flags, ioFor(flags))),
    )

  const prompt = program.command('prompt').description("accounts' own texts for a prompt: customize, reset, rebase")

  edit(prompt, 'customize', 'give accounts a text of their own', ['pretty', 'json'])
    .argument('<account...>', 'the account ids, and last the prompt type')
    .usage('[options] <account...> <type>')
    .option('--file <file>', 'the text ("-": from stdin); left out, a copy of the global text to start from')
    .action(async (args, flags) =>
      end(await (await import('../commands/edit/prompt.ts')).customize(args, flags, ioFor(flags))),
    )

  edit(prompt, 'reset', 'take accounts back to the global text', ['pretty', 'json'])
    .argument('<account...>', 'the account ids, and last the prompt type')
    .usage('[options] <account...> <type>')
    .option('--pin', 'stay on the global text of the day the account customised')
    .action(async (args, flags) =>
      end(await (await import('../commands/edit/prompt.ts')).reset(args, flags, ioFor(flags))),
    )

  edit(prompt, 'rebase', "merge the global text's change into the accounts' own", ['pretty', 'json'])
    .argument('<account...>', 'the account ids, and last the prompt type')
    .usage('[options] <account...> <type>')
    .option('--file <file>', 'take this text as merged ("-": from stdin), after a conflict')
    .action(async (args, flags) =>
      end(await (await import('../commands/edit/prompt.ts')).rebase(args, flags, ioFor(flags))),
    )

  const account = program.command('account').description('accounts that go, or get another id: remove, rename')

  edit(account, 'remove', "take an account's file away; what asks for it gets the globals", ['pretty', 'json'])
    .argument('<account>', 'the account id')
    .action(async (id, flags) =>
      end(await (await import('../commands/edit/account.ts')).remove(id, flags, ioFor(flags))),
    )

  edit(account, 'rename', 'give an account another id, and its file the name of it', ['pretty', 'json'])
    .argument('<account>', 'the account id')
    .argument('<new>', 'the id that it gets')
    .action(async (id, to, flags) =>
      end(await (await import('../commands/edit/account.ts')).rename(id, to, flags, ioFor(flags))),
    )

  command(program, 'init', 'a new configuration repository with workflows, pinned to this version', ['pretty', 'json'])
    .argument('<dir>', 'an empty folder, or one that is not there yet')
    .option('--from <tarball>', 'the program to pin, as `npm pack` made it (default: this one)')
    .option('--forge <forge>', 'whose pipelines it gets: github, gitlab (default: github)')
    .action(async (dir, flags) => end((await import('../commands/init.ts')).init(dir, flags, ioFor(flags))))
}
