import { quote } from '../../base/quote-name.ts'
import { own } from '../../domain/plain-data.ts'
import { type Counts, isSuspect } from '../../store/format/release-manifest.ts'
import type { RootDocument } from '../../trust/root-document.ts'
import { TenfoldError } from '../tenfold-error.ts'
import type { LoadedContent } from './loaded-content.ts'

/**
 * Losing most accounts at once is more likely an accident than intended: it needs a signature that confirms it.
 *
 * @throws {TenfoldError} `shrink_refused`
 */
export function checkShrinking(counts: Counts, isMeant: boolean, what: string): void {
  if (isMeant || !isSuspect(counts)) return
  throw new TenfoldError(
    'shrink_refused',
    `${what} has ${counts.after} of ${counts.before} accounts, and does not say that this is meant`,
  )
}

/**
 * No provider is sent a key that the root does not grant it, whatever the settings contain.
 *
 * @throws {TenfoldError} `secret_refused`
 */
export function checkSecrets({ globals }: LoadedContent, document: RootDocument | undefined): void {
  if (document === undefined) return
  for (const [provider, { secret }] of Object.entries(globals.value.providers)) {
    if (own(document.signed.secrets, provider)?.includes(secret) === true) continue
    throw new TenfoldError(
      'secret_refused',
      `the root of trust does not let ${quote(provider)} use the secret ${quote(secret)}`,
    )
  }
}
