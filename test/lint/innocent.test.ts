import { createHash, randomBytes } from 'node:crypto'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { credentialIn, maskCredentials } from '../../src/credentials/index.ts'
import { check } from '../../src/check/check-configuration.ts'
import { openConfiguration } from '../../src/source/open-configuration.ts'
import { diagnosticsOf } from '../support/config.ts'
import { ROOT } from '../support/run.ts'

const digest = (algorithm: string, encoding: 'hex' | 'base64' | 'base64url', text = 'tenfold'): string =>
  createHash(algorithm).update(text).digest(encoding)
const image = (bytes: number): string =>
  `iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJ${noise(bytes).toString('base64')}`

/** The same bytes each time. */
function noise(bytes: number): Buffer {
  const blocks = Array.from({ length: Math.ceil(bytes / 32) }, (_, i) =>
    createHash('sha256').update(String(i)).digest(),
  )
  return Buffer.concat(blocks).subarray(0, bytes)
}

const PROMPTS = [
  'Write a 1,200-word article about {topic}. Use H2 and H3 headings, and end with a call to action.',
  'You are a senior SEO editor. Rewrite the text below in plain English, at most 20 words a sentence.',
  'Group these keywords: [IGNY8_KEYWORDS]\n\nReturn JSON with the keys "clusters" and "unclustered".',
  'Act as a data scientist. Explain scikit-learn (sk-learn) pipelines to a beginner in 5 steps.',
  'Summarise https://example.com. Contact: info@example.com, or see https://example.org/a:b.',
  'Schreibe einen Artikel über die Donaudampfschifffahrtsgesellschaftskapitänswitwe und ihre Rindfleischetikettierungsüberwachungsaufgabenübertragungsgesetze.',
  'Fasse den Text in 3 Sätzen zusammen. Verwende „du“ statt „Sie“ und höchstens 2 Kommas pro Satz.',
  'Rédigez une introduction de 150 mots sur l’anticonstitutionnellement, sans jargon ni anglicismes.',
  'Escribe una lista de 10 ideas para un blog de viajes; cada una con un título de menos de 60 caracteres.',
  'Scrivi un testo di 300 parole sul caffè: storia, preparazione, 2 ricette e un consiglio finale.',
  'Napisz artykuł o długości 800 słów na temat ogrodnictwa; użyj 4 nagłówków i listy wypunktowanej.',
  'Напишите статью о садоводстве: 5 разделов, по 120 слов каждый, без воды и канцелярита.',
  'Напишіть короткий опис товару: 2 абзаци, 80 слів, дружній тон.',
  '以下のキーワードを3〜8個のグループに分けてください。JSONのみで回答してください。',
  '请将以下关键词分组，每组3到10个，并用JSON格式返回结果。不要添加新的关键词。',
  '다음 키워드를 주제별로 묶고, 각 묶음에 2~5단어의 이름을 붙이세요.',
  'اكتب مقالة من 500 كلمة عن القهوة، مع 3 عناوين فرعية وخاتمة.',
  'כתוב מאמר של 400 מילים על גינון ביתי, עם 3 כותרות משנה.',
  'बागवानी पर 300 शब्दों का लेख लिखें, 3 उपशीर्षकों के साथ।',
  'เขียนบทความ 400 คำเกี่ยวกับกาแฟ พร้อมหัวข้อย่อย 3 หัวข้อ',
  'Viết một bài 500 từ về cà phê Việt Nam, gồm 4 tiêu đề phụ.',
  'Yaz: 300 kelimelik bir makale, 3 alt başlık, samimi bir ton; "Afyonkarahisarlılaştıramadıklarımızdan" geçmesin.',
  'Skriv en artikel på 400 ord om kaffe. Använd 3 underrubriker. sk-SK, cs-CZ, sv-SE och da-DK är språkkoder.',
  'Languages: sk-SK cs-CZ en-US de-DE fr-FR pt-BR zh-CN 2024 v1.2',
  'Kirjoita 300 sanan teksti aiheesta lentokonesuihkuturbiinimoottoriapumekaanikkoaliupseerioppilas.',
  'Never ask for an API key, a password or a token; if the user pastes one, tell them to revoke it.',
  'If the customer writes "my password is wrong", link to /account/reset-password-2024-edition.',
  'Ask-me-anything: the task-management-software-for-small-businesses-2024 comparison needs 5 products.',
  'Compare 1024x1024 and 1792x1024 images at 300 dpi; mention f/1.8, ISO 400 and 1/250 s.',
  'Photo of a red fox, 85mm lens, f1.4, bokeh, 8k, ultra-detailed, --ar 16:9 --v 6 --seed 1234567890',
  '(masterpiece:1.2), (best quality:1.1), 1girl, <lora:detail_v2:0.8>, steps: 30, CFG scale: 7, Model hash: 6ce0161689',
  'Negative prompt: lowres, bad anatomy, extra digits, 3d render, jpeg artifacts, NSFW, watermark',
  'The secret of a good sauce is patience; the key to a good roast is a token of restraint: 2h at 120C.',
  'The secret is: AlwaysBeKindToYourReadersAndNeverLieToThem2',
  'Keys: C major, G major, D minor 7, F#m7b5, Bbmaj9, E7sus4, Ab13, Gm7/C, A7b9',
  'Chess: 1.e4 e5 2.Nf3 Nc6 3.Bb5 a6 4.Ba4 Nf6 5.O-O Be7 6.Re1 b5 7.Bb3 d6 8.c3 O-O 9.h3 Nb8 10.d4 Nbd7',
  'Formula: C6H12O6 + 6O2 -> 6CO2 + 6H2O; also NaHCO3, H2SO4, C8H10N4O2, Ca10(PO4)6(OH)2, K3Fe(CN)6',
  'Knitting: K2 P2 K2 P2 YO K2tog SSK K1 P1 K1 P1 C4F C4B M1L M1R BO12 CO48 K2 P2 K2 P2',
  'Flights: LH400 FRA-JFK 10:50, BA178 JFK-LHR 08:05, QF1 SYD-SIN 16:00, EK201 DXB-JFK 08:30, PNR: X7K2PQ',
  'Postcodes: SW1A 1AA, EC1A 1BB, W1A 0AX, M1 1AE, B33 8TH, CR2 6XH, DN55 1PT, K1A 0B1, H0H 0H0',
]

