import { accountOf } from '../../store/format/account-leaf.ts'
import type { Account } from '../../domain/settings-types.ts'
import type { Ref } from '../../store/format/object-ref.ts'
import type { CheckedAccount } from '../check-account.ts'
import type { PreviousAccount } from './previous-release.ts'

/** Yields the accounts of a checked configuration, by id, in the form in which a store would give them. */
export function* accountsOf(checked: readonly CheckedAccount[]): Generator<[string, Account]> {
  for (const { stored } of checked) {
    if (stored === undefined) continue
    const texts = new Map(stored.texts.map(({ ref, bytes }) => [ref, Buffer.from(bytes).toString('utf8')]))
    const text = (ref: Ref): string => texts.get(ref) ?? ''
    yield [stored.id, accountOf(stored.entry.line, text)]
  }
}

/** Returns one of them, out of a store's line. */
export function accountIn({ line }: PreviousAccount, text: (ref: Ref) => string): Account {
  return accountOf(line, text)
}
