import { accountRemove, accountRename } from './edit/account.flags.ts'
import { planCommand } from './edit/plan.flags.ts'
import { promptCustomize, promptRebase, promptReset } from './edit/prompt.flags.ts'
import { setCommand } from './edit/set.flags.ts'
import { unsetCommand } from './edit/unset.flags.ts'
import { explainCommand } from './ask/explain.flags.ts'
import { findCommand } from './ask/find.flags.ts'
import { getCommand } from './ask/get.flags.ts'
import { logCommand } from './ask/log.flags.ts'
import { statusCommand } from './ask/status.flags.ts'
import { completionCommand } from './completion.flags.ts'
import { initCommand } from './init.flags.ts'
import { checkCommand } from './review/check.flags.ts'
import { diffCommand } from './review/diff.flags.ts'
import { reviewCommand } from './review/review.flags.ts'
import { compileCommand } from './ship/compile.flags.ts'
import { keysInit, keysRecipient, keysRotate, keysSecret, keysShow } from './ship/keys.flags.ts'
import { publishCommand } from './store/publish.flags.ts'
import { releaseCommand } from './ship/release.flags.ts'
import { rollbackCommand } from './store/rollback.flags.ts'
import { sweepCommand } from './store/sweep.flags.ts'
import { verifyCommand } from './store/verify.flags.ts'
import { importCommand } from './write/import.flags.ts'
import { consoleCommand } from './serve/console.flags.ts'
import { serveCommand } from './serve/serve.flags.ts'
import { tokenCommand } from './serve/token.flags.ts'
import { schemasCommand } from './write/schemas.flags.ts'
import { typesCommand } from './write/types.flags.ts'
import { debugObject } from './debug/object.flags.ts'
import { type Declaration, command, group, hidden } from './declare-command.ts'

const account = (): Promise<typeof import('./edit/account.ts')> => import('./edit/account.ts')
const prompt = (): Promise<typeof import('./edit/prompt.ts')> => import('./edit/prompt.ts')
const keys = (): Promise<typeof import('./ship/keys.ts')> => import('./ship/keys.ts')

/** Called by the scripts of `completion` for what may be written next. */
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
  command(publishCommand, async () => (await import('./store/publish.ts')).publish),
  command(verifyCommand, async () => (await import('./store/verify.ts')).verify),
  command(rollbackCommand, async () => (await import('./store/rollback.ts')).rollback),
  command(sweepCommand, async () => (await import('./store/sweep.ts')).sweep),
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
  command(schemasCommand, async () => (await import('./write/schemas.ts')).schemas),
  command(typesCommand, async () => (await import('./write/types.ts')).types),
  command(importCommand, async () => (await import('./write/import.ts')).importFrom),
  command(serveCommand, async () => (await import('./serve/serve.ts')).serve),
  command(tokenCommand, async () => (await import('./serve/token.ts')).token),
  command(consoleCommand, async () => (await import('./serve/console.ts')).console),
  command(initCommand, async () => (await import('./init.ts')).init),
  group('keys', 'the root of trust and its keys: init, rotate, recipient, secret, show', [
    command(keysInit, async () => (await keys()).init),
    command(keysRotate, async () => (await keys()).rotateKeys),
    command(keysRecipient, async () => (await keys()).recipient),
    command(keysSecret, async () => (await keys()).secret),
    command(keysShow, async () => (await keys()).show),
  ]),
  command(completionCommand, async () => (await import('./completion.ts')).completion),
  // For developers of tenfold: docs/contributing.md.
  hidden('debug', 'look into a store: object', [
    command(debugObject, async () => (await import('./debug/object.ts')).object),
  ]),
  complete,
]