const IDENTIFIERS = [
  '6f1ed002-ab5f-4c6d-9a3b-3b0e2f1c9d55',
  '123e4567-e89b-12d3-a456-426614174000',
  '{6F1ED002-AB5F-4C6D-9A3B-3B0E2F1C9D55}',
  'urn:uuid:f81d4fae-7dec-11d0-a765-00a0c91e6bf6',
  'task-6f1ed002-ab5f-4c6d-9a3b-3b0e2f1c9d55',
  '01ARZ3NDEKTSV4RRFFQ69G5FAV',
  '507f1f77bcf86cd799439011',
  'd3486ae9136e7856bc42212385ea797094475802',
  'd3486ae',
  'HEAD~3..d3486ae9136e',
  `sha256:${digest('sha256', 'hex')}`,
  digest('md5', 'hex'),
  digest('md5', 'hex').toUpperCase(),
  digest('sha1', 'hex'),
  digest('sha256', 'hex'),
  digest('sha512', 'hex'),
  digest('sha384', 'hex').toUpperCase(),
  `sha512-${digest('sha512', 'base64')}`,
  `sha384-${digest('sha384', 'base64')}`,
  `sha256-${digest('sha256', 'base64')}`,
  `"integrity": "sha512-${digest('sha512', 'base64', 'b')}"`,
  `SHA256:${digest('sha256', 'base64').replace('=', '')}`,
  digest('sha256', 'base64'),
  digest('sha1', 'base64'),
  `W/"${digest('md5', 'hex')}"`,
  `etag: "${digest('sha1', 'hex')}"`,
  `md5 ${digest('md5', 'hex')} file.zip`,
  'gpt-4o-mini-2024-07-18',
  'gpt-4.1-nano-2025-04-14',
  'claude-3-5-sonnet-20241022',
  'claude-opus-4-1-20250805',
  'runware:97@1',
  'runware:101@1',
  'civitai:133005@782002',
  'ft:gpt-4o:org::id',
  'ft:gpt-4o-mini-2024-07-18:acme-inc:support-bot:9ABCdefG',
  'dall-e-3',
  'text-embedding-3-large',
  'o4-mini-deep-research-2025-06-26',
  'chatgpt-4o-latest',
  'meta-llama/Llama-3.3-70B-Instruct-Turbo',
  'mistralai/Mixtral-8x22B-Instruct-v0.1',
  'Qwen/Qwen2.5-Coder-32B-Instruct-GPTQ-Int4',
  'stabilityai/stable-diffusion-xl-base-1.0',
  'black-forest-labs/FLUX.1-schnell',
  'gemini-2.5-flash-preview-05-20',
  'anthropic.claude-3-haiku-20240307-v1:0',
  'arn:aws:bedrock:us-east-1::foundation-model/amazon.titan-text-express-v1',
  'pplx-70b-online',
  'pplx-7b-chat',
  'xai-grok-2-vision-1212',
  'hf_internal_testing_tiny_random_model',
  'sk-learn',
  'sk-learn-pipelines-for-beginners',
  'sk-learn-pipelines-2024-edition',
  'sk-internationalisation-team',
  'risk-assessment-of-the-whole-organisation',
  'task-0123456789012345678901234567',
  'desk-organiser-2000-deluxe-oak-veneer',
  'ask-jeeves-2024-revival-campaign-plan',
  'DE89 3704 0044 0532 0130 00',
  'DE89370400440532013000',
  'GB29NWBK60161331926819',
  'FR7630006000011234567890189',
  'MT84MALT011000012345MTLCAST001S',
  'COBADEFFXXX',
  '+49 30 901820',
  '+1 (555) 010-9999',
  '0044 20 7946 0958',
  '555-0100 ext. 12',
  '978-3-16-148410-0',
  '4111 1111 1111 1111',
  'VAT: ATU12345678',
  'WVWZZZ1JZXW000001',
  '192.168.1.1',
  '2001:0db8:85a3:0000:0000:8a2e:0370:7334',
  '00:1A:2B:3C:4D:5E',
  '1.2.3-beta.4+build.567',
  'v20.11.1',
  '2024-01-31T12:34:56.789Z',
  'P1Y2M10DT2H30M',
  '#ff8800',
  'U+1F600',
  'JBSWY3DPEBLW64TMMQQQ====',
  'MFRGGZDFMZTWQ2LKNNWG23TPOBYXE43UOV3HO6DZPI======',
  'A1B2-C3D4-E5F6',
  'ABCDE-12345-FGHIJ-67890',
  'XXXX-XXXX-XXXX-XXXX',
  'XXXXX-XXXXX-XXXXX-XXXXX-XXXXX',
  'dQw4w9WgXcQ',
  'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIBmQyr0dVp1T3hq5m3yP0pYbQW9Yq7Cw7bq1XkqQxk1Z ops@example.com',
  'age1ql3z7hjy54pw3hyww5ayyfg7zqgvc7w3j2elw8zmrj2kg5sfn9aqmcac8p',
  `public key: ${digest('sha256', 'base64')}`,
  `MCowBQYDK2VwAyEA${digest('sha256', 'base64')}`,
  'getUserProfileByIdAndRefreshTheCache',
  'AbstractSingletonProxyFactoryBeanV2Config',
  '-----BEGIN PUBLIC KEY-----',
  '-----BEGIN CERTIFICATE-----',
  '-----BEGIN PGP PUBLIC KEY BLOCK-----',
  '-----BEGIN AGE ENCRYPTED FILE-----',
]

