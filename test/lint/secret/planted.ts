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
const SMALL_AND_DIGITS = `${SMALL}${DIGITS}`

/** Of which vendors without a form of their own make their keys. */
export const ALPHABETS: Readonly<Record<string, string>> = {
  hexadecimal: HEX,
  'hexadecimal in capitals': HEX.toUpperCase(),
  'small letters and digits': SMALL_AND_DIGITS,
  'capitals and digits': SMALL_AND_DIGITS.toUpperCase(),
  base32: `${SMALL.toUpperCase()}234567`,
  'letters and digits': LETTERS_AND_DIGITS,
  letters: `${SMALL}${SMALL.toUpperCase()}`,
  'small letters': SMALL,
  digits: DIGITS,
  base64: `${LETTERS_AND_DIGITS}+/`,
  'base64 for URLs': URL_SAFE,
}

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
  plain('Cerebras', 'csk-', random(48, 51, SMALL_AND_DIGITS)),
  plain('fal', '', `${uuid(52)}:${random(32, 53, HEX)}`),
  plain('Langfuse', 'sk-lf-', uuid(54)),
  plain('Langfuse, public', 'pk-lf-', uuid(55)),
  plain('LangSmith', 'lsv2_pt_', `${random(32, 56, HEX)}_${random(10, 57, HEX)}`),
  plain('LangSmith, service', 'lsv2_sk_', `${random(32, 58, HEX)}_${random(10, 59, HEX)}`),
  plain('Leonardo', 'LEONARDO_API_KEY=', uuid(60)),
  plain('Mailgun', '', `${random(32, 61, HEX)}-${random(8, 62, HEX)}-${random(8, 63, HEX)}`),
  plain('Mailgun, old', 'key-', random(32, 64, HEX)),
  plain('Telegram', '', `${random(10, 65, '123456789')}:AA${random(33, 66, URL_SAFE)}`),
  plain('Discord', 'MT', `${random(24, 67)}.${random(6, 68, URL_SAFE)}.${random(38, 69, URL_SAFE)}`),
  plain('Azure OpenAI', 'AZURE_OPENAI_KEY: ', random(32, 70, HEX)),
  plain('Deepgram', 'Authorization: Token ', random(40, 71, HEX)),
  plain('Fireworks', 'fw_', random(24, 72)),
  plain('Google, new', 'AQ.', `Ab8${random(47, 73, URL_SAFE)}`),
  plain('Cohere', '', random(40, 74)),
  plain('Voyage', 'pa-', random(43, 75, URL_SAFE)),
  plain('Tavily', 'tvly-dev-', random(32, 76)),
  plain('Pinecone', 'pcsk_', `${random(6, 77)}_${random(63, 78)}`),
  plain('Together', 'tgp_v1_', random(43, 79, URL_SAFE)),
  plain('Notion', 'ntn_', `${random(11, 80, DIGITS)}${random(35, 81)}`),
  plain('Vercel', 'vck_', random(56, 82)),
  plain('Bedrock', 'ABSK', random(120, 83, `${LETTERS_AND_DIGITS}+/`)),
  plain('GitLab, feature flags', 'glffct-', random(20, 84, URL_SAFE)),
  plain('GitLab, OAuth', 'gloas-', random(64, 85, HEX)),
  plain('GitLab, runner', 'GR1348941', random(20, 86, URL_SAFE)),
  plain('Slack workflow', 'https://hooks.slack.com/workflows/', slackPath('A')),
  plain('Slack trigger', 'https://hooks.slack.com/triggers/', slackPath('')),
  plain('Stripe, prod', 'sk_prod_', random(24, 88)),
  plain('Stripe, restricted prod', 'rk_prod_', random(24, 89)),
  plain('Azure client secret', '', `${random(3, 90)}8Q~${random(34, 91, URL_SAFE)}`),
  plain('Airtable', 'pat', `${random(14, 92)}.${random(64, 93, HEX)}`),
  plain('Twilio', 'SK', random(32, 94, HEX)),
  plain(
    'Discord web hook',
    'https://discord.com/api/webhooks/',
    `${random(18, 95, '123456789')}/${random(68, 96, URL_SAFE)}`,
  ),
  plain('Doppler', 'dp.st.prd.', random(43, 97)),
  plain('Vault', 'hvs.', random(95, 98, URL_SAFE)),
]

/** As Leonardo, Black Forest Labs and others give them, and as anything else may be called. */
export function uuid(seed: number): string {
  return [8, 4, 4, 4, 12].map((length, i) => random(length, seed * 100 + i, HEX)).join('-')
}

function slackPath(letter: string): string {
  const [team, flow] = [random(8, 101, `${SMALL.toUpperCase()}${DIGITS}`), random(12, 102, DIGITS)]
  return `T${team}/${letter}${flow}/${random(18, 103, DIGITS)}/${random(24, 104)}`
}

function plain(kind: string, start: string, body: string, end = ''): Kind {
  return { kind, key: `${start}${body}${end}`, body }
}

/** In one line, as it stands where it was pasted into something that has no lines. */
function pem(type: string, body: string): Kind {
  return { kind: type, key: `-----BEGIN ${type}----- ${body} -----END ${type}-----`, body }
}

const base64 = (text: string): string => Buffer.from(text).toString('base64')
const hex = (text: string): string => Buffer.from(text).toString('hex')
const each = (text: string, show: (code: number) => string): string =>
  Array.from(text, (c) => show(c.charCodeAt(0))).join('')
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
  [
    'letters moved by thirteen',
    (key) =>
      key.replace(/[A-Za-z]/g, (letter) => {
        return String.fromCharCode(letter.charCodeAt(0) + (letter.toLowerCase() < 'n' ? 13 : -13))
      }),
  ],
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
