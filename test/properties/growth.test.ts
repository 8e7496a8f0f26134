import { describe, expect, it } from 'vitest'
import type { GlobalPrompt } from '../../src/domain/settings-types.ts'
import { shortened } from '../../src/base/shorten-text.ts'
import { nearMissesIn } from '../../src/domain/misspelled-placeholders.ts'
import { missingIn, undeclaredIn } from '../../src/domain/placeholders.ts'
import { parse } from '../../src/source/parse/parse-file.ts'
import { planLine } from '../../src/source/read-plan-line.ts'
import { BUILT_IN } from '../../src/domain/built-in-vocabulary.ts'
import { validate } from '../../src/source/schema/validate-file.ts'
import { lintFile } from '../../src/lint/run-rules.ts'
import { formats } from '../../src/report/format-names.ts'
import { render } from '../../src/cli/render-diagnostics.ts'
import { behindNames } from '../../src/lint/facts/keys-behind-names.ts'
import { credentialIn, maskCredentials } from '../../src/credentials/index.ts'
import { unified } from '../../src/review/render/unified-diff.ts'
import { diagnosticsOf } from '../support/config.ts'
import { some } from './seed.ts'

const KIB = 1024
const FILE = 'accounts/acme.yaml'
const START = 'id: acme\nplan: growth\n'
const PEM = ['-----BEGIN PRIVATE', 'KEY-----'].join(' ')
const HEX = 'd1f5b6a7c8e9f0a1'.repeat(2)

/** What a file's author may repeat until the file is as large as one may be. */
const PIECES: readonly string[] = [
  'title ',
  'TITLE ',
  '{title, ',
  '{title ',
  'title} ',
  '[TITLE ',
  '{',
  '[',
  '{{title',
  '{{title}}',
  '{ title } ',
  '{Title} ',
  '{ title ',
  '{Title ',
  'Title} ',
  'title } ',
  '{\u200btitle ',
  '{\n',
  '\n}',
  '\u200b',
  '[title] ',
  '${title} ',
  `${PEM} `,
  `${PEM}\n`,
  '# note\n',
  `api_key: ${HEX}\n`,
  `token: ${HEX} `,
  'token: ',
  'key=',
  ': ',
  '= ',
  '"',
  '.',
  '.a/',
  'token: a.b/',
  '-',
  '_',
  '1',
  'a1B2',
  'hf_',
  'pa-',
  ':AA',
  '1:AA',
  'Q~',
  'key-',
  'SK',
  'patA1',
  'MTA1.',
  `${HEX}-`,
  '12345678-1234-1234-1234-123456789012:',
  '\n',
  ' ',
  '\t',
  'é',
  '😀',
  '<<<<<<< a\n',
  'password:\n  x: y\n',
  'secret: {secret: ',
  'Authorization: Token ',
  'the quick brown fox ',
]

const prompt = (placeholders: GlobalPrompt['placeholders'], names: number): GlobalPrompt => ({
  value: '',
  placeholders,
  variables: {
    title: true,
    TITLE: true,
    ...Object.fromEntries(Array.from({ length: names }, (_, i) => [`v${i}`, true])),
  },
})
const BRACES = prompt('braces', 200)
const BRACKETS = prompt('brackets', 200)

const LOOKS: Readonly<Record<string, (text: string) => unknown>> = {
  'the look for credentials': credentialIn,
  masking: maskCredentials,
  'what stands behind names': behindNames,
  'brackets that are missing, of braces': (text) => nearMissesIn(text, BRACES),
  'brackets that are missing': (text) => nearMissesIn(text, BRACKETS),
  'what a prompt lacks': (text) => [missingIn(text, BRACES), undeclaredIn(text, BRACKETS)],
  'a message': shortened,
  'the line of the plan': planLine,
  'lines that differ': (text) => unified(text, `${text}\nmore`),
}

/** Of this process alone, since a busy machine makes every clock slow; the least of some runs. */
function cost(act: () => unknown, runs = 1): number {
  let least = Infinity
  for (let run = 0; run < runs; run++) {
    const before = process.cpuUsage()
    act()
    const { user, system } = process.cpuUsage(before)
    least = Math.min(least, user + system)
  }
  return least / 1000
}