const PLACEHOLDERS = [
  'sk-...',
  'sk-…',
  'sk-ant-...',
  'sk-proj-…',
  'YOUR_API_KEY',
  '<YOUR_API_KEY>',
  'your-api-key-here',
  `sk-${'x'.repeat(48)}`,
  `sk-proj-${'X'.repeat(40)}`,
  `sk-ant-api03-${'x'.repeat(90)}`,
  `sk-ant-api03-${'0'.repeat(40)}-AA`,
  `sk-${'*'.repeat(40)}`,
  `sk-${'•'.repeat(40)}`,
  `AIza${'x'.repeat(35)}`,
  `AIza${'.'.repeat(35)}`,
  `ghp_${'x'.repeat(36)}`,
  `hf_${'x'.repeat(34)}`,
  `AKIA${'X'.repeat(16)}`,
  ['AKIAIOSFODNN7', 'EXAMPLE'].join(''),
  'sk-your-openai-api-key-goes-here',
  'sk-ant-your-anthropic-key-goes-here',
  'sk-proj-YOUR_PROJECT_KEY_GOES_HERE',
  'sk_live_your_secret_key_here',
  `xoxb-${'x'.repeat(24)}`,
  'AGE-SECRET-KEY-1...',
  `AGE-SECRET-KEY-1${'X'.repeat(58)}`,
  'Authorization: Bearer <token>',
  'Authorization: Bearer $TOKEN',
  'Authorization: Bearer YOUR_ACCESS_TOKEN',
  'Authorization: Bearer {{ access_token }}',
  'Authorization: Basic <base64(user:password)>',
  'api_key=YOUR_API_KEY',
  'api_key: OPENAI_API_KEY',
  'export OPENAI_API_KEY="sk-..."',
  'OPENAI_API_KEY=',
  'token: xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx',
  'password: ********',
  'password=changeme',
  'secret: [redacted]',
  'postgres://<user>:<password>@localhost:5432/app',
  'https://user:***@example.com',
  'https://user:xxxxx@example.com',
  'https://$USER:$PASS@example.com',
  'redis://:{password}@host',
  'eyJ...',
  'eyJhbGciOi...',
  'header.payload.signature',
  `glpat-${'x'.repeat(20)}`,
  `r8_${'x'.repeat(37)}`,
  `SG.${'x'.repeat(22)}.${'x'.repeat(43)}`,
  `gsk_${'0'.repeat(52)}`,
  'token=none',
  'api-key: 00000000000000000000000000000000',
]

