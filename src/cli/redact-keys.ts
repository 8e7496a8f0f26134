import { maskCredentials } from '../credentials/index.ts'
import { SECRET_NAME } from '../trust/root-document.ts'

/** A shorter value is not a key, and masking it would spoil ordinary words. */
const MIN_LENGTH = 12

/** The names of variables with values that must not be shown. */
const SECRET =
  /_API_KEY$|^TENFOLD_[A-Z]+_KEY$|IDENTITY$|^(?:GITHUB|GH)_TOKEN$|^AWS_(?:SECRET_ACCESS_KEY|SESSION_TOKEN)$|^TENFOLD_OCI_PASSWORD$/

/**
 * Masks every key that this process was given: whatever went wrong, and however a key got into a message, it does not
 * leave by the program's own output. Anything that merely looks like a credential is masked too.
 */
export function redacted(text: string): string {
  return withoutKeys(maskCredentials(text))
}

/** Masks keys only, in output made from the user's own settings: there a rule decides what is a credential. */
export function withoutKeys(text: string, env: NodeJS.ProcessEnv = process.env): string {
  let safe = text
  for (const [name, value = ''] of Object.entries(env)) {
    if (value.length < MIN_LENGTH || !SECRET.test(name)) continue
    // A secret's name set in place of its value is not a secret, and messages have to be able to show it.
    if (value === name || SECRET_NAME.test(value)) continue
    const bytes = Buffer.from(value)
    for (const form of [value, bytes.toString('base64'), bytes.toString('hex'), encodeURIComponent(value)]) {
      if (safe.includes(form)) safe = safe.replaceAll(form, `•••${name}•••`)
    }
  }
  return safe
}
