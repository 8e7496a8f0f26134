import { maskCredentials } from '../credentials/index.ts'
import { SECRET_NAME } from '../trust/root-document.ts'

/** Shorter than this, a value is no key, and masking it would spoil ordinary words. */
const MIN_LENGTH = 12

/** The names of variables that hold what is not to be shown. */
const SECRET = /_API_KEY$|^TENFOLD_[A-Z]+_KEY$|IDENTITY$|^(?:GITHUB|GH)_TOKEN$/

/**
 * A text without any key that this process was given: whatever went wrong, and wherever a key got into a message, it
 * does not leave by the program's own output. What merely looks like a credential goes too.
 */
export function redacted(text: string): string {
  return withoutKeys(maskCredentials(text))
}

/** The same, of what is made of the user's own settings: there a rule decides what is a credential. */
export function withoutKeys(text: string, env: NodeJS.ProcessEnv = process.env): string {
  let safe = text
  for (const [name, value = ''] of Object.entries(env)) {
    if (value.length < MIN_LENGTH || !SECRET.test(name)) continue
    // A name that was set in place of a value is no secret, and a message has to be able to say it.
    if (value === name || SECRET_NAME.test(value)) continue
    const bytes = Buffer.from(value)
    for (const form of [value, bytes.toString('base64'), bytes.toString('hex'), encodeURIComponent(value)]) {
      if (safe.includes(form)) safe = safe.replaceAll(form, `•••${name}•••`)
    }
  }
  return safe
}
