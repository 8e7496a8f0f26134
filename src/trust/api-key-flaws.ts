import { KEY_VENDORS } from '../domain/built-in-vocabulary.ts'
import { SECRET_NAME } from './root-document.ts'

/**
 * Returns why a value set for an API key is not one, in words that follow "is no key:" and reveal nothing of it;
 * undefined if it may be a key. Only values that look like no vendor's key are reported: a service may use a gateway of
 * its own, whose keys have any form, even a short one or the word `dummy`.
 */
export function flawOf(value: string): string | undefined {
  return FLAWS.find(([, ...patterns]) => patterns.some((pattern) => pattern.test(value)))?.[0]
}

/**
 * Does the same for a key that is about to be sealed for a provider: since it belongs to a vendor, placeholders and
 * known keys of other vendors are refused too.
 *
 * @param provider its name in settings.yaml; one that is not known here has no other vendors.
 */
export function flawOfSealed(value: string, provider: string): string | undefined {
  // `REPLACE_WITH_YOUR_API_KEY` could be the name of a secret too, but hardly ever is.
  if (SECRET_NAME.test(value) && isPlaceholder(value)) return PLACEHOLDER
  const flaw = flawOf(value)
  if (flaw !== undefined) return flaw
  if (value.length < 20) return 'it is shorter than 20 characters'
  const vendor = VENDORS.find(({ form }) => form.test(value))
  if (vendor !== undefined && Object.hasOwn(KEY_VENDORS, provider) && KEY_VENDORS[provider] !== vendor.is) {
    return `it has the form of ${vendor.its}, and would be sent to ${provider}`
  }
  return isPlaceholder(value) ? PLACEHOLDER : undefined
}

const PLACEHOLDER = 'it is a placeholder'

/** A quote as it is, or as a URL, a web page or a quoted text encodes it. */
const QUOTE =
  '(?:\\\\?["\'`´\u2018-\u201f\u2032\u2033\u00ab\u00bb\u2039\u203a\uff02\uff07]|' +
  '%2[27]|&(?:quot|apos|#0*3[49]|#x2[27]);)'
/** Characters that keys consist of, more of them than a service's own word is likely to have. */
const KEY = '[\\w.+/=:~-]{16,}'
/** A folder that only a machine has: base64 may begin with a slash, but not with one of these. */
const FOLDER = '(?:run|var|etc|secrets?|mnt|home|root|vault|opt|srv|tmp|usr|Users|Volumes|private)'
/** A name that only a credential has: one word, or several joined by separators. The first half of a key is neither. */
const NAME = '(?:[A-Za-z]{0,16}|(?:[A-Za-z0-9]{1,16}[_.-]){1,6})(?:key|token|secret|password|credentials?)'
const BREAK = '[\\r\\n\\u0085\\u2028\\u2029]'
/** A key is sent in a header, and an error about a bad header would print it: so it must fit one. */
const FITS = 'and a key is printable ASCII without blanks'

