#!/usr/bin/env node
import { Command, CommanderError } from 'commander'
import { Failure } from '../compile/failure.ts'
import { formats } from '../report/report.ts'
import { visible } from '../report/visible.ts'
import { type ExitCode, KEYS_FOLDER, VERSION } from './io.ts'
import { redacted } from './redact.ts'

/**
 * The command line: flags in, a library call, a report out. Each command is loaded when it is called.
 * Exit codes, highest first: 70 our bug, 2 wrong usage, 3 the world failed, 1 the configuration is wrong, 0 clean.
 */
const program = new Command('tenfold')
  .description('AI settings as YAML in git: checked, compiled, published, and answered in nanoseconds')
  .version(VERSION)
  .showSuggestionAfterError()
  .showHelpAfterError('(run with --help for what there is)')
  .exitOverride()

let code: ExitCode = 0
const EXIT = { usage: 2, world: 3, refused: 1 } as const

// A reader that has seen enough, such as `head`, closes the pipe: that is no error.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error
  process.exit(code)
})

// A file over the limit that `ulimit -f` sets is a failed write, which is told like any other, and not our end.
process.on('SIGXFSZ', () => {})

command('check', 'parse, validate, link and lint the configuration', formats)
  .option('--at <rev>', 'judge a revision instead of the working tree')
  .option('--since <rev>', 'report what changed files say, and what is new elsewhere since the revision')
  .option('--policy <rev|dir>', 'take plans, models, tenfold.yaml and trust from a trusted revision or checkout')
  .option('--fix', 'apply the fixes that keep the meaning')
  .option('--max-warnings <n>', 'fail when there are more warnings than this')
  .action(async (flags) => {
    code = await (await import('./commands/check.ts')).check(flags)
  })

command('compile', 'check, then emit the store', ['pretty', 'json'])
  .option('--out <dir>', 'the store', '.tenfold/store')
  .option('--at <rev>', 'compile a revision instead of the working tree')
  .option('--flat <file>', 'write the resolved settings as JSON ("-": to stdout), and no store')
  .action(async (flags) => {
    code = await (await import('./commands/compile.ts')).compile(flags)
  })

command('release', 'check, compile, seal, sign and publish', ['pretty', 'json'])
  .option('--env <name>', 'the environment, instead of the one in tenfold.yaml')
  .option('--to <target>', 'where to publish; may be given several times (default: file:.tenfold/store)', collect)
  .option('--allow-missing', 'release without the secrets that are not set here')
  .option('--allow-shrink', 'release though more accounts go than the guard allows')
  .option('--refresh', 'only sign what the targets hold for longer')
  .option('--keys <dir>', 'where private keys lie that are not in the environment', KEYS_FOLDER)
  .action(async (flags) => {
    code = await (await import('./commands/release.ts')).release(flags)
  })

command('publish', 'publish a store that was compiled before', ['pretty', 'json'])
  .requiredOption('--to <target>', 'where to publish: file:DIR')
  .option('--from <store>', 'the store to publish', 'file:.tenfold/store')
  .option('--keys <dir>', 'where private keys lie that are not in the environment', KEYS_FOLDER)
  .action(async (flags) => {
    code = await (await import('./commands/publish.ts')).publish(flags)
  })

command('verify', 'read every object of a store and check that it is whole', ['pretty', 'json'])
  .argument('<store>', 'file:DIR')
  .option('--trust <file>', 'the root of trust; the configuration’s own if left out')
  .action(async (store, flags) => {
    code = await (await import('./commands/verify.ts')).verify(store, flags)
  })

command('rollback', 'publish what a former release held, as a new one', ['pretty', 'json'])
  .argument('<seq>', 'the former release’s seq')
  .requiredOption('--to <target>', 'where: file:DIR')
  .option('--keys <dir>', 'where private keys lie that are not in the environment', KEYS_FOLDER)
  .action(async (seq, flags) => {
    code = await (await import('./commands/rollback.ts')).rollback(seq, flags)
  })

