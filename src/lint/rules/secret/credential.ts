/**
 * Credentials by their form. A match needs no context, so the patterns are the vendors' own prefixes with the length
 * that their keys have.
 */
const FORMS: readonly (readonly [what: string, form: RegExp])[] = [
  ['an Anthropic key', /(?<![A-Za-z0-9])sk-ant-[A-Za-z0-9_-]{20,}/],
  // A name such as sk-learn-for-beginners has neither a digit nor so long a run of letters.
  ['an OpenAI key', /(?<![A-Za-z0-9])sk-(?:(?=[A-Za-z0-9_-]*[0-9])[A-Za-z0-9_-]{20,}|[A-Za-z]{20,})/],
  ['a Google key', /(?<![A-Za-z0-9])AIza[A-Za-z0-9_-]{35}/],
  ['an AWS key', /(?<![A-Za-z0-9])(?:AKIA|ASIA)[A-Z0-9]{16}(?![A-Za-z0-9])/],
  ['a GitHub token', /(?<![A-Za-z0-9])(?:gh[pousr]_[A-Za-z0-9]{36,}|github_pat_[A-Za-z0-9_]{40,})/],
  ['a Slack token', /(?<![A-Za-z0-9])xox[abprs]-[A-Za-z0-9-]{10,}/],
  ['a Hugging Face token', /(?<![A-Za-z0-9])hf_[A-Za-z0-9]{30,}/],
  ['an age identity', /AGE-SECRET-KEY-1[A-Z0-9]{20,}/i],
  ['a private key', /-----BEGIN (?:[A-Z]+ )*PRIVATE KEY-----/],
  ['a JSON web token', /(?<![A-Za-z0-9])eyJ[A-Za-z0-9_-]{10,}\.eyJ[A-Za-z0-9_-]{10,}\.[A-Za-z0-9_-]{10,}/],
]

/** What kind of credential a text holds, as it stands or in disguise; undefined where it holds none. */
export function credentialIn(text: string): string | undefined {
  return plainly(text) ?? plainly(undisguised(text)) ?? decoded(text).map(plainly).find((what) => what !== undefined)
}

function plainly(text: string): string | undefined {
  return FORMS.find(([, form]) => form.test(text))?.[0]
}

/** Without characters that show nothing, and with look-alike widths made plain. */
function undisguised(text: string): string {
  return text.replace(/[\u00ad\u180e\u200b-\u200f\u2060-\u2064\ufeff]/g, '').normalize('NFKC')
}

/** What the base64 and hexadecimal in a text say, where they say something printable: an image does not. */
function decoded(text: string): string[] {
  const found: string[] = []
  for (const [run] of text.matchAll(/[A-Za-z0-9+/_-]{27,}={0,2}/g)) {
    if (/^(?:[0-9a-fA-F]{2}){20,}$/.test(run)) found.push(Buffer.from(run, 'hex').toString('latin1'))
    found.push(Buffer.from(run, 'base64').toString('latin1'))
  }
  return found.filter((said) => /^[\x20-\x7e\s]{20,}$/.test(said))
}

/** The text with every credential masked, each by as many characters as it has; not even a part of one is left. */
export function maskCredentials(text: string): string {
  let masked = text
  for (const [, form] of FORMS) masked = masked.replace(new RegExp(form.source, `${form.flags}g`), (found) => '•'.repeat(found.length))
  return masked
}