const TECHNICAL = [
  `data:image/png;base64,${image(300)}`,
  `data:image/png;base64,${image(30_000)}`,
  `![logo](data:image/png;base64,${image(90)})`,
  `data:font/woff2;base64,${noise(900).toString('base64')}`,
  `<img src="data:image/jpeg;base64,${noise(600).toString('base64')}" alt="A fox">`,
  noise(2000).toString('base64').replace(/.{76}/g, '$&\n'),
  noise(400).toString('hex'),
  noise(64)
    .toString('hex')
    .replace(/..(?=.)/g, '$&:'),
  Buffer.from('an ordinary sentence in base64, with 2 numbers').toString('base64'),
  Buffer.from('{"name":"Acme","plan":"growth","max_tokens":4000}').toString('base64url'),
  Buffer.from('We use OpenAI and Anthropic models at Acme, 24/7.').toString('base64'),
  Buffer.from('short').toString('hex'),
  Buffer.from('an ordinary sentence in hexadecimal digits').toString('hex'),
  encodeURIComponent('Größe, Länge & 100 % mehr: "überall"?'),
  'https://example.org/a/very/long/path/with-many-parts/and_more?token=none',
  'https://www.google.com/search?q=best+coffee+grinder+2024&rlz=1C5CHFA_enDE1000DE1000&oq=best+coffee&sourceid=chrome&ie=UTF-8',
  'https://shop.example.com/p/B08N5WRWNW/ref=sr_1_3?crid=2M096C61O4MLT&keywords=desk&qid=1700000000&sprefix=desk%2Caps%2C123&sr=8-3',
  'https://example.com/?utm_source=newsletter&utm_medium=email&utm_campaign=spring_2024&gclid=Cj0KCQiA1NebBhDDARIsAANiDD3',
  'https://youtu.be/dQw4w9WgXcQ?si=AbCdEf1234567890',
  'https://docs.google.com/document/d/1aBcD2eFgH3iJkL4mNoP5qRsT6uVwX7yZ/edit#heading=h.gjdgxs',
  'https://maps.example.com/@52.520008,13.404954,15z/data=!3m1!4b1!4m5!3m4',
  'https://example.com:8080/a@b?c=d:e@f',
  'mailto:info@example.com?subject=Hello%20World&body=Line%0ALine',
  'git@github.com:acme/content.git',
  'ssh://git@example.com:22/acme.git',
  'https://sk-sk.example.com/produkt/a1b2c3/d4e5f6?x=7',
  'C:\\Users\\acme\\Documents\\2024\\Q3\\report_v2_final.docx',
  '/usr/local/lib/node_modules/npm/bin/npm-cli.js',
  '../../schemas/profile.schema.json',
  's3://bucket/2024/01/31/part-00000-of-00010.parquet',
  '\\\\server\\share\\x41\\u0041',
  '.btn { color: #ff8800; background: linear-gradient(90deg, #1a2b3c 0%, #4D5E6F 100%); transform: translate3d(0,0,0) rotate(45deg) }',
  '@media (min-width: 768px) and (max-width: 1023.98px) { .col-md-6 { width: 50% } }',
  '{"model":"gpt-4o","temperature":0.7,"messages":[{"role":"user","content":"Hi"}],"max_tokens":256,"seed":42,"n":1}',
  '{"type":"object","properties":{"id":{"type":"string","pattern":"^[a-z0-9-]{1,64}$"}},"required":["id"],"$schema":"http://json-schema.org/draft-07/schema#"}',
  '["sk-SK","cs-CZ","en-US","de-DE"]',
  '["sk-learn", "numpy1.26", "pandas2.1", "torch2.3", "py3.12", "cuda12.1"]',
  '"sk-" + "learn" + "-pipelines"',
  'const key = `${prefix}-${id}`; cache.set(key, await load(id, { ttl: 3600 }))',
  'from sklearn.pipeline import Pipeline; clf = Pipeline([("sk-scaler", StandardScaler()), ("sk-svm", SVC(C=1.0))])',
  'client = OpenAI(api_key=os.environ["OPENAI_API_KEY"])',
  'curl -H "Authorization: Bearer $OPENAI_API_KEY" https://api.openai.com/v1/models',
  'function f(a1, b2) { return a1 ** 2 + b2 ** 2 - 2 * a1 * b2 * Math.cos(0.5) }',
  'SELECT id, "createdAt" FROM posts WHERE status IN (1, 2) AND slug LIKE \'sk-%\' LIMIT 10 OFFSET 20;',
  'const re = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==)?$/g',
  'npm i -D typescript@5.4.5 vitest@1.6.0 && npx tsc --noEmit -p tsconfig.json',
  'docker run -p 8080:80 -v $PWD:/app:ro nginx:1.25.3-alpine@sha256:' + digest('sha256', 'hex', 'nginx'),
  'kubectl get pods web-7d4b9c6f5d-x2x7k -n prod-eu-west-1 -o json',
  '| model | input | output |\n|---|---:|---:|\n| gpt-4o | 2.50 | 10.00 |\n| gpt-4o-mini | 0.15 | 0.60 |',
  '- [x] Step 1\n- [ ] Step 2\n  - 2a\n  - 2b\n> Quote 3\n```js\nlet a = 1\n```',
  '# H1\n## H2\n**bold** _it_ `code` [a](https://b.c/d?e=f1) ![i](j.png)',
  '&copy; 2024 &ndash; 100&nbsp;% &quot;fresh&quot; &#8364; 5 &#x20AC; 6',
  '<p class="mt-4 md:mt-8 text-[#1a2b3c] grid-cols-[1fr_2fr]">Hi</p>',
  '<svg viewBox="0 0 24 24"><path d="M12 2C6.48 2 2 6.48 2 12s4.48 10 10 10 10-4.48 10-10S17.52 2 12 2zm0 18c-4.41 0-8-3.59-8-8"/></svg>',
  '==================== SECTION 1 ====================',
  '-----------------------------------------------',
  '----- BEGIN ARTICLE -----\nText\n----- END ARTICLE -----',
  '01101000 01100101 01101100 01101100 01101111',
  '0x1A2B 0x3C4D 0x5E6F 0x7081',
  '3.14159265358979323846264338327950288419716939937510',
  '1, 2, 3, 5, 8, 13, 21, 34, 55, 89, 144, 233, 377, 610, 987, 1597',
  '😀 👩‍👩‍👧‍👦 🇸🇰 ✅ 1️⃣ 2️⃣ 3️⃣',
  'zero\u200bwidth\u200bbreaks in a long\u00adish word',
  'ＦＵＬＬ ｗｉｄｔｈ １２３ ｔｅｘｔ',
  'ſpecial ﬁne ligatures ½ ① ㎏',
  'aHR0cHM6Ly9leGFtcGxlLmNvbS9hL2xvbmcvcGF0aA==',
  'SGVsbG8sIFdvcmxkIQ==',
  'QWxhZGRpbjpvcGVuIHNlc2FtZQ==',
  'VGhlIHF1aWNrIGJyb3duIGZveCBqdW1w',
  'lorem ipsum dolor sit amet consectetur 2024 adipiscing elit sed do eiusmod tempor 10',
]