/**
 * How many times as long the larger one takes, at the best of some tries. What is quick anyway counts as linear. The
 * smaller one runs twice, and what runs first has compiled it: one slow run of it would hide how the other grows.
 */
function growth(small: () => unknown, large: () => unknown): number {
  let least = Infinity
  for (let tries = 0; tries < 10 && least > 6; tries++) {
    const time = cost(large)
    if (time <= NOISE) return 1
    least = Math.min(least, time / Math.max(cost(small, 2), NOISE / 4))
  }
  return least
}

/** In milliseconds. Below it, what is measured is mostly the collection of garbage. */
const NOISE = 60

describe('four times the text takes at most six times as long', () => {
  it.each(Object.entries(LOOKS).map(([name, look], i) => [name, look, i] as const))(
    '%s',
    (_, look, i) => {
      for (const piece of some(PIECES, i)) {
        const text = (size: number): string => piece.repeat(Math.floor(size / piece.length))
        expect(
          growth(
            () => look(text(64 * KIB)),
            () => look(text(256 * KIB)),
          ),
          JSON.stringify(piece),
        ).toBeLessThanOrEqual(6)
      }
    },
    300_000,
  )

  it('as many variables as a file holds, in a text as large as one may be', () => {
    const many = prompt('braces', 2_000)
    for (const piece of ['v1 v2 {v3} [v4] ', 'title ', '{title, ', 'v1999} ']) {
      expect(
        cost(() => nearMissesIn(piece.repeat((1024 * KIB) / piece.length), many), 3),
        piece,
      ).toBeLessThan(2_000)
    }
  })
})

/** Entries of an account's file, of which each has something wrong with it. */
const ENTRIES: Readonly<Record<string, readonly [parent: string, entry: (i: number) => string]>> = {
  aliases: ['anchor: &a x\n', (i) => `b${i}: *a\n`],
  anchors: ['', (i) => `b${i}: &a${i} x\n`],
  tags: ['', (i) => `b${i}: !!str x\n`],
  'merge keys': ['anchor: &a { b: c }\n', (i) => `b${i}: { <<: *a }\n`],
  'merge keys of one mapping': ['anchor: &a { b: c }\n', (i) => `<<: *a\nb${i}: c\n`],
  'profiles that are aliases': ['author_profiles:\n', (i) => `  b${i}: *a\n`],
  'profiles with merge keys': ['author_profiles:\n', (i) => `  b${i}: { <<: *a }\n`],
  'profiles without what they need': ['author_profiles:\n', (i) => `  b${i}: { nam: x }\n`],
  'keys that stand twice': ['', (i) => `b${i % 1000}: x\n`],
  'unsafe numbers': ['', (i) => `b${i}: 1e999\n`],
  'unknown keys': ['', (i) => `b${i}: x\n`],
}

describe('four times the entries take at most six times as long', () => {
  it.each(Object.entries(ENTRIES))(
    '%s',
    (_, [parent, entry]) => {
      const bytes = (count: number): Buffer =>
        Buffer.from(START + parent + Array.from({ length: count }, (__, i) => entry(i)).join(''))
      const [small, large] = [bytes(2_000), bytes(8_000)]
      expect(
        growth(
          () => judged(small),
          () => judged(large),
        ),
      ).toBeLessThanOrEqual(6)
    },
    300_000,
  )
})

function judged(bytes: Uint8Array): unknown {
  const { root, ...file } = parse(FILE, 'account', bytes)
  if (root === undefined) throw new Error('the file has no tree')
  return lintFile({ file: { ...file, root }, validated: validate({ ...file, kind: 'account', root }, BUILT_IN) })
}

const MIB = 1024 * KIB - 400
const filled = (piece: string): string => piece.repeat(Math.floor(MIB / piece.length))
const value = (text: string): string =>
  `prompts: { clustering: { customized: true, default: d, value: ${JSON.stringify(text)} } }\n`