command('get', 'what a service would get', ['json', 'pretty'])
  .argument('<account>', 'the account id')
  .argument('[function]', 'the function')
  .option('--prompt <type>', 'a prompt instead of a function')
  .option('--plan <plan>', 'the live plan: what it forbids is not applied')
  .option('--store <url>', 'read a store instead of the configuration')
  .option('--trust <file>', 'the root of trust for that store; the configuration’s own if left out')
  .action(async (account, name, flags) => {
    code = await (await import('./commands/get.ts')).get(account, name, flags)
  })

command('explain', 'every layer of every field: value, file:line, commit, author, which won', ['pretty', 'json'])
  .argument('<account>', 'the account id')
  .argument('[function]', 'the function; all of them if left out')
  .action(async (account, name, flags) => {
    code = await (await import('./commands/explain.ts')).explain(account, name, flags)
  })

command('diff', 'the resolved difference between two revisions: which accounts get what other answers', ['json', 'pretty'])
  .argument('<base>', 'the revision to compare with')
  .argument('[head]', 'the revision to compare (default: the working tree)')
  .action(async (base, head, flags) => {
    code = await (await import('./commands/diff.ts')).diff(base, head, flags)
  })

command('review', 'the same for a reviewer, as the Markdown of a pull-request comment', ['markdown', 'json', 'pretty'])
  .requiredOption('--base <rev>', 'the revision to compare with')
  .option('--head <rev>', 'the revision under review (default: the working tree)')
  .option('--post', 'keep it as the one comment of the pull request')
  .option('--pull <number>', 'the pull request to comment on (default: the one that a workflow runs for)')
  .action(async (flags) => {
    code = await (await import('./commands/review.ts')).review(flags)
  })

edit('plan', 'move accounts to a plan; an account without a file gets one', ['pretty', 'json'])
  .argument('<account...>', 'the account ids, and last the plan')
  .option('--drop-overrides', 'take away what a Free account may not have')
  .action(async (args, flags) => {
    code = await (await import('./commands/plan.ts')).plan(args, flags)
  })

const keys = program.command('keys').description('the root of trust and its keys: init, rotate, recipient, secret, show')

ceremony('init', 'make the first root, and a key for every role')
  .option('--root-keys <n>', 'how many offline keys', '1')
  .option('--threshold <n>', 'how many of them sign a root together (default: all)')
  .option('--env <name>', 'the environment of the recipients, instead of the one in tenfold.yaml')
  .action(async (flags) => {
    code = await (await import('./commands/keys.ts')).init(flags)
  })

ceremony('rotate', 'replace the keys of a role, or the identity of a recipient')
  .argument('<what>', 'root, release, refresh, or a recipient’s name')
  .option('--env <name>', 'the recipient’s environment')
  .action(async (what, flags) => {
    code = await (await import('./commands/keys.ts')).rotateKeys(what, flags)
  })

ceremony('recipient', 'add somebody whom keys are sealed to, or take them away')
  .argument('<name>', 'such as next-runtime')
  .argument('[recipient]', 'age1…; without it an identity is made')
  .option('--remove', 'take it away')
  .option('--env <name>', 'the environment, instead of the one in tenfold.yaml')
  .action(async (name, key, flags) => {
    code = await (await import('./commands/keys.ts')).recipient(name, key, flags)
  })

ceremony('secret', 'let a provider use a secret, or no longer')
  .argument('<provider>', 'openai, anthropic, dalle or runware')
  .argument('<name>', 'such as OPENAI_API_KEY')
  .option('--remove', 'no longer')
  .action(async (provider, name, flags) => {
    code = await (await import('./commands/keys.ts')).secret(provider, name, flags)
  })

command('show', 'the root in force and its digest', ['pretty', 'json'], keys).action(async (flags) => {
  code = await (await import('./commands/keys.ts')).show(flags)
})

