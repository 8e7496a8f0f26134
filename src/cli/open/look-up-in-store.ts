import type { Account } from '../../domain/settings-types.ts'
import type { PartialGlobals } from '../../source/link-files.ts'
import { respelled } from '../../check/account-spelling.ts'
import { knownFrom } from '../../check/check-globals.ts'
import { releaseAt } from '../../ask/release-at.ts'
import { readTrusted } from '../../release/verify-release.ts'
import { lookUp } from '../../store/look-up-account.ts'
import { type CommandIo, type CommonFlags, note } from '../io.ts'
import { openForReading } from './trust-of-machine.ts'

/** The globals and the account that an answer is computed from. */
export interface StoreAnswer {
  readonly known: PartialGlobals
  readonly account: Account | undefined
}

interface Flags extends CommonFlags {
  readonly trust?: string
  /** `seq:41`; the last release if left out. */
  readonly at?: string
}

/** Looks up an account in a store, in its last release or in a past one. @throws {Failure} */
export async function lookUpIn(store: string, flags: Flags, id: string, io: CommandIo): Promise<StoreAnswer> {
  const { target, trusted } = await openForReading(store, flags)
  const { release: last } = await readTrusted(target, trusted)
  const release = flags.at === undefined ? last : await releaseAt(target, last, flags.at)
  const { globals, account } = await lookUp(target, release, id)
  const isThere = async (other: string): Promise<boolean> =>
    (await lookUp(target, release, other)).account !== undefined
  const meant = account === undefined ? await respelled(id, isThere) : undefined
  if (meant !== undefined) note(io, `note: ${meant}`)
  return { known: knownFrom(globals), account }
}