/** Files as large as one may be, and what is wrong with them. */
const WORST: readonly (readonly [name: string, rest: string, rule: string | undefined])[] = [
  ['comments', filled('# note\n'), 'yaml/limits'],
  ['comments that are keys', filled(`# api_key: ${HEX}\n`), 'secret/value'],
  ['beginnings of a PEM in comments', filled(`# ${PEM}\n`), 'secret/value'],
  ['merge conflicts', filled('<<<<<<< a\n'), 'yaml/conflict-marker'],
  ['a PEM’s beginnings in one line', `name: "${filled(`${PEM} `)}"\n`, 'secret/value'],
  ['one long line', `name: "${filled('word ')}"\n`, undefined],
  ['one variable again and again', value(`[IGNY8_KEYWORDS] ${filled('IGNY8_KEYWORDS ')}`), 'prompt/stale-default'],
  ['half of a placeholder again and again', value(filled('{title, ')), 'prompt/missing-variable'],
  [
    'placeholders that nothing declares',
    value(Array.from({ length: 90_000 }, (_, i) => `[A${i}]`).join(' ')),
    'prompt/unknown-variable',
  ],
  ['keys', filled(`api_key: ${HEX}\n`), 'secret/key-field'],
  ['anchors', Array.from({ length: 30_000 }, (_, i) => `k${i}: &a${i} 1\n`).join(''), 'yaml/no-anchor-alias-merge'],
  [
    'aliases',
    `anchor: &a x\n${Array.from({ length: 30_000 }, (_, i) => `b${i}: *a\n`).join('')}`,
    'yaml/no-anchor-alias-merge',
  ],
  ['tags', Array.from({ length: 30_000 }, (_, i) => `b${i}: !!str x\n`).join(''), 'yaml/no-tag-directive'],
  ['an endless value', `overrides: { openai: { model: "${'x'.repeat(MIB)}" } }\n`, 'ref/unknown'],
  ['an endless key', `? "${'k'.repeat(MIB)}"\n: 1\n`, 'schema/unknown-key'],
  ['an endless word of dots', `name: "token: ${'.'.repeat(MIB)}"\n`, undefined],
]

describe('a file as large as one may be', () => {
  it.each(WORST)(
    'of %s is judged, and what is said of it is short',
    async (name, rest, rule) => {
      const found = await diagnosticsOf({ [FILE]: START + rest })
      if (rule === undefined)
        expect(found.filter(({ severity, file }) => severity === 'error' && file === FILE)).toEqual([])
      else
        expect(
          found.map((one) => one.rule),
          name,
        ).toContain(rule)
      const said = found.flatMap(({ message, help, related }) => [
        message,
        help,
        ...related.map((other) => other.message),
      ])
      expect(said.filter((text) => text.length > 600)).toEqual([])
      for (const format of formats) {
        const printed = render(format, found.slice(0, 20), 1, false)
        expect(printed.length, format).toBeLessThan(80_000)
      }
    },
    120_000,
  )
})

describe('what a message quotes', () => {
  it.each([
    ['a word', 'x'.repeat(1_000_000)],
    ['words', 'word '.repeat(200_000)],
    ['quotes', '"a" '.repeat(250_000)],
    ['emoji', '😀'.repeat(250_000)],
    ['one letter and emoji', `x${'😀'.repeat(250_000)}`],
  ])('is about a hundred characters of %s', (_, text) => {
    const said = shortened(`no model "${text}" in models.yaml`)
    expect(said.length).toBeLessThanOrEqual(600)
    expect(said).toContain('…')
    expect(said).not.toMatch(/\p{Cs}/u)
  })

  it('is whole where it is short, and says what follows it', () => {
    const short = `the plan "${'x'.repeat(80)}" is none`
    expect(shortened(short)).toBe(short)
    expect(shortened(`no model "${'x'.repeat(500)}" in models.yaml`)).toBe(
      `no model "${'x'.repeat(99)}…" in models.yaml`,
    )
  })
})
