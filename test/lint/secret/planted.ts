/** Made up when a test runs, and the same each time, so that no scanner takes a file of ours for a leak. */
export function random(length: number, seed = 1, alphabet = LETTERS_AND_DIGITS): string {
  let state = seed * 7919
  return Array.from({ length }, () => {
    state = (state * 1103515245 + 12345) % 2147483648
    return alphabet.charAt(Math.floor(state / 65536) % alphabet.length)
  }).join('')
}

const DIGITS = '0123456789'
const SMALL = 'abcdefghijklmnopqrstuvwxyz'
const LETTERS_AND_DIGITS = `${SMALL.toUpperCase()}${SMALL}${DIGITS}`
const URL_SAFE = `${LETTERS_AND_DIGITS}-_`
const BECH32 = 'QPZRY9X8GF2TVDW0S3JN54KHCE6MUA7L'
const HEX = `${DIGITS}abcdef`

export interface Kind {
  readonly kind: string
  readonly key: string
  /** The part of it that nobody may see any piece of. */
  readonly body: string
}

/** One credential of each kind. */
export const KINDS: readonly Kind[] = [
  plain('OpenAI', 'sk-', `${random(20, 1)}${Buffer.from('OpenAI').toString('base64')}${random(20, 2)}`),
  plain('OpenAI project', 'sk-proj-', random(74, 3, URL_SAFE)),
  plain('OpenAI service account', 'sk-svcacct-', random(74, 4, URL_SAFE)),
  plain('OpenAI admin', 'sk-admin-', random(74, 5, URL_SAFE)),
  plain('Anthropic', 'sk-ant-api03-', random(95, 6, URL_SAFE)),
  plain('Anthropic admin', 'sk-ant-admin01-', random(95, 7, URL_SAFE)),
  plain('Anthropic OAuth', 'sk-ant-oat01-', random(95, 8, URL_SAFE)),
  plain('Google', 'AIza', `Sy${random(33, 9, URL_SAFE)}`),
  plain('Runware', '', random(32, 10)),
  plain('age', 'AGE-SECRET-KEY-1', random(58, 11, BECH32)),
  plain('age, post-quantum', 'AGE-SECRET-KEY-PQ-1', random(58, 12, BECH32)),
  plain('AWS', 'AKIA', random(16, 13, `${SMALL.toUpperCase()}234567`)),
  plain('GitHub', 'ghp_', random(36, 14)),
  plain('GitHub, fine-grained', 'github_pat_', `${random(22, 15)}_${random(59, 16)}`),
  plain('GitLab', 'glpat-', random(20, 17, URL_SAFE)),
  plain('Slack', 'xoxb-', `${random(12, 18, DIGITS)}-${random(13, 19, DIGITS)}-${random(24, 20)}`),
  plain('Hugging Face', 'hf_', random(34, 21)),
  plain('Stripe', 'sk_live_', random(24, 22)),
  plain('Stripe, restricted', 'rk_live_', random(24, 23)),
  plain('SendGrid', 'SG.', `${random(22, 24)}.${random(43, 25)}`),
  plain('Replicate', 'r8_', random(37, 26)),
  plain('Groq', 'gsk_', random(52, 27)),
  plain('xAI', 'xai-', random(80, 28)),
  plain('Perplexity', 'pplx-', random(48, 29)),
  plain('JSON web token', 'eyJ', `${random(33, 30)}.eyJ${random(60, 31)}.${random(43, 32)}`),
  plain('URL with a password', 'https://bob:', random(20, 33), '@example.com'),
  plain('Ed25519 in base64', ['MC4CAQAwBQYDK2Vw', 'BCIEI'].join(''), random(43, 34)),
  plain('bearer', 'Authorization: Bearer ', random(40, 35)),
  plain('named', 'api_key=', random(32, 36, HEX)),
  plain('Azure', '', `${random(52, 37)}JQQJ99${random(26, 38)}`),
  ...['', 'RSA ', 'EC ', 'OPENSSH ', 'ENCRYPTED '].map((type, i) => pem(`${type}PRIVATE KEY`, random(64, 40 + i))),
  pem('PGP PRIVATE KEY BLOCK', random(64, 46)),
]

function plain(kind: string, start: string, body: string, end = ''): Kind {
  return { kind, key: `${start}${body}${end}`, body }
}

/** In one line, as it stands where it was pasted into something that has no lines. */
function pem(type: string, body: string): Kind {
  return { kind: type, key: `-----BEGIN ${type}----- ${body} -----END ${type}-----`, body }
}

const base64 = (text: string): string => Buffer.from(text).toString('base64')
const hex = (text: string): string => Buffer.from(text).toString('hex')
const each = (text: string, show: (code: number) => string): string => Array.from(text, (c) => show(c.charCodeAt(0))).join('')
const byte = (code: number): string => code.toString(16).padStart(2, '0')

/** What people do to a key so that a scanner lets it pass, or a tool for them. */
export const DISGUISES: readonly (readonly [name: string, disguise: (key: string) => string])[] = [
  ['base64', base64],
  ['base64 without padding', (key) => base64(`k=${key}`).replace(/=+$/, '')],
  ['base64 for URLs', (key) => Buffer.from(`{"k":"${key}"}`).toString('base64url')],
  ['base64 over lines', (key) => base64(key).replace(/.{24}/g, '$&\n')],
  ['base64 after words', (key) => `take this one ${base64(key)} and go`],
  ['base64 twice', (key) => base64(base64(key))],
  ['base64 backwards', (key) => [...base64(key)].reverse().join('')],
  ['hexadecimal', hex],
  ['hexadecimal in capitals', (key) => hex(key).toUpperCase()],
  ['hexadecimal with colons', (key) => hex(key).replace(/..(?=.)/g, '$&:')],
  ['hexadecimal with spaces', (key) => hex(key).replace(/..(?=.)/g, '$& ')],
  ['hexadecimal escapes', (key) => each(key, (code) => `\\x${byte(code)}`)],
  ['Unicode escapes', (key) => each(key, (code) => `\\u00${byte(code)}`)],
  ['long Unicode escapes', (key) => each(key, (code) => `\\U000000${byte(code)}`)],
  ['percent signs', (key) => each(key, (code) => `%${byte(code)}`)],
  ['decimal entities', (key) => each(key, (code) => `&#${code};`)],
  ['hexadecimal entities', (key) => each(key, (code) => `&#x${byte(code)};`)],
  ['backwards', (key) => [...key].reverse().join('')],
  ['letters moved by thirteen', (key) => key.replace(/[A-Za-z]/g, (letter) => {
    return String.fromCharCode(letter.charCodeAt(0) + (letter.toLowerCase() < 'n' ? 13 : -13))
  })],
  ['zero-width spaces', (key) => [...key].join('\u200b')],
  ['soft hyphens', (key) => key.replace(/.{5}/g, '$&\u00ad')],
  ['word joiners', (key) => key.replace(/.{3}/g, '$&\u2060')],
  ['full width', (key) => each(key, (code) => String.fromCharCode(code === 32 ? 0x3000 : code + 0xfee0))],
  ['a line end', (key) => `${key.slice(0, 24)}\n  ${key.slice(24)}`],
  ['a line end in its beginning', (key) => `${key.slice(0, 5)}\n${key.slice(5)}`],
  ['a space between all letters', (key) => [...key].join(' ')],
  ['quotes and a plus', (key) => `"${key.slice(0, 6)}" + "${key.slice(6, 30)}" + '${key.slice(30)}'`],
  ['a list in the text', (key) => `["${key.slice(0, 20)}", "${key.slice(20)}"]`],
]
