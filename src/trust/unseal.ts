import { Malformed, dict, list, object, parseJson, string } from '../bundle/decode.ts'

/**
 * The keys that were sealed for one of the identities.
 *
 * @param identities age identities, `AGE-SECRET-KEY-1…`.
 * @param environment the environment that the release names: keys of another one are refused.
 * @throws {Malformed} when none of the identities opens it, or it is not what a release seals.
 */
export async function unseal(
  ciphertext: Uint8Array,
  identities: readonly string[],
  environment: string,
): Promise<ReadonlyMap<string, string>> {
  // Loaded when keys are sealed, so that a service with keys of its own needs no package.
  const { Decrypter } = await import('age-encryption')
  const decrypter = new Decrypter()
  for (const identity of identities) decrypter.addIdentity(identity)
  let plaintext: Uint8Array
  try {
    plaintext = await decrypter.decrypt(ciphertext)
  } catch {
    // Whatever the library says may speak of what it was given.
    throw new Malformed('the sealed keys cannot be opened: they were not sealed to this identity, or are damaged')
  }
  const sealed = object(parseJson(plaintext, 'the sealed keys'), 'the sealed keys')
  plaintext.fill(0)
  if (sealed['format'] !== 1) throw new Malformed('the sealed keys are of another format than 1')
  if (sealed['environment'] !== environment) throw new Malformed('the sealed keys are those of another environment')
  const keys = new Map(Object.entries(dict(sealed['keys'], 'the sealed keys', string)))
  const set = list(sealed['set'], 'the set of sealed keys', string)
  if (set.length !== keys.size || !set.every((name) => keys.has(name))) throw new Malformed('the sealed keys are not the set they name')
  return keys
}
