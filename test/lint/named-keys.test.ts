import { describe, expect, it } from 'vitest'
import { credentialIn, maskCredentials } from '../../src/credentials/index.ts'
import { ALPHABETS, random, uuid } from './secret/planted.ts'

/** How a name and its value stand in settings, in source code, in markup and in a sentence. */
const SPELLINGS: readonly (readonly [spelling: string, write: (key: string) => string])[] = [
  ['a shell', (key) => `export OPENAI_API_KEY=${key}`],
  ['a name without API', (key) => `OPENAI_KEY: ${key}`],
  ['Azure’s usual name', (key) => `"AZURE_OPENAI_KEY": "${key}"`],
  ['snake case', (key) => `azure_openai_key = '${key}'`],
  ['kebab case', (key) => `openai-key: ${key}`],
  ['camel case', (key) => `openaiKey: "${key}",`],
  ['a number behind the name', (key) => `API_KEY_2=${key}`],
  ['an environment behind the name', (key) => `api_key_prod: ${key}`],
  ['JSON', (key) => `{"xToken":"${key}"}`],
  ['TypeScript', (key) => `const xToken: string = "${key}"`],
  ['Go', (key) => `var xToken string = "${key}"`],
  ['Rust', (key) => `let api_key: &str = "${key}";`],
  ['Java', (key) => `private static final String API_KEY = "${key}";`],
  ['C#', (key) => `public string ApiKey { get; set; } = "${key}";`],
  ['Kotlin', (key) => `val apiKey: String? = "${key}"`],
  ['C++', (key) => `std::string api_key("${key}");`],
  ['Python', (key) => `os.environ["OPENAI_API_KEY"] = "${key}"`],
  ['Ruby', (key) => `ENV['OPENAI_KEY'] ||= '${key}'`],
  ['PHP', (key) => `define('API_KEY', '${key}');`],
  ['a PHP array', (key) => `'api_key' => '${key}',`],
  ['a setter', (key) => `setProperty("X_TOKEN", "${key}")`],
  ['XML', (key) => `<xToken>${key}</xToken>`],
  ['an attribute', (key) => `<add key="OpenAIKey" value="${key}" />`],
  ['Kubernetes', (key) => `- name: OPENAI_API_KEY\n  value: ${key}`],
  ['a block', (key) => `api_key: >-\n  ${key}`],
  ['make’s ?=', (key) => `X_TOKEN ?= ${key}`],
  ['make’s :=', (key) => `X_TOKEN := ${key}`],
  ['make’s ::=', (key) => `X_TOKEN ::= "${key}"`],
  ['PHP’s .=', (key) => `$x_TOKEN .= "${key}"`],
  ['Authorization: Token', (key) => `Authorization: Token ${key}`],
  ['Authorization: Bearer', (key) => `curl -H "Authorization: Bearer ${key}"`],
  ['Authorization: Key', (key) => `Authorization: Key ${key}`],
  ['a header', (key) => `x-api-key: ${key}`],
  ['a flag', (key) => `tool --api-key ${key}`],
  ['a query', (key) => `https://api.example.com/v1?key=${key}&limit=1`],
  ['Docker', (key) => `ENV OPENAI_API_KEY ${key}`],
  ['a table', (key) => `| API key | ${key} |`],
  ['Markdown', (key) => `**API key:** \`${key}\``],
  ['a sentence', (key) => `my API key is ${key}`],
  ['creds', (key) => `creds = ${key}`],
  ['passwd', (key) => `passwd = "${key}"`],
  ['user_auth', (key) => `"user_auth": "${key}"`],
  ['credentials', (key) => `"credentials": "${key}"`],
  ['a syntax error', (key) => `token: ${key}: x`],
]

/** Chance makes a word now and then, above all of twenty small letters. */
const MOST_OF = 0.85
/** What is innocent by its name alone. */
const DIGEST = random(32, 200, ALPHABETS['hexadecimal'])
const MIXED = random(24, 201)
const SEEDS = Array.from({ length: 25 }, (_, i) => i + 1)

