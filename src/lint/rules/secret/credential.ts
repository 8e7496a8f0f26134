/**
 * Credentials by their form. A match needs no context, so the patterns are the vendors' own prefixes with the length
 * that their keys have.
 */
const FORMS: readonly (readonly [what: string, form: RegExp])[] = [
  ['an Anthropic key', /(?<![A-Za-z0-9])sk-ant-[A-Za-z0-9_-]{20,}/],
  ['an OpenAI key', /(?<![A-Za-z0-9])sk-(?:proj-|svcacct-|admin-|None-)?[A-Za-z0-9_-]{20,}/],
  ['a Google key', /(?<![A-Za-z0-9])AIza[A-Za-z0-9_-]{35}/],
  ['an AWS key', /(?<![A-Za-z0-9])(?:AKIA|ASIA)[A-Z0-9]{16}(?![A-Za-z0-9])/],
  ['a GitHub token', /(?<![A-Za-z0-9])(?:gh[pousr]_[A-Za-z0-9]{36,}|github_pat_[A-Za-z0-9_]{40,})/],
  ['a Slack token', /(?<![A-Za-z0-9])xox[abprs]-[A-Za-z0-9-]{10,}/],
  ['a Hugging Face token', /(?<![A-Za-z0-9])hf_[A-Za-z0-9]{30,}/],
  ['an age identity', /AGE-SECRET-KEY-1[A-Z0-9]{20,}/i],
  ['a private key', /-----BEGIN (?:[A-Z]+ )*PRIVATE KEY-----/],
  ['a JSON web token', /(?<![A-Za-z0-9])eyJ[A-Za-z0-9_-]{10,}\.eyJ[A-Za-z0-9_-]{10,}\.[A-Za-z0-9_-]{10,}/],
]

/** What kind of credential a text holds; undefined where it holds none. */
export function credentialIn(text: string): string | undefined {
  return FORMS.find(([, form]) => form.test(text))?.[0]
}

/** The text with every credential masked, each by as many characters as it has; not even a part of one is left. */
export function maskCredentials(text: string): string {
  let masked = text
  for (const [, form] of FORMS) masked = masked.replace(new RegExp(form.source, `${form.flags}g`), (found) => '•'.repeat(found.length))
  return masked
}
