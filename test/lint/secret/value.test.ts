import { describe, expect, it } from 'vitest'
import { lint } from '../expect.ts'

const FILE = 'accounts/acme.yaml'
const START = 'id: acme\nplan: growth\n'
/** Made up, and put together here so that no scanner takes this file for a leak. */
const body = (length: number): string => 'aB3d'.repeat(16).slice(0, length)
const CREDENTIALS = [
  `sk-${body(48)}`,
  `sk-proj-${body(40)}`,
  `sk-ant-api03-${body(40)}`,
  `AIza${body(35)}`,
  `AKIA${'A1B2'.repeat(4)}`,
  `ghp_${body(36)}`,
  `github_pat_${body(40)}`,
  `xoxb-${body(20)}`,
  `hf_${body(34)}`,
  `AGE-SECRET-KEY-1${body(40).toUpperCase()}`,
  `eyJ${body(12)}.eyJ${body(12)}.${body(12)}`,
]

describe('secret/value', () => {
  it('passes words that begin alike, digests and ids', async () => {
    const words = ['sk-short', 'risk-assessment-of-the-whole-organisation', 'task-0123456789012345678901234567']
    const texts = [...words, 'a'.repeat(64), '0b5f'.repeat(10)]
    await lint({ [FILE]: `${START}strategies: { a: { name: A, sections: [${texts.join(', ')}] } }\n` })
  })

  it.each(CREDENTIALS)('finds one in any text and shows no part of it: %#', async (credential) => {
    const found = await lint({ [FILE]: `${START}name: "key: ${credential}!" # ${credential}\n` }, {
      also: [`error[secret/value] ${FILE}:3:7-3:${15 + credential.length}`],
    })
    const said = JSON.stringify(found)
    for (let i = 0; i + 8 <= credential.length; i += 4) expect(said).not.toContain(credential.slice(i, i + 8))
  })

  it.each([
    ['base64', (key: string) => Buffer.from(key).toString('base64')],
    ['base64url', (key: string) => Buffer.from(`key=${key}`).toString('base64url')],
    ['hexadecimal', (key: string) => Buffer.from(key).toString('hex')],
    ['zero-width characters', (key: string) => [...key].join('\u200b')],
    ['full-width letters', (key: string) => key.replace('sk', 'ｓｋ')],
  ])('sees through %s', async (_, disguise) => {
    const text = disguise(`sk-proj-${body(40)}`)
    await lint(
      { [FILE]: `${START}name: "${text}"\n` },
      { also: [`error[secret/value] ${FILE}:3:7-3:${9 + text.length}`] },
    )
  })

  it('takes no image, digest, UUID, URL or model name for one', async () => {
    const innocent = [
      `data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk${body(40)}`,
      'd3486ae9136e7856bc42212385ea797094475802', '6f1ed002-ab5f-4c6d-9a3b-3b0e2f1c9d55',
      'https://example.org/a/very/long/path/with-many-parts/and_more?token=none', 'claude-3-5-sonnet-20241022',
      'sk-learn-pipelines-for-beginners', Buffer.from('an ordinary sentence in base64').toString('base64'),
    ]
    const sections = JSON.stringify(innocent)
    await lint({ [FILE]: `${START}strategies: { a: { name: A, sections: ${sections} } }\n` })
  })

  it('finds a private key in a block text', async () => {
    const [found] = await lint(
      { [FILE]: `${START}name: |\n  -----BEGIN RSA PRIVATE ${'KEY'}-----\n  ${body(60)}\n` },
      { also: [`error[secret/value] ${FILE}:3:7-5:63`] },
    )
    expect(JSON.stringify(found)).not.toContain(body(12))
  })

  it('looks at what an escape stands for, and at a text over several lines', async () => {
    const key = `sk-ant-${body(30)}`
    await lint(
      { [FILE]: `${START}name: "\\x73${key.slice(1)}"\n` },
      { also: [`error[secret/value] ${FILE}:3:7-3:${7 + key.length + 5}`] },
    )
    await lint(
      { [FILE]: `${START}name: "${key.slice(0, 20)}\\\n  ${key.slice(20)}"\n` },
      { also: [`error[secret/value] ${FILE}:3:7-4:${4 + key.length - 20}`] },
    )
  })

  it('looks at keys, prompts and the files for everyone, before schema and reference', async () => {
    const key = `sk-ant-${body(30)}`
    const marks = '^'.repeat(key.length)
    const found = await lint({
      [FILE]: `
        id: acme
        plan: growth
        overrides: { openai: { model: ${key} } }
        #                             ${marks} error[secret/value]
        ${key}: 1
        ${marks} error[secret/value]
        author_profiles:
          ${key}: { name: A, tone: 3 }
        # ${marks} error[secret/value]
        # ${' '.repeat(key.length)}                   ^ error[schema/wrong-type]
      `,
      'prompts/clustering.yaml': `
        title: T
        placeholders: none
        value: "${key}"
        #      ^${marks}^ error[secret/value]
      `,
      'settings.yaml': `
        text: { provider: openai }
        image: { provider: openai }
        providers:
          openai: { api_key: { secret: ${key} }, model: gpt-4, max_tokens: 8192 }
        #                              ${marks} error[secret/value]
      `,
    })
    expect(JSON.stringify(found)).not.toContain(body(10))
  })
})