edit('set', 'write one field of accounts: openai.model, image.max_in_article, name, ...', ['pretty', 'json'])
  .argument('<account...>', 'the account ids, then the field, and last the value')
  .action(async (args, flags) => {
    code = await (await import('./commands/set.ts')).set(args, flags)
  })

edit('unset', 'take one field away from accounts, which then inherit it', ['pretty', 'json'])
  .argument('<account...>', 'the account ids, and last the field')
  .action(async (args, flags) => {
    code = await (await import('./commands/unset.ts')).unset(args, flags)
  })

const prompt = program.command('prompt').description("accounts' own texts for a prompt")

edit('customize', 'give accounts a text of their own', ['pretty', 'json'], prompt)
  .argument('<account...>', 'the account ids, and last the prompt type')
  .option('--file <file>', 'the text ("-": from stdin); left out, a copy of the global text to start from')
  .action(async (args, flags) => {
    code = await (await import('./commands/prompt.ts')).customize(args, flags)
  })

edit('reset', 'take accounts back to the global text', ['pretty', 'json'], prompt)
  .argument('<account...>', 'the account ids, and last the prompt type')
  .option('--pin', 'stay on the global text of the day the account customised')
  .action(async (args, flags) => {
    code = await (await import('./commands/prompt.ts')).reset(args, flags)
  })

edit('rebase', "merge the global text's change into the accounts' own", ['pretty', 'json'], prompt)
  .argument('<account...>', 'the account ids, and last the prompt type')
  .option('--file <file>', 'take this text as merged ("-": from stdin), after a conflict')
  .action(async (args, flags) => {
    code = await (await import('./commands/prompt.ts')).rebase(args, flags)
  })

command('init', 'a new configuration repository with workflows, pinned to this version', ['pretty', 'json'])
  .argument('<dir>', 'an empty folder, or one that is not there yet')
  .option('--from <tarball>', 'the program to pin, as `npm pack` made it (default: this one)')
  .action(async (dir, flags) => {
    code = (await import('./commands/init.ts')).init(dir, flags)
  })

try {
  await program.parseAsync()
} catch (error) {
  code = codeFor(error)
}
process.exitCode = code

/** A change of the root: signed by the root keys, which are brought for it. */
function ceremony(name: string, description: string): Command {
  return command(name, description, ['pretty', 'json'], keys).option('--keys <dir>', 'where private keys are read and written', KEYS_FOLDER)
}

/** A command that edits accounts, in place or by a pull request. */
function edit(name: string, description: string, allowed: readonly string[], parent = program): Command {
  return command(name, description, allowed, parent)
    .option('--pr', 'leave the files alone and open a pull request with the change, or update the one that has it')
    .option('--remote <name>', 'the remote to propose to (default: origin)')
    .option('--base <branch>', 'the branch to change (default: the repository’s default branch)')
}

function command(name: string, description: string, allowed: readonly string[], parent = program): Command {
  return parent
    .command(name)
    .description(description)
    .option('--config <dir>', 'the configuration folder', 'config')
    .option('--format <format>', allowed.join(', '))
    .option('--no-color', 'no colours')
    .option('--quiet', 'errors alone on stderr')
    .exitOverride()
}

function collect(value: string, all: readonly string[] = []): readonly string[] {
  return [...all, value]
}

function codeFor(error: unknown): ExitCode {
  // Commander has printed its own message by now; help and version are no errors.
  if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2
  if (error instanceof Failure) {
    process.stderr.write(`error: ${visible(redacted(error.message))}\n help: ${visible(redacted(error.help))}\n`)
    return EXIT[error.kind]
  }
  const trace = error instanceof Error ? (error.stack ?? error.message) : String(error)
  process.stderr.write(
    `error: tenfold has a bug. Please report it with what follows and the command that you ran.\n` +
      `tenfold ${VERSION}, node ${process.version}, ${process.platform}\n${redacted(trace)}\n`,
  )
  return 70
}
