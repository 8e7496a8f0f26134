import { accountRemove, accountRename } from './edit/account.command.ts'
import { planCommand } from './edit/plan.command.ts'
import { promptCustomize, promptRebase, promptReset } from './edit/prompt.command.ts'
import { setCommand } from './edit/set.command.ts'
import { unsetCommand } from './edit/unset.command.ts'
import { explainCommand } from './ask/explain.command.ts'
import { findCommand } from './ask/find.command.ts'
import { getCommand } from './ask/get.command.ts'
import { logCommand } from './ask/log.command.ts'
import { statusCommand } from './ask/status.command.ts'
import { completionCommand } from './completion.command.ts'
import { initCommand } from './init.command.ts'
import { checkCommand } from './review/check.command.ts'
import { diffCommand } from './review/diff.command.ts'
import { reviewCommand } from './review/review.command.ts'
import { compileCommand } from './ship/compile.command.ts'
import { keysInit, keysRecipient, keysRotate, keysSecret, keysShow } from './ship/keys.command.ts'
import { publishCommand } from './ship/publish.command.ts'
import { releaseCommand } from './ship/release.command.ts'
import { rollbackCommand } from './ship/rollback.command.ts'
import { verifyCommand } from './ship/verify.command.ts'
import { debugObject } from './debug/object.command.ts'
import { type Declaration, command, group, hidden } from './declare.ts'

const account = (): Promise<typeof import('./edit/account.ts')> => import('./edit/account.ts')
const prompt = (): Promise<typeof import('./edit/prompt.ts')> => import('./edit/prompt.ts')
const keys = (): Promise<typeof import('./ship/keys.ts')> => import('./ship/keys.ts')

/** Asked by the scripts of `completion` for what may be written next. */
const complete: Declaration = (program, { io, end }) => {
  program
    .command('__complete', { hidden: true })
    .argument('[words...]')
    .exitOverride()
    .action(async (words: readonly string[]) => {
      end(await (await import('./completion.ts')).answerShell(program, words, io))
    })
}

/** Every command, in the order of the help. */
export const COMMANDS: readonly Declaration[] = [
  command(checkCommand, async () => (await import('./review/check.ts')).check),
  command(getCommand, async () => (await import('./ask/get.ts')).get),
  command(explainCommand, async () => (await import('./ask/explain.ts')).explain),
  command(logCommand, async () => (await import('./ask/log.ts')).log),
  command(findCommand, async () => (await import('./ask/find.ts')).find),
  command(statusCommand, async () => (await import('./ask/status.ts')).status),
  command(diffCommand, async () => (await import('./review/diff.ts')).diff),
  command(reviewCommand, async () => (await import('./review/review.ts')).review),
  command(compileCommand, async () => (await import('./ship/compile.ts')).compile),
  command(releaseCommand, async () => (await import('./ship/release.ts')).release),
  command(publishCommand, async () => (await import('./ship/publish.ts')).publish),
  command(verifyCommand, async () => (await import('./ship/verify.ts')).verify),
  command(rollbackCommand, async () => (await import('./ship/rollback.ts')).rollback),
  command(planCommand, async () => (await import('./edit/plan.ts')).plan),
  command(setCommand, async () => (await import('./edit/set.ts')).set),
  command(unsetCommand, async () => (await import('./edit/unset.ts')).unset),
  group('prompt', "accounts' own texts for a prompt: customize, reset, rebase", [
    command(promptCustomize, async () => (await prompt()).customize),
    command(promptReset, async () => (await prompt()).reset),
    command(promptRebase, async () => (await prompt()).rebase),
  ]),
  group('account', 'accounts that go, or get another id: remove, rename', [
    command(accountRemove, async () => (await account()).remove),
    command(accountRename, async () => (await account()).rename),
  ]),
  command(initCommand, async () => (await import('./init.ts')).init),
  group('keys', 'the root of trust and its keys: init, rotate, recipient, secret, show', [
    command(keysInit, async () => (await keys()).init),
    command(keysRotate, async () => (await keys()).rotateKeys),
    command(keysRecipient, async () => (await keys()).recipient),
    command(keysSecret, async () => (await keys()).secret),
    command(keysShow, async () => (await keys()).show),
  ]),
  command(completionCommand, async () => (await import('./completion.ts')).completion),
  // For whoever works on tenfold: docs/contributing.md.
  hidden('debug', 'look into a store: object', [
    command(debugObject, async () => (await import('./debug/object.ts')).object),
  ]),
  complete,
]
