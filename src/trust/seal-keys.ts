import type { Encrypter } from 'age-encryption'
import { canonical } from '../store/format/canonical-json.ts'
import { Failure } from '../base/failure.ts'

/** The platform's keys by the names of their secrets. */
export type SecretValues = ReadonlyMap<string, string>

/**
 * Encrypts keys so that only the recipients can read them: age ciphertext (https://age-encryption.org/v1) around JSON
 * that names the environment, so that keys sealed for one cannot be passed off as another's.
 */
export async function seal(
  keys: SecretValues,
  environment: string,
  recipients: readonly string[],
): Promise<Uint8Array> {
  const encrypter = await newEncrypter()
  for (const recipient of recipients) add(encrypter, recipient)
  const names = [...keys.keys()].sort()
  return encrypter.encrypt(canonical({ format: 1, environment, set: names, keys: Object.fromEntries(keys) }))
}

/** Whether it is possible to seal to a recipient: its checksum has to be right, and its kind known. */
export async function isRecipient(text: string): Promise<boolean> {
  const encrypter = await newEncrypter()
  try {
    add(encrypter, text)
    return true
  } catch (error) {
    if (error instanceof Failure) return false
    throw error
  }
}

/** Loads what encrypts only where something is encrypted: loading it takes longer than a small release. */
async function newEncrypter(): Promise<Encrypter> {
  const age = await import('age-encryption')
  return new age.Encrypter()
}

/** @throws {Failure} when it is not a recipient. It would be a public key, so it may be shown. */
function add(encrypter: Encrypter, recipient: string): void {
  try {
    encrypter.addRecipient(recipient)
  } catch (error) {
    throw new Failure(
      'refused',
      `nothing can be sealed to ${recipient}: it is no age recipient`,
      'take it away with `tenfold keys recipient NAME --remove`',
      { cause: error },
    )
  }
}
