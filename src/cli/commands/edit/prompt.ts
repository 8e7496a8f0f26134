import { own } from '../../../domain/plain-data.ts'
import type { GlobalPrompt } from '../../../domain/settings-types.ts'
import { Failure } from '../../../base/failure.ts'
import type { SourceFile } from '../../../source/source-nodes.ts'
import { conflictText } from '../../../edit/conflict-text.ts'
import * as edits from '../../../edit/edit-account-prompt.ts'
import { maskCredentials } from '../../../credentials/index.ts'
import type { CheckContext } from '../../../check/check-context.ts'
import { visible } from '../../../report/visible-text.ts'
import { type EditRequest, accountsIn, apply, changeExisting } from './change-accounts.ts'
import { EDIT_FORMATS } from './proposal-flags.ts'
import type { promptCustomize, promptRebase, promptReset } from './prompt.flags.ts'
import type { FlagsOf } from '../command-spec.ts'
import { readInput } from '../../read-input.ts'
import type { ExitCode } from '../../exit-code.ts'
import { type CommandIo, type CommonFlags, formatOf } from '../../io.ts'
import { unknownPrompt } from '../../../ask/refuse-unknown.ts'

/** Gives accounts a text of their own: the one in a file, or the global one to start from. */
export async function customize(
  args: readonly string[],
  flags: FlagsOf<typeof promptCustomize>,
  io: CommandIo,
): Promise<ExitCode> {
  const text = flags.file === undefined ? undefined : readInput(flags.file)
  const change = await changePrompts(args, flags, ({ file, type, prompt }) => edits.customize(file, type, prompt, text))
  return apply(flags, io, titleOf('Customize', args), change)
}

/** Resets accounts to the global text, or pins them to the one from the day they customised it. */
export async function reset(
  args: readonly string[],
  flags: FlagsOf<typeof promptReset>,
  io: CommandIo,
): Promise<ExitCode> {
  const pin = flags.pin === true
  return apply(
    flags,
    io,
    titleOf(pin ? 'Pin' : 'Reset', args),
    await changePrompts(args, flags, ({ file, type }) => edits.reset(file, type, pin)),
  )
}

/** Merges the global text's changes into the accounts' texts; if any of them has a conflict, nothing is written. */
export async function rebase(
  args: readonly string[],
  flags: FlagsOf<typeof promptRebase>,
  io: CommandIo,
): Promise<ExitCode> {
  const merged = flags.file === undefined ? undefined : readInput(flags.file)
  const conflicts: string[] = []
  const change = await changePrompts(args, flags, ({ file, type, prompt, account, context }) => {
    const rebased = edits.rebase(file, type, prompt, merged)
    if (rebased.is === 'text') return rebased.text
    const theirs = context.globals(`prompts/${type}.yaml`)
    conflicts.push(conflictText(rebased.conflicts, { account, type, ours: file, theirs, show: context.show }))
    return file.text
  })
  if (conflicts.length === 0) return apply(flags, io, titleOf('Rebase', args), change)
  const lines = maskCredentials(conflicts.join('')).split('\n')
  io.stderr.write(lines.map(visible).join('\n'))
  return 1
}

/** Builds a title such as `Rebase the prompt clustering of acme`. */
function titleOf(verb: string, args: readonly string[]): string {
  return `${verb} the prompt ${args.at(-1) ?? ''} of ${accountsIn(args.slice(0, -1))}`
}

interface Asked {
  readonly file: SourceFile
  readonly account: string
  readonly type: string
  readonly prompt: GlobalPrompt
  readonly context: CheckContext
}

function changePrompts(
  args: readonly string[],
  flags: CommonFlags,
  edit: (asked: Asked) => string,
): Promise<EditRequest> {
  formatOf(flags, EDIT_FORMATS, 'pretty')
  const type = args.at(-1)
  const ids = args.slice(0, -1)
  if (type === undefined || ids.length === 0) {
    throw new Failure(
      'usage',
      'prompt needs an account and a prompt type',
      'write `prompt customize|reset|rebase ACCOUNT... TYPE`',
    )
  }
  const change = (file: SourceFile, account: string, context: CheckContext): string => {
    const prompt = own(context.known.prompts, type) ?? unknownPrompt(context.known.prompts, type)
    return edit({ file, account, type, prompt, context })
  }
  return changeExisting(flags, ids, change, [`prompts/${type}.yaml`])
}