/** The first match is reported, so the most specific flaws come first. */
const FLAWS: readonly (readonly [flaw: string, ...patterns: RegExp[]])[] = [
  // No key is this long, and the patterns below may check every pair of characters.
  ['it is longer than 8,000 characters', /^[^]{8001}/],
  ['it begins with a quote', new RegExp(`^\\s*${QUOTE}`)],
  ['it is a private key or a certificate', /^\s*-----BEGIN /],
  ['it is JSON', /^\s*[{[]["'\s}\]]/],
  [
    'it is a reference that nobody resolved',
    // GitHub Actions, a shell, compose files, Jinja, Azure Pipelines, PowerShell, Windows.
    /\$\{/,
    /\{\{[^]*\}\}/,
    /^\s*\$\([^]*\)\s*$/,
    /^\s*\$\$?(?:env:)?[A-Za-z_]\w*\s*$/i,
    /^\s*%[A-Za-z_]\w*%\s*$/,
    // Tokens that a deployment should have replaced.
    /^\s*#\{[^]*\}#?\s*$/,
    /^\s*__[A-Z][A-Z0-9_]*__\s*$/,
    /^\s*@@[A-Za-z_][\w.-]*@@\s*$/,
    SECRET_NAME,
    // The path of a file or a parameter: base64 has no dots, and no long run of lower-case letters.
    new RegExp(`^\\s*/${FOLDER}/[^]`),
    /^\s*\/[a-z][a-z_-]+(?:\/[a-z0-9._-]+)+\s*$/,
    /^\s*(?:~|\.\.?|[A-Za-z]:)[\\/]/,
    // `op://…`, `sm://…`, `ref+vault://…`, and any other URL.
    /^\s*(?:[a-z]|1p)[a-z0-9+.-]*:\/\//i,
    /^\s*ref\+/,
    /^\s*arn:aws[a-z-]*:/,
    /^\s*\/?projects\/[^/]+\/secrets\//,
    /^\s*(?:(?:aws|gcp|azure)[_-]?)?(?:vault|bao|ssm|sm|secrets?|secretref|secrets?-?manager|key-?vault)[:[]/i,
    /^\s*(?:akv|gsm|bws|sops|env|file)[:[]/i,
    /^\s*(?:secrets|vars|env|process\.env|os\.environ)[.[]/,
    /^\s*os\.environ\//,
    /^\s*@Microsoft\.KeyVault\(/i,
    /^\s*ENC[[(]/,
    /^\s*\{cipher\}/,
    /^\s*!(?:Ref|Sub|GetAtt|ImportValue|Join|vault|env|secret|reference)\b/i,
  ],
  ['it is a placeholder in brackets', /^\s*(?:<[^]*>|\[[^]*\]|\{[^]*\})\s*$/],
  ['it is a key with its middle hidden, as a log shows one', /\*{3}|\.{3}|[•●…]/, /^\s*(?:REDACTED|MASKED)\s*$/],
  ['it is what a program writes where there is no value', /^\s*(?:undefined|null|NaN|\[object Object\])\s*$/],
  ['it begins with the name of a header', /^\s*(?:proxy-)?authorization\s*:/i],
  [
    'it begins with the scheme of a header, such as Bearer',
    /^\s*(?:bearer|basic|token|apikey)(?:[\s:]|%20)/i,
    /^\s*bearer(?=[A-Za-z0-9])[\w.~+/-]{16}/i,
  ],
  ['it is two keys or more', new RegExp(`^\\s*${KEY}(?:[,;]\\s*${KEY})+[,;]?\\s*$`)],
  [
    'it begins with a name, as NAME=value does',
    /^\s*(?:export|set|setx|declare|env)\s/i,
    /^\s*--[a-z-]+[= ]/,
    // A value that ends with the equals sign, without a name, is base64.
    /^\s*(?:[A-Z][A-Z0-9_]*|[a-z][a-z0-9_]*)\s*=(?!=*\s*$)/,
    /^\s*[A-Za-z0-9]+_(?:\w+_)?(?:KEY|TOKEN)=\s*$/i,
    new RegExp(`^\\s*${NAME}\\s*[=:](?!=*\\s*$)`, 'i'),
  ],
  ['it begins with a line break', new RegExp(`^${BREAK}`)],
  ['it ends with a line break', new RegExp(`(?:${BREAK}|\\\\[nr])$`)],
  ['it holds a line break', new RegExp(BREAK)],
  [`it begins with a space, ${FITS}`, /^ /],
  [`it ends with a space, ${FITS}`, / $/],
  [`it holds a space, ${FITS}`, / /],
  [`it holds a tab, ${FITS}`, /\t/],
  ['it ends with a quote', new RegExp(`${QUOTE}$`)],
  ['it ends with a comma or a semicolon', /[,;]$/],
  [`it holds an invisible character, ${FITS}`, /[\s\p{Cf}\p{Z}]/u],
  [`it holds a control character, ${FITS}`, /\p{Cc}/u],
  ['it holds characters other than printable ASCII', /[^\x21-\x7e]/],
]

/**
 * Key forms that only one vendor uses. Those of gateways (OpenRouter, LiteLLM, Azure) are not among them, since a
 * gateway may well be in front of the provider.
 */
const VENDORS: readonly { readonly is: string; readonly its: string; readonly form: RegExp }[] = [
  { is: 'Anthropic', its: 'an Anthropic key', form: /^sk-ant-[\w-]{8,}$/ },
  { is: 'OpenAI', its: 'an OpenAI key', form: /^sk-(?:proj|svcacct|admin|None)-[\w-]{8,}$/ },
  // The old keys have the vendor's name in the middle, in base64.
  { is: 'OpenAI', its: 'an OpenAI key', form: /^sk-[A-Za-z0-9]{16,}T3BlbkFJ[A-Za-z0-9]{16,}$/ },
  { is: 'Google', its: 'a Google key', form: /^AIza[\w-]{35}$/ },
  { is: 'Hugging Face', its: 'a Hugging Face token', form: /^hf_[A-Za-z0-9]{16,}$/ },
  { is: 'Replicate', its: 'a Replicate token', form: /^r8_[A-Za-z0-9]{16,}$/ },
  { is: 'Groq', its: 'a Groq key', form: /^gsk_[A-Za-z0-9]{16,}$/ },
  { is: 'xAI', its: 'an xAI key', form: /^xai-[A-Za-z0-9]{16,}$/ },
  { is: 'Perplexity', its: 'a Perplexity key', form: /^pplx-[A-Za-z0-9]{16,}$/ },
  { is: 'NVIDIA', its: 'an NVIDIA key', form: /^nvapi-[\w-]{16,}$/ },
  { is: 'AWS', its: 'an AWS key', form: /^A[KS]IA[A-Z0-9]{16}$/ },
  { is: 'GitHub', its: 'a GitHub token', form: /^(?:gh[opsru]_[A-Za-z0-9]{16,}|github_pat_\w{16,})$/ },
  { is: 'GitLab', its: 'a GitLab token', form: /^glpat-[\w.-]{16,}$/ },
  { is: 'Slack', its: 'a Slack token', form: /^(?:xox[abeoprs]|xapp)-[\w.-]{10,}$/ },
  { is: 'Stripe', its: 'a Stripe key', form: /^(?:[sr]k_(?:live|test|prod)|whsec)_\w{10,}$/ },
  { is: 'npm', its: 'an npm token', form: /^npm_[A-Za-z0-9]{16,}$/ },
  { is: 'SendGrid', its: 'a SendGrid key', form: /^SG\.[\w-]{16,}\.[\w-]{16,}$/ },
  { is: 'tenfold', its: 'an age identity', form: /^AGE-SECRET-KEY-/i },
]

/** Whether a value is made only of words used in examples, or of one repeated character after a prefix. */
function isPlaceholder(value: string): boolean {
  if (/^(?:[a-z]{1,8}[-_]){0,3}([x*.#•_-])\1{5,}$/i.test(value)) return true
  const words = value
    .toLowerCase()
    .split(/[^a-z0-9]+/)
    .filter((word) => word !== '')
  return words.some((word) => TELLING.has(word)) && words.every((word) => TELLING.has(word) || OTHER.has(word))
}

const TELLING: ReadonlySet<string> = new Set([
  'your',
  'here',
  'insert',
  'enter',
  'paste',
  'replace',
  'change',
  'changeme',
  'changethis',
  'replaceme',
  'dummy',
  'fake',
  'example',
  'sample',
  'placeholder',
  'todo',
  'tbd',
  'fixme',
  'none',
  'null',
  'undefined',
  'redacted',
  'removed',
  'missing',
  'yourkey',
  'yourapikey',
  'xxx',
  'xxxx',
])
const OTHER: ReadonlySet<string> = new Set([
  'a',
  'an',
  'the',
  'my',
  'me',
  'this',
  'it',
  'with',
  'in',
  'is',
  'for',
  'to',
  'own',
  'real',
  'actual',
  'valid',
  'value',
  'put',
  'set',
  'add',
  'not',
  'api',
  'apikey',
  'key',
  'keys',
  'token',
  'secret',
  'goes',
  'sk',
  'ant',
  'proj',
  'api03',
  'openai',
  'anthropic',
  'claude',
  'dalle',
  'dall',
  'e',
  'runware',
  'azure',
  'production',
  'prod',
  'staging',
  'test',
])