const INNOCENT = [...PROMPTS, ...IDENTIFIERS, ...PLACEHOLDERS, ...TECHNICAL]

describe('what is no credential', () => {
  it('is of many kinds', () => {
    expect(new Set(INNOCENT).size).toBe(INNOCENT.length)
    expect(INNOCENT.length).toBeGreaterThanOrEqual(220)
  })

  it.each(INNOCENT.map((text) => ({ start: text.slice(0, 60), text })))(
    '$start passes, and is shown as it is',
    ({ text }) => {
      expect(credentialIn(text)).toBeUndefined()
      expect(credentialIn(` "${text}"\n`)).toBeUndefined()
      expect(maskCredentials(text)).toBe(text)
    },
  )

  it('passes side by side, in any order, in a list, in values and in comments', async () => {
    for (const step of [1, 7, 31, 101]) {
      const texts = INNOCENT.map((_, i) => INNOCENT[(i * step) % INNOCENT.length] ?? '')
      const list = texts.map((text) => JSON.stringify(text)).join(',\n    ')
      const values = texts.map((text, i) => `  x${i}: ${JSON.stringify(text)}`).join('\n')
      const comments = texts
        .flatMap((text) => text.split('\n'))
        .map((line) => `# ${line}`)
        .join('\n')
      const found = await diagnosticsOf({
        'accounts/a.yaml': `id: a\nplan: growth\nstrategies: { a: { name: A, sections: [\n    ${list}\n  ] } }\n`,
        'accounts/b.yaml': `id: b\nplan: growth\nmore:\n${values}\n`,
        'accounts/c.yaml': `${comments}\nid: c\nplan: growth\n`,
      })
      expect(
        found
          .filter(({ rule }) => rule === 'secret/value')
          .map(({ file, line, message }) => `${file}:${line} ${message} ${file.includes('a.') ? texts[line - 4] : ''}`),
      ).toEqual([])
    }
  })

  it('is noise of any length, in base64 and hexadecimal', () => {
    for (let i = 0; i < 300; i++) {
      const bytes = randomBytes(33 + i * 3)
      expect(credentialIn(`data:image/png;base64,${bytes.toString('base64')}`), bytes.toString('hex')).toBeUndefined()
      expect(credentialIn(bytes.toString('hex')), bytes.toString('hex')).toBeUndefined()
    }
  })

  it('is what this repository’s own configuration says', async () => {
    const configuration = await openConfiguration(join(ROOT, 'config'))
    const { diagnostics } = await check({ ...configuration, show: (path) => path })
    expect(diagnostics.filter(({ rule }) => rule.startsWith('secret/'))).toEqual([])
  })
})
