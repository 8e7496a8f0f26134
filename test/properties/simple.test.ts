import { readFileSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { parse, parseText } from '../../src/source/parse/parse-file.ts'
import { readSimple } from '../../src/source/parse/parse-simple-yaml.ts'
import { BASE } from '../support/base.ts'
import { type Random, accountFiles, randomFrom } from '../support/corpus.ts'
import { ROOT } from '../support/run.ts'
import { SEED, SLOW, runs } from './seed.ts'

/** Whether a text is read without `yaml`, and then as `yaml` would read it: values, places, and nothing wrong with it. */
function isSimple(text: string): boolean {
  const root = readSimple(text)
  if (root === undefined) return false
  const { root: expected, problems } = parseText('a.yaml', 'account', text)
  expect({ root, problems: [] }, JSON.stringify(text)).toEqual({ root: expected, problems })
  return true
}

const corpus = [...accountFiles({ accounts: 300 })].map(([, text]) => text)
const ours = ['config', 'template', '.github', 'test'].flatMap(filesBelow).map((file) => readFileSync(file, 'utf8'))

function filesBelow(folder: string): string[] {
  const names = readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' })
  return names.filter((name) => /\.ya?ml$/.test(name)).map((name) => join(ROOT, folder, name))
}

test(
  'every account of a corpus is simple',
  () => {
    for (const text of corpus) expect(isSimple(text), text).toBe(true)
  },
  SLOW,
)

test.each([
  'id: a\nplan: growth\noverrides:\n  openai: { model: gpt-4, temperature: 0.8 }\n',
  '# why\nid: a # who\n\nname: "Acme: Ltd"\nnote: \'x # y\'\nlist: [a, "b", 3]\n',
  'a:\n  b:\n      c: |\n        one\n\n          two\n         \n  d: |-\n    # three\n\n\ne: null\n'.replace(
    '         \n',
    '',
  ),
  'name: Überfluß & Söhne 世界 😀\nempty: {}\nnone: []\n',
  'size: 1280x768\nother: 0512x768\nin: { flow: 1024x1024 }\n',
])('so is %j', (text) => {
  expect(isSimple(text)).toBe(true)
})

test.each([
  '',
  '\n',
  '# a\n',
  'a\n',
  'a:\n',
  'a: b',
  'a: b\r\n',
  '\ufeffa: b\n',
  '---\na: b\n',
  'a: b\n...\n',
  '%YAML 1.2\n---\na: b\n',
  'a: 1\na: 2\n',
  '__proto__: 1\n',
  '<<: b\n',
  '? a\n: b\n',
  '- a\n',
  'a:\n- b\n',
  'a: &b c\n',
  'a: *b\n',
  'a: !!str b\n',
  'a: b: c\n',
  'a: b:\n',
  'a: b\n  c\n',
  'a: "b\n  c"\n',
  'a: "\\n"\n',
  "a: 'b''c'\n",
  'a: "b" c\n',
  'a: @b\n',
  'a: `b\n',
  'a: ~\n',
  'a: True\n',
  'a: NULL\n',
  'a: -1\n',
  'a: +1\n',
  'a: 012\n',
  'a: 0o17\n',
  'a: 0x1f\n',
  'a: 1e3\n',
  'a: 1.\n',
  'a: .5\n',
  'a: .inf\n',
  'a: 1234567890123456\n',
  'a: >\n  b\n',
  'a: |+\n  b\n',
  'a: |2\n  b\n',
  'a: |\nb: c\n',
  'a: |\n\n  b\n',
  'a: |\n  b\n \n',
  'a:\n  b: 1\n c: 2\n',
  'a: b\n c: d\n',
  'a:\tb\n',
  'a: b\tc\n',
  'a: b\u202ec\n',
  'a: b\u200bc\n',
  'a: \ud800\n',
  'a: \x07\n',
  'a: \x85\n',
  'a: { b: c\n',
  'a: { b }\n',
  'a: { b: }\n',
  'a: [b, ]\n',
  'a: [b: c]\n',
  'a: { b:1 }\n',
  'a: {b: 1, b: 2}\n',
  'a: {\n  b: 1 }\n',
  `a: [${'['.repeat(20)}${']'.repeat(20)}]\n`,
  `${'a: b\n'.repeat(20_000)}`,
])('and %j is for yaml', (text) => {
  expect(readSimple(text)).toBeUndefined()
})

test(
  'whatever is read without yaml is read as yaml reads it',
  () => {
    const random = randomFrom(SEED)
    const texts = [...corpus, ...Object.values(BASE), ...ours]
    for (const text of texts) isSimple(text)
    let simple = 0
    const { numRuns } = runs(6000)
    for (let i = 0; i < numRuns; i++) {
      const text = random.below(3) === 0 ? random.of(texts).slice(0, 2000) : mapping(random, 0, 0)
      if (isSimple(mutated(random, text))) simple++
    }
    expect(simple).toBeGreaterThan(numRuns / 10)
  },
  SLOW,
)

test('and parse gives the one or the other', () => {
  for (const text of ['a: 1\n', 'a: +1\n', 'a: [\n']) {
    expect(parse('a.yaml', 'account', Buffer.from(text))).toEqual(parseText('a.yaml', 'account', text))
  }
})

const KEYS = [
  '1',
  '1.5',
  'true',
  'null',
  'a b',
  '"q"',
  "'s'",
  'é',
  '-a',
  '_a',
  '0x',
  '1e3',
  '<<',
  '?',
  'constructor',
  '012',
]
const SCALARS = [
  'v',
  'a b c',
  'true',
  'false',
  'null',
  'True',
  '~',
  '',
  '1',
  '0',
  '00',
  '-1',
  '1.50',
  '1.',
  '1e3',
  '0x1f',
  '0o7',
  '07',
  '1_0',
  '0.7',
  '12345678901234567890',
  '123456789012345',
  '1.123456789012345678',
  'a: b',
  'a:b',
  'a:',
  'a #b',
  'a#b',
  'a  # c',
  '# c',
  '"x"',
  "'x'",
  '"x y" # c',
  '"x"y',
  "'it''s'",
  '"\\n"',
  '"a',
  "'a: #b'",
  '2024-01-01',
  '1:30',
  'a, b',
  'a]',
  '[a, b]',
  '[ a,b ]',
  '[a, ]',
  '[]',
  '{}',
  '{ a: 1, b: "x", c: y z }',
  '{a: b: c}',
  '{ a }',
  '{ a: }',
  '{a:1}',
  '[a: b]',
  '{ a: [1, 2], b: { c: d } } # c',
  '[a]b',
  '&x y',
  '*x',
  '!t y',
  '|',
  '@a',
  '- a',
  '? a',
  'über uns',
  'a\u00a0',
  '😀',
  '1024x1024',
  'runware:97@1',
  '{ a: x:1, b: 1:}',
  'a  b',
  'a: # c',
  '[a  b]',
  '{ a : b }',
  "{ 'a': b }",
  '{ a: "x" "y" }',
  '{ a: null, b: true, c: 1e3 }',
  '.inf',
  '1f',
  '0f',
  'e3',
  '1-2',
  '0.',
  '00.5',
]
const HEADERS = ['|', '|', '|', '|-', '|-', '|+', '>', '|2', '| ', '| # c']
const BETWEEN = ['\n', '# c\n', '      # c\n', '  \n', '\n\n', '     \n']
const LINES = ['text', '# none', 'k: v', '  more', '- x', 'tail ', '---', ' ', '"', '\tt', 'a\u2028b']
const SNIPPETS = [
  ' ',
  '  ',
  '\n',
  '\n\n',
  ':',
  ': ',
  ' #',
  '#',
  '# c\n',
  '-',
  '- ',
  '? ',
  ',',
  '[',
  ']',
  '{',
  '}',
  '&a',
  '*a',
  '!',
  '|',
  '|-',
  '|\n',
  '>\n',
  "'",
  '"',
  "''",
  '%',
  '@',
  '`',
  '---\n',
  '...\n',
  '\t',
  '\r\n',
  '\r',
  '\\',
  '~',
  'null',
  'true',
  'TRUE',
  '012',
  '-1',
  '1.',
  '1e3',
  '.nan',
  'a',
  'é',
  '\u00a0',
  '\u0085',
  '\u2028',
  '\u202e',
  '\u200b',
  '\ufeff',
  '<<: ',
  '=',
  '$',
  '    ',
  '   x: 1\n',
  'k: v\n',
  '=======\n',
  '\x07',
]

/** A block mapping that is mostly right. */
function mapping(random: Random, indent: number, depth: number): string {
  const rarely = (often: number): boolean => random.below(often) === 0
  let text = ''
  for (let left = 1 + random.below(3); left > 0; left--) {
    if (rarely(8)) text += random.of(BETWEEN)
    const pad = ' '.repeat(rarely(30) ? random.below(6) : indent)
    const key = `${pad}${rarely(8) ? random.of(KEYS) : `k${random.below(30)}`}:`
    const inner = indent + 1 + random.below(4)
    const kind = random.below(10)
    if (kind < 3 && depth < 4) {
      text += `${key}${rarely(4) ? random.of([' ', ' # c', '  ']) : ''}\n${rarely(12) ? random.of(BETWEEN) : ''}`
      text += mapping(random, inner, depth + 1)
    } else if (kind < 5) {
      text += `${key} ${random.of(HEADERS)}\n`
      for (let lines = random.below(5); lines > 0; lines--) {
        const spaces = ' '.repeat(rarely(15) ? random.below(6) : inner)
        text += rarely(5) ? random.of(['\n', '\n', `${spaces}\n`, '# c\n', '---\n']) : `${spaces}${random.of(LINES)}\n`
      }
    } else text += `${key} ${rarely(20) ? ' ' : ''}${random.of(SCALARS)}${rarely(20) ? ' ' : ''}\n`
  }
  return text
}

/** With up to two things put in or taken out anywhere. */
function mutated(random: Random, text: string): string {
  let changed = text
  for (let left = random.below(3); left > 0; left--) {
    const at = random.below(changed.length + 1)
    const rest = at + (random.below(3) === 0 ? random.below(4) : 0)
    changed = changed.slice(0, at) + (random.below(4) === 0 ? '' : random.of(SNIPPETS)) + changed.slice(rest)
  }
  return changed
}
