import { Malformed, dict, list, object, parseJson, string } from '../store/format/decode-json.ts'

/**
 * Decrypts the keys that were sealed for one of the identities.
 *
 * @param identities age identities, `AGE-SECRET-KEY-1…`.
 * @param environment the environment that the release names: keys of another one are refused.
 * @throws {Malformed} when none of the identities opens it, or its content is not what a release seals.
 */
export async function unseal(
  ciphertext: Uint8Array,
  identities: readonly string[],
  environment: string,
): Promise<ReadonlyMap<string, string>> {
  const plaintext = await open(ciphertext, identities)
  const sealed = object(parseJson(plaintext, 'the sealed keys'), 'the sealed keys')
  plaintext.fill(0)
  if (sealed['format'] !== 1) throw new Malformed('the sealed keys are of another format than 1')
  if (sealed['environment'] !== environment) throw new Malformed('the sealed keys are those of another environment')
  const keys = new Map(Object.entries(dict(sealed['keys'], 'the sealed keys', string)))
  const set = list(sealed['set'], 'the set of sealed keys', string)
  const names = [...keys.keys()].sort()
  if (set.length !== names.length || !set.every((name, i) => name === names[i])) {
    throw new Malformed('the sealed keys are not the set they name')
  }
  return keys
}

/**
 * Decrypts anything that was sealed for one of the identities.
 *
 * @throws {Malformed} when none of them opens it. The reason is left out: the library's messages may contain its input,
 * and those about a mistyped identity show all of it.
 */
export async function open(ciphertext: Uint8Array, identities: readonly string[]): Promise<Uint8Array> {
  // Loaded when keys are sealed, so that a service with keys of its own needs no package.
  const { Decrypter } = await import('age-encryption')
  const decrypter = new Decrypter()
  try {
    for (const identity of identities) decrypter.addIdentity(identity)
  } catch {
    throw new Malformed('the sealed keys cannot be opened: this is not an age identity')
  }
  try {
    return await decrypter.decrypt(ciphertext)
  } catch {
    throw new Malformed('the sealed keys cannot be opened: they were not sealed to this identity, or are damaged')
  }
}
