import { describe, expect, it } from 'vitest'
import type { Diagnostic } from '../../../src/source/diagnostic-types.ts'
import { credentialIn, maskCredentials } from '../../../src/credentials/index.ts'
import { rules } from '../../../src/lint/generated/registry.ts'
import { formats } from '../../../src/report/format-names.ts'
import { reporters } from '../../../src/cli/render-diagnostics.ts'
import { some } from '../../properties/seed.ts'
import { BASE, diagnosticsOf } from '../../support/config.ts'
import { computedMs } from '../../support/cpu.ts'
import { lint } from '../expect.ts'
import { DISGUISES, KINDS, type Kind, random } from './planted.ts'

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

function inEveryFormat(diagnostics: readonly Diagnostic[]): string {
  return formats
    .map((format) => reporters[format]({ diagnostics, files: 1 }, { color: false, version: '1', rules }))
    .join('\n')
}

describe('secret/value', () => {
  it('passes words that begin alike, digests and ids', async () => {
    const words = ['sk-short', 'risk-assessment-of-the-whole-organisation', 'task-0123456789012345678901234567']
    const texts = [...words, 'a'.repeat(64), '0b5f'.repeat(10)]
    await lint({ [FILE]: `${START}strategies: { a: { name: A, sections: [${texts.join(', ')}] } }\n` })
  })

  it.each(CREDENTIALS)('finds one in any text and shows no part of it: %#', async (credential) => {
    const end = 15 + credential.length
    const found = await lint(
      { [FILE]: `${START}name: "key: ${credential}!" # ${credential}\n` },
      {
        also: [
          `error[secret/value] ${FILE}:3:7-3:${end}`,
          `error[secret/value] ${FILE}:3:${end + 1}-3:${end + 3 + credential.length}`,
        ],
      },
    )
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

  it.each(['!!binary', '!!binary |-\n   ', '!!binary >\n   ', '!!int', '!!null', '!!set', '!env', '!!str', '!'])(
    'finds one behind a tag, which speaks for itself, and shows it in no format: %s',
    async (tag) => {
      const key = `sk-proj-${random(40)}`
      const lead = tag.split(' ')[0] ?? ''
      for (const [parent, indent] of [
        ['', ''],
        ['author_profiles:\n  house:\n', '    '],
      ] as const) {
        const found = await diagnosticsOf({
          [FILE]: `${START}${parent}${indent}name: ${tag.replace('\n', `\n${indent}`)} ${key}\n`,
        })
        expect(found.map(({ rule }) => rule).sort()).toEqual(['secret/value', 'yaml/no-tag-directive'])
        const [line, column] = [parent === '' ? 3 : 5, indent.length + 7]
        expect(found[0]).toMatchObject({ rule: 'yaml/no-tag-directive', line, column })
        expect(found[1]).toMatchObject({ rule: 'secret/value', line, column: column + lead.length + 1 })
        expect(inEveryFormat(found)).not.toContain(key.slice(8, 20))
      }
    },
  )

  it.each(['!!binary', '!!binary |\n     '])(
    'finds one behind a tag in the place of a secret: api_key: %s',
    async (tag) => {
      const key = `sk-proj-${random(40)}`
      const block = `\n    api_key: ${tag} ${key}\n    model: gpt-4o-mini\n    max_tokens: 8192`
      const settings = (BASE['settings.yaml'] ?? '').replace(/(?<=openai: )\{ api_key.*/, block)
      const found = await diagnosticsOf({ 'settings.yaml': settings })
      expect(found.map(({ rule, line, column }) => `${rule} ${line}:${column}`)).toEqual([
        'secret/key-field 5:5',
        'yaml/no-tag-directive 5:14',
        'secret/value 5:23',
      ])
      expect(inEveryFormat(found)).not.toContain(key.slice(8, 20))
    },
  )

  it('takes no image, digest, UUID, URL or model name for one', async () => {
    const innocent = [
      `data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk${body(40)}`,
      'd3486ae9136e7856bc42212385ea797094475802',
      '6f1ed002-ab5f-4c6d-9a3b-3b0e2f1c9d55',
      'https://example.org/a/very/long/path/with-many-parts/and_more?token=none',
      'claude-3-5-sonnet-20241022',
      'sk-learn-pipelines-for-beginners',
      Buffer.from('an ordinary sentence in base64').toString('base64'),
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

/** A text in which « and » stand around the place to be reported, and ‹› where the credential goes. */
const PLACES: readonly (readonly [place: string, file: string, text: string])[] = [
  ['a setting', 'settings.yaml', 'text: { provider: openai }\nproviders:\n  openai:\n    model: «"‹›"»\n'],
  [
    'a model’s description',
    'models.yaml',
    'models:\n  gpt-4o: { provider: openai, kind: text, description: «"‹›"» }\n',
  ],
  ['a plan’s title', 'plans.yaml', 'plans:\n  free: { title: «"‹›"» }\n'],
  ['a function', 'functions.yaml', 'functions:\n  a: { kind: text, prompts: [clustering, «"‹›"»] }\n'],
  ['a prompt', 'prompts/clustering.yaml', 'title: T\nplaceholders: none\nvalue: «"Use ‹› for this."»\n'],
  ['a prompt’s title', 'prompts/clustering.yaml', 'title: «"‹›"»\nplaceholders: none\nvalue: V\n'],
  ['a block', 'prompts/clustering.yaml', 'title: T\nplaceholders: none\nvalue: «|\n  Use\n  ‹›\n  for this.»\n'],
  ['a folded text', 'prompts/clustering.yaml', 'title: T\nplaceholders: none\nvalue: «>\n  Use\n  ‹›\n  now.»\n'],
  [
    'a comment behind the sign of a block',
    'prompts/clustering.yaml',
    'title: T\nplaceholders: none\nvalue: | «# ‹›»\n  V\n',
  ],
  ['a profile', 'author-profiles/p.yaml', 'name: P\ntone: «"‹›"»\n'],
  ['a strategy’s list', 'strategies/s.yaml', 'name: S\nsections: [One, «"‹›"», Three]\n'],
  ['a strategy’s block list', 'strategies/s.yaml', 'name: S\nsections:\n  - One\n  - «"‹›"»\n'],
  ['tenfold.yaml', 'tenfold.yaml', 'name: «"‹›"»\n'],
  ['an account’s id', FILE, 'id: «"‹›"»\nplan: growth\n'],
  ['an account’s name', FILE, `${START}name: «'‹›'»\n`],
  ['an account’s override', FILE, `${START}overrides: { openai: { model: «"‹›"» } }\n`],
  ['an account’s prompt', FILE, `${START}prompts: { clustering: { customized: true, value: «"‹›"», default: d } }\n`],
  [
    'a prompt’s kept default',
    FILE,
    `${START}prompts: { clustering: { customized: true, value: v, default: «"‹›"» } }\n`,
  ],
  ['an account’s profile', FILE, `${START}author_profiles: { a: { name: A, tone: «"‹›"» } }\n`],
  ['a key', FILE, `${START}strategies: { «"‹›"»: { name: A } }\n`],
  ['an unknown key', FILE, `${START}«"‹›"»: 1\n`],
  ['an unknown key’s value', FILE, `${START}else: { a: { b: [«"‹›"»] } }\n`],
  ['a comment', FILE, `${START}  «# was ‹›»\n`],
  ['a comment at the beginning', FILE, `«#‹›»\n${START}`],
  ['a comment behind a value', FILE, 'id: acme «# ‹› until May»\nplan: growth\n'],
  ['a comment in a list', FILE, `${START}strategies: { a: { name: A, sections: [\n  One, «# ‹›»\n  Two] } }\n`],
  ['a comment at the end', FILE, `${START}name: A\n\n«# ‹›»`],
  ['a file that cannot be parsed', FILE, `${START}«name: [ "‹›"»\n`],
]

const escapes = (text: string): string => text.replace(/[a-zA-Z]/g, (c) => `\\x${c.charCodeAt(0).toString(16)}`)

function planted(text: string, credential: string): { text: string; where: string } {
  const marked = text.replace('‹›', () => credential)
  const [before = '', within = '', after = ''] = marked.split(/[«»]/)
  const at = (offset: string): string => `${offset.split('\n').length}:${offset.length - offset.lastIndexOf('\n')}`
  return { text: before + within + after, where: `${at(before)}-${at(before + within)}` }
}

const ofValue = (found: readonly Diagnostic[]): Diagnostic[] => found.filter(({ rule }) => rule === 'secret/value')
const placesIn = (found: readonly Diagnostic[]): string[] =>
  ofValue(found).map((d) => `${d.line}:${d.column}-${d.end_line}:${d.end_column}`)

/** No format shows eight characters of it, as it is or as people disguise it, nor an excerpt that none prints. */
function expectHidden(diagnostics: readonly Diagnostic[], { key, body }: Kind): void {
  const said = inEveryFormat(diagnostics)
  const all = said + JSON.stringify(diagnostics)
  const shapes = [body, Buffer.from(key).toString('base64'), Buffer.from(body).toString('hex')]
  for (const shape of [...shapes, ...shapes.map((text) => [...text].reverse().join(''))]) {
    for (let i = 0; i + 8 <= shape.length; i++) {
      if (all.includes(shape.slice(i, i + 8))) expect.fail(`${i}–${i + 8} of ${shape.length} characters are shown`)
    }
  }
}

describe('a planted credential', () => {
  const [first = { kind: '', key: '', body: '' }] = KINDS.filter(({ kind }) => kind === 'Anthropic')

  it.each(KINDS)('$kind is found in a value, in a key and in a comment', async (kind) => {
    for (const place of [`${START}name: «"‹›"»\n`, `${START}«"‹›"»: 1\n`, `${START}«# ‹›»\n`]) {
      const { text, where } = planted(place, kind.key)
      const found = await diagnosticsOf({ [FILE]: text })
      expect(placesIn(found)).toEqual([where])
      expectHidden(found, kind)
    }
  })

  it.each(PLACES)('is found in %s', async (_, file, place) => {
    for (const kind of [first, ...KINDS.filter(({ kind }) => kind === 'OpenAI' || kind === 'age')]) {
      const { text, where } = planted(place, kind.key)
      const found = await diagnosticsOf({ [file]: text })
      expect(placesIn(found)).toEqual([where])
      expectHidden(found, kind)
    }
  })

  const disguised = KINDS.filter(({ kind }) =>
    /^(?:OpenAI|Anthropic|Google|age|GitHub|Stripe|JSON web token)/.test(kind),
  )
  it.each(DISGUISES.map(([name, disguise], i) => [name, disguise, i] as const))(
    'is found behind %s',
    async (_, disguise, turn) => {
      for (const kind of some(disguised, turn)) {
        const { text, where } = planted(`${START}name: «‹›»\n`, JSON.stringify(disguise(kind.key)))
        const found = await diagnosticsOf({ [FILE]: text })
        expect(placesIn(found), kind.kind).toEqual([where])
        expectHidden(found, kind)
        expect(credentialIn(maskCredentials(`no "${disguise(kind.key)}" here`))).toBeUndefined()
      }
    },
  )

  it.each(DISGUISES.filter(([name]) => !/line|quotes|list|words/.test(name)))(
    'is found behind %s in a comment and a list',
    async (_, disguise) => {
      for (const place of [`${START}«# ‹›»\n`, `${START}strategies: { a: { name: A, sections: [One, «"‹›"»] } }\n`]) {
        const isQuoted = place.includes('"')
        const disguised = disguise(first.key)
        const { text, where } = planted(place, isQuoted ? JSON.stringify(disguised).slice(1, -1) : disguised)
        const found = await diagnosticsOf({ [FILE]: text })
        expect(placesIn(found)).toEqual([where])
        expectHidden(found, first)
      }
    },
  )

  it.each(KINDS.filter(({ kind }) => kind !== 'Azure'))(
    '$kind is found behind escapes, and in base64',
    async (kind) => {
      for (const shown of [escapes(kind.key), Buffer.from(kind.key).toString('base64')]) {
        const { text, where } = planted(`${START}name: «"‹›"»\n`, shown)
        const found = await diagnosticsOf({ [FILE]: text })
        expect(placesIn(found)).toEqual([where])
        expectHidden(found, kind)
      }
    },
  )

  it.each([
    ['two items', [9]],
    ['two items, the first with most', [60]],
    ['three items', [4, 40]],
    ['many items', [2, 9, 20, 30, 41, 55, 70]],
  ])('is found in %s of a list, and no other rule shows a part of it', async (_, cuts) => {
    for (const kind of KINDS.filter(({ kind }) => /^(?:OpenAI project|Anthropic|age)$/.test(kind))) {
      const parts = [0, ...cuts].map((cut, i) => kind.key.slice(cut, cuts[i]))
      const [head = '', ...others] = parts.map((part) => JSON.stringify(part))
      const places = [
        [FILE, `${START}strategies: { a: { name: A, sections: [Intro, «‹›», ${others.join(', ')}, The end] } }\n`],
        [
          'functions.yaml',
          `functions:\n  a:\n    kind: text\n    prompts:\n      - clustering\n      - «‹›»\n${others.map((each) => `      - ${each}\n`).join('')}`,
        ],
        [
          FILE,
          `${START}author_profiles: { a: { name: «‹›», ${others.map((each, i) => `x${i}: ${each}`).join(', ')} } }\n`,
        ],
        [
          FILE,
          `${START}«# ${parts[0]}»\n${parts
            .slice(1)
            .map((part) => `# ${part}\n`)
            .join('')}`,
        ],
      ] as const
      for (const [file, place] of places) {
        const { text, where } = planted(place, head)
        const found = await diagnosticsOf({ [file]: text })
        expect(placesIn(found), place.slice(0, 40)).toEqual([where])
        expectHidden(found, kind)
      }
    }
  })

  it('is found where base64, a PEM or a key without a form is cut', async () => {
    const base64 = Buffer.from(first.key).toString('base64')
    const bare = random(32, 10)
    const body = random(64, 50)
    const label = ['EC PRIVATE', 'KEY'].join(' ')
    const pem = [`-----BEGIN ${label}-----`, body, `-----END ${label}-----`]
    for (const parts of [[base64.slice(0, 25), base64.slice(25)], [bare.slice(0, 15), bare.slice(15)], pem]) {
      const [head, ...rest] = parts.map((part) => JSON.stringify(part))
      const { text, where } = planted(
        `functions:\n  a: { kind: text, prompts: [Intro, «${head}», ${rest.join(', ')}, ideas] }\n`,
        '',
      )
      const found = await diagnosticsOf({ 'functions.yaml': text })
      expect(placesIn(found)).toEqual([where])
      expectHidden(found, { kind: '', key: parts.join(''), body: parts === pem ? body : parts.join('') })
    }
  })

  it('is found where the colon cuts it', async () => {
    const { text, where } = planted(`${START}«‹›»: ${first.key.slice(20)}\n`, first.key.slice(0, 20))
    const found = await diagnosticsOf({ [FILE]: text })
    expect(placesIn(found)).toEqual([where])
    expectHidden(found, first)
  })

  it('is found whatever a comment asks for', async () => {
    const { text, where } = planted(
      `# secretlint-disable\n# tenfold-disable secret/value\n${START}name: «"‹›"» # gitleaks:allow # nosec\n`,
      first.key,
    )
    expect(placesIn(await diagnosticsOf({ [FILE]: text }))).toEqual([where])
  })
})

/** Large enough to tell what grows faster than the text from what does not. */
const SIZE = 1 << 18
/** Several times what a busy machine needs, and a tenth of what would be needed if it grew faster. */
const MOST_MS = 2_000

describe('a text of a quarter of a megabyte', () => {
  it.each([
    'sk-',
    'sk-a1',
    'sk-ant-',
    's k - ',
    's k 1 - ',
    'sk-proj-aa ',
    '.eyJ',
    'eyJ',
    'eyJ-',
    '-----BEGIN ',
    '-----BEGIN A PRIVATE KEY',
    '://a:',
    '://a:b',
    'key: ',
    'AIza',
    '%25',
    '%2525',
    '&#115;',
    '&amp;',
    '\\x5c',
    'A',
    'a1B2',
    '6b',
    '0x',
    ' ',
    '"',
    '" ',
    '" + ',
    '\n',
    '-',
    '漢字',
    '​',
    'é',
    '=',
    '=== ',
    'a b1 ',
    'The quick brown fox, 12 of them. ',
  ])('of nothing but %j takes its time and no more', (piece) => {
    const text = piece.repeat(Math.ceil(SIZE / piece.length))
    const start = computedMs()
    credentialIn(text)
    maskCredentials(text)
    expect(computedMs() - start).toBeLessThan(MOST_MS)
  })

  it('in base64 in base64, or at random, does not either', () => {
    const noise = random(3 << 15)
    const start = computedMs()
    for (const text of [
      Buffer.from(Buffer.from(noise).toString('base64')).toString('base64'),
      random(SIZE, 2),
      random(SIZE, 3, '0123456789abcdef'),
    ])
      credentialIn(text)
    expect(computedMs() - start).toBeLessThan(MOST_MS)
  })

  it('that is cut into the items of a list does not either', async () => {
    const start = computedMs()
    await diagnosticsOf({
      [FILE]: `${START}strategies: { a: { name: A, sections: [${'sk-, 1a, '.repeat(10_000)}] } }\n`,
    })
    expect(computedMs() - start).toBeLessThan(MOST_MS)
  })
})