describe('what stands behind the name of a key', () => {
  it.each(Object.keys(ALPHABETS))('is one if it is twenty characters of %s', (name) => {
    for (const length of [20, 32, 40, 64]) {
      const keys = SEEDS.map((seed) => random(length, seed * 31 + length, ALPHABETS[name]))
      const found = keys.filter((key) => credentialIn(`OPENAI_KEY=${key}`) !== undefined)
      expect(found.length / keys.length, `${length} of ${name}`).toBeGreaterThanOrEqual(length === 20 ? MOST_OF : 0.95)
    }
  })

  it.each(SPELLINGS)('is one in %s, and is masked', (_, write) => {
    for (const key of [
      random(32, 5, ALPHABETS['hexadecimal']),
      random(40, 6),
      uuid(7),
      random(24, 8, ALPHABETS['small letters and digits']),
    ]) {
      const text = write(key)
      expect(credentialIn(text), text).toBeDefined()
      const masked = maskCredentials(text)
      for (let i = 0; i + 8 <= key.length; i++) expect(masked).not.toContain(key.slice(i, i + 8))
    }
  })

  it.each([
    'max_tokens: 4000',
    '"token_count": 1234567890123456789012',
    'key_id: 6f1ed002-ab5f-4c6d-9a3b-3b0e2f1c9d55',
    'keyword: d3486ae9136e7856bc42212385ea797094475802',
    'tokenizer: cl100k_base-2024-01-31-abcdef12',
    'keyboard=qwertyuiopasdfghjklzxcvbnm',
    'id: 6f1ed002-ab5f-4c6d-9a3b-3b0e2f1c9d55',
    'commit: d3486ae9136e7856bc42212385ea797094475802',
    'secret: { secret: OPENAI_API_KEY }',
    'api_key: OPENAI_API_KEY_FOR_PRODUCTION_IN_EUROPE',
    'token: claude-3-5-sonnet-20241022',
    'key: gpt-4o-mini-2024-07-18',
    'key: meta-llama/Llama-3.3-70B-Instruct-Turbo',
    'const token = generateRandomTokenWithExpiry(user)',
    'apiKey: process.env.OPENAI_API_KEY',
    'api_key=os.environ["OPENAI_API_KEY"]',
    'token = config.services.openai.token.value',
    'secretKey = getSecretKeyFromEnvironmentOrThrow()',
    `publicToken = "${MIXED}"`,
    `publicKey: "${DIGEST}"`,
    `public_key_2 = ${DIGEST}`,
    `The primary key is ${DIGEST}`,
    `cache key: ${DIGEST}`,
    'Idempotency-Key: 6f1ed002-ab5f-4c6d-9a3b-3b0e2f1c9d55',
    'sort_key=2024-01-31#6f1ed002-ab5f-4c6d-9a3b-3b0e2f1c9d55',
    `next_page_token: ${MIXED}`,
    'recipient key: age1ql3z7hjy54pw3hyww5ayyfg7zqgvc7w3j2elw8zmrj2kg5sfn9aqmcac8p',
    'the key: SHA256:47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU',
    'token: sha256-47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=',
    'key: value, and the value is a key: internationalisation',
    'The key to success: perseverance and incomprehensibilities',
    'secret: Donaudampfschifffahrtsgesellschaftskapitän',
    'password: correct-horse-battery-staple-again',
    'key: https://example.org/a/very/long/path/with-many-parts/and_more',
    'key: images/2024/01/31/header-image-final.png',
    `key: ${DIGEST}.png`,
    'token: ${{ secrets.GITHUB_TOKEN }}',
    'token: {{ steps.app-token.outputs.token }}',
    'api_key: your-api-key-goes-here-0123',
    'api_key = "INSERT-YOUR-KEY-HERE-1234567890"',
    'Authorization: Bearer YOUR_ACCESS_TOKEN',
    'Authorization: Token <40 hexadecimal digits>',
    'token: xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx',
    'key: 00000000-0000-0000-0000-000000000000x',
    '--token-color: #1a2b3c4d; --key-shadow: rgba(0,0,0,0.25)',
    'hotkey: ctrl+shift+alt+cmd+f12',
    'auth: required-for-all-endpoints-since-2024',
    'basic: gradient(linear, left top, left bottom)',
    'The secret is: AlwaysBeKindToYourReadersAndNeverLieToThem2',
    'token: 3.14159265358979323846',
    'keys: 2024-01-31, 2024-02-29, 2024-03-31',
    'keyframes: translate3d(0,0,0) rotate3d(1,1,1,45deg)',
    'tokens: 12,345,678,901,234,567,890',
    'turkey: roast-for-180-minutes-at-180C',
  ])('is none in %j', (text) => {
    expect(credentialIn(text)).toBeUndefined()
    expect(maskCredentials(text)).toBe(text)
  })
})

describe('a beginning', () => {
  it.each([
    'uses hf_servingcellpriorityofneighbours',
    'hf_InternalTestingTinyRandomModelForUnitTests',
    'gsk_managementconsultingandadvisory',
    'fw_networkinterfaceconfiguration',
    'pa-ndemic-preparedness-and-response-in-2024-and-beyond',
    'al-andalus-and-the-history-of-the-mediterranean-2024',
    'up_andcomingauthorsoftheyearlist',
    'ck-editor-plugins-for-professional-teams-2024',
    'key-takeaways-from-the-conference',
    'secret_ingredientsofthebestrestaurants',
    'AQ. Answer the question',
    'https://example.com/api/webhooks/incoming',
    'FAQ.html',
    'SK-Slovakia',
    'xai-explainableartificialintelligence',
    'fc-barcelona-and-its-supporters-clubs',
    'at 10:AA meeting of the anonymous',
    're_construction_of_the_old_town',
    'Q~A session',
  ])('alone is no key: %s', (text) => {
    expect(credentialIn(text)).toBeUndefined()
    expect(maskCredentials(text)).toBe(text)
  })
})
