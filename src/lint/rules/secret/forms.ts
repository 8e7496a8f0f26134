/**
 * A credential that its beginning gives away. The beginnings are literal, so that one pass over a text finds all of
 * them, and what follows is looked at through a window of fixed size: no text makes this slower than its length.
 */
export interface Form {
  readonly what: string
  readonly starts: readonly string[]
  /** What must follow the beginning; its match is the part that nobody can guess. */
  readonly rest: RegExp
  /** What must precede it, where the beginning may stand inside a word; otherwise no letter or digit may. */
  readonly after?: RegExp
  /** Where the form alone says that what follows is no word and no placeholder. */
  readonly sure?: true
}

/** No name or slug ends the beginning `sk-` so: one long run, with digits among its letters or longer than any word. */
const OPENAI_OLD =
  /^(?:[A-Za-z0-9]+[_-]){0,4}(?:(?=[A-Za-z]*[0-9])(?=[0-9]*[A-Za-z])[A-Za-z0-9]{20,}|[A-Za-z]{26,})[A-Za-z0-9_-]*/

export const FORMS: readonly Form[] = [
  { what: 'an Anthropic key', starts: ['sk-ant-'], rest: /^[A-Za-z0-9_-]{20,}/ },
  { what: 'an OpenAI key', starts: ['sk-proj-', 'sk-svcacct-', 'sk-admin-', 'sk-None-'], rest: /^[A-Za-z0-9_-]{20,}/ },
  { what: 'an OpenRouter key', starts: ['sk-or-v1-'], rest: /^[A-Za-z0-9]{20,}/ },
  { what: 'an OpenAI key', starts: ['sk-'], rest: OPENAI_OLD },
  { what: 'a Google key', starts: ['AIza'], rest: /^[A-Za-z0-9_-]{35}/ },
  { what: 'a Google client secret', starts: ['GOCSPX-'], rest: /^[A-Za-z0-9_-]{24,}/ },
  { what: 'a Google token', starts: ['ya29.'], rest: /^[A-Za-z0-9_-]{24,}/ },
  {
    what: 'an AWS key',
    starts: ['AKIA', 'ASIA', 'ABIA', 'ACCA'],
    rest: /^(?![A-Z0-9]*EXAMPLE)[A-Z0-9]{16}(?![A-Za-z0-9])/,
  },
  { what: 'a GitHub token', starts: ['ghp_', 'gho_', 'ghu_', 'ghs_', 'ghr_'], rest: /^[A-Za-z0-9]{36,}/ },
  { what: 'a GitHub token', starts: ['github_pat_'], rest: /^[A-Za-z0-9_]{40,}/ },
  {
    what: 'a GitLab token',
    starts: ['glpat-', 'gldt-', 'glrt-', 'glptt-', 'glcbt-', 'glsoat-', 'glft-', 'glimt-', 'glagent-'],
    rest: /^[A-Za-z0-9_.-]{20,}/,
  },
  {
    what: 'a Slack token',
    starts: ['xoxa-', 'xoxb-', 'xoxe-', 'xoxe.', 'xoxo-', 'xoxp-', 'xoxr-', 'xoxs-', 'xapp-', 'xwfp-'],
    rest: /^[A-Za-z0-9.-]{10,}/,
  },
  { what: 'a Slack web hook', starts: ['hooks.slack.com/services/'], rest: /^[A-Za-z0-9/]{30,}/ },
  { what: 'a Hugging Face token', starts: ['hf_', 'api_org_'], rest: /^[A-Za-z0-9]{30,}/ },
  {
    what: 'a Stripe key',
    starts: ['sk_live_', 'rk_live_', 'sk_test_', 'rk_test_', 'whsec_'],
    rest: /^[A-Za-z0-9_]{16,}/,
  },
  { what: 'a SendGrid key', starts: ['SG.'], rest: /^[A-Za-z0-9_-]{16,32}\.[A-Za-z0-9_-]{30,}/ },
  { what: 'a Replicate token', starts: ['r8_'], rest: /^[A-Za-z0-9]{30,}/ },
  { what: 'a Groq key', starts: ['gsk_'], rest: /^[A-Za-z0-9]{30,}/ },
  { what: 'an xAI key', starts: ['xai-'], rest: /^[A-Za-z0-9]{30,}/ },
  { what: 'a Perplexity key', starts: ['pplx-'], rest: /^[A-Za-z0-9]{30,}/ },
  { what: 'an ElevenLabs key', starts: ['sk_'], rest: /^[0-9a-f]{40,}/ },
  { what: 'an NVIDIA key', starts: ['nvapi-'], rest: /^[A-Za-z0-9_-]{40,}/ },
  { what: 'a Databricks token', starts: ['dapi'], rest: /^[0-9a-f]{32}/ },
  { what: 'a package registry’s token', starts: ['npm_', 'pypi-AgE'], rest: /^[A-Za-z0-9_-]{36,}/ },
  { what: 'an access token', starts: ['dop_v1_', 'shpat_', 'shpss_', 'sbp_'], rest: /^[0-9a-f]{32,}/ },
  { what: 'an age identity', starts: ['AGE-SECRET-KEY-', 'age-secret-key-'], rest: /^(?:PQ-)?1[A-Z0-9]{20,}/i },
  // A key's own structure, as it begins in base64: Ed25519 and X25519, RSA, the EC curves, and that of OpenSSH.
  { what: 'a private key', starts: ['MC4CAQAwBQYDK2VwBCIEI', 'MC4CAQAwBQYDK2VuBCIEI'], rest: /^[A-Za-z0-9+/_-]{20,}/ },
  {
    what: 'a private key',
    starts: ['IBADANBgkqhkiG9w0BAQEFAASC', 'AgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQg', 'b3BlbnNzaC1rZXktdjEA'],
    rest: /^[A-Za-z0-9+/_-]{20,}/,
    after: /^/,
  },
  // And as bytes, which is what decoding it gives.
  {
    what: 'a private key',
    starts: ['+ep\x04"\x04 ', '+en\x04"\x04 ', 'openssh-key-v1\0'],
    rest: /^[^]{8}/,
    after: /^/,
    sure: true,
  },
  // The second part of a JSON web token: the dot before it is rarer than its beginning.
  { what: 'a JSON web token', starts: ['.eyJ'], rest: /^[A-Za-z0-9_-]{10,}/, after: /[A-Za-z0-9_-]{10}$/, sure: true },
  { what: 'an Azure key', starts: ['JQQJ99'], rest: /^[A-Za-z0-9]{24,}/, after: /[A-Za-z0-9]{40}$/ },
]

/** In bytes that are no text otherwise. */
export const KEY_BYTES = /\+e[np]\x04"\x04 |openssh-key-v1\0/

/** Stands for whatever separates the parts of a split key. It is neither a letter nor whitespace. */
export const GAP = '\u0001'
