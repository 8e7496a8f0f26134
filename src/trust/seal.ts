import { Encrypter } from 'age-encryption'
import { canonical } from '../bundle/canonical.ts'
import { Failure } from '../base/failure.ts'

/** The platform's keys by the names of their secrets. */
export type SecretValues = ReadonlyMap<string, string>

/**
 * What is wrong with a key's value, in words that do not show it. A key is sent in a header, and an error about a bad
 * header would print it: so it must fit one.
 */
export function flawOf(value: string): string | undefined {
  if (value.length < 20) return 'it is shorter than 20 characters'
  if (value.length > 512) return 'it is longer than 512 characters'
  if (/[\r\n]$/.test(value) && PRINTABLE.test(value.trimEnd())) return 'it ends with a line break'
  return PRINTABLE.test(value) ? undefined : 'it holds characters other than printable ASCII'
}

const PRINTABLE = /^[\x20-\x7e]*$/

/**
 * The keys as only the recipients can read them: age ciphertext (https://age-encryption.org/v1) around JSON that names
 * the environment, so that what was sealed for one cannot be passed off on another.
 */
export async function seal(
  keys: SecretValues,
  environment: string,
  recipients: readonly string[],
): Promise<Uint8Array> {
  const encrypter = new Encrypter()
  for (const recipient of recipients) add(encrypter, recipient)
  const names = [...keys.keys()].sort()
  return encrypter.encrypt(canonical({ format: 1, environment, set: names, keys: Object.fromEntries(keys) }))
}

/** Whether something can be sealed to it: its letters have a checksum, and its kind has to be known. */
export function isRecipient(text: string): boolean {
  try {
    add(new Encrypter(), text)
    return true
  } catch (error) {
    if (error instanceof Failure) return false
    throw error
  }
}

/** @throws {Failure} when it is no recipient. It is a public key, so it may be shown. */
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
