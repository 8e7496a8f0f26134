import type { Account } from '../bundle/model.ts'
import type { Known } from '../compile/link.ts'
import { respelled } from '../pipeline/account-meant.ts'
import { knownFrom } from '../pipeline/common.ts'
import { releaseAt } from '../pipeline/released.ts'
import { readTrusted } from '../pipeline/trusted.ts'
import { lookUp } from '../publish/look-up.ts'
import { type CommonFlags, note } from './io.ts'
import { openForReading } from './trust.ts'

/** What an answer is given from. */
export interface LookedUp {
  readonly known: Known
  readonly account: Account | undefined
}

interface Flags extends CommonFlags {
  readonly trust?: string
  /** `seq:41`; the last release if left out. */
  readonly at?: string
}

/** Looks an account up in a store, in its last release or in a former one. @throws {Failure} */
export async function lookUpIn(store: string, flags: Flags, id: string): Promise<LookedUp> {
  const { target, trusted } = await openForReading(store, flags)
  const { release: last } = await readTrusted(target, trusted)
  const release = flags.at === undefined ? last : await releaseAt(target, last, flags.at)
  const { globals, account } = await lookUp(target, release, id)
  const isThere = async (other: string): Promise<boolean> =>
    (await lookUp(target, release, other)).account !== undefined
  const meant = account === undefined ? await respelled(id, isThere) : undefined
  if (meant !== undefined) note(flags, `note: ${meant}`)
  return { known: knownFrom(globals), account }
}
