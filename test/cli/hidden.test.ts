import { describe, expect, it } from 'vitest'
import { render } from '../../src/cli/render-diagnostics.ts'
import type { Diagnostic } from '../../src/source/diagnostic-types.ts'
import { credentialIn } from '../../src/credentials/index.ts'
import { formats } from '../../src/report/format-names.ts'
import { KINDS, type Kind } from '../lint/secret/planted.ts'
import { diagnosticsOf, writeConfig } from '../support/config.ts'
import { commitAll, tenfold } from '../support/run.ts'

const START = 'id: ‹›\nplan: growth\n'
/** Text that YAML leaves as it is wherever it stands. */
const isWord = ({ body }: Kind): boolean => /^[A-Za-z0-9_-]+$/.test(body)
/** What is known by itself, without the name or the place that gives it away. */
const isKnown = ({ key }: Kind): boolean => /^[A-Za-z0-9._-]+$/.test(key) && credentialIn(key) !== undefined

/** An account's file in which a key, or the part of it that nobody may see, stands somewhere. */
const PLACES: readonly (readonly [place: string, which: (kind: Kind) => boolean, write: (kind: Kind) => string])[] = [
  ['a value', () => true, ({ key }) => `name: ${JSON.stringify(key)}\n`],
  [
    'a model that nothing defines',
    () => true,
    ({ key }) => `overrides: { openai: { model: ${JSON.stringify(key)} } }\n`,
  ],
  ['a number’s place', () => true, ({ key }) => `overrides: { openai: { max_tokens: ${JSON.stringify(key)} } }\n`],
  ['a key', () => true, ({ key }) => `${JSON.stringify(key)}: 1\n`],
  [
    'a prompt’s name',
    () => true,
    ({ key }) => `prompts: { ${JSON.stringify(key)}: { customized: false, default: d } }\n`,
  ],
  ['a comment', () => true, ({ key }) => `# ${key}\nnme: x\n`],
  ['a comment behind a mistake', () => true, ({ key }) => `nme: x # ${key}\n`],
  ['a credential’s field', isWord, ({ body }) => `api_key: ${body}\n`],
  ['an anchor behind a name', isWord, ({ body }) => `token: &${body} x\n`],
  ['an anchor without a value', isWord, ({ body }) => `password: &${body}\n`],
  ['an alias behind a name', isWord, ({ body }) => `secret: *${body}\n`],
  ['a tag behind a name', isWord, ({ body }) => `auth: !${body} x\n`],
  ['an anchor', isKnown, ({ key }) => `name: &${key} x\n`],
  ['an alias', isKnown, ({ key }) => `name: *${key}\n`],
  ['a tag', isKnown, ({ key }) => `name: !${key} x\n`],
  ['a key that stands twice', () => true, ({ key }) => `${JSON.stringify(key)}: 1\n${JSON.stringify(key)}: 2\n`],
  ['a key that stands twice behind a name', isWord, ({ body }) => `password: { "${body}": 1, "${body}": 2 }\n`],
  ['and over lines', isWord, ({ body }) => `password:\n  "${body}": 1\n  "${body}": 2\n`],
  ['a syntax error', isWord, ({ body }) => `token: ${body}: x\n`],
  ['a syntax error beneath a name', isWord, ({ body }) => `credentials:\n  - ${body}: x: y\n`],
  ['a syntax error without a colon', isWord, ({ body }) => `pwd ${body}\nname: x\n`],
  ['a syntax error in quotes', isWord, ({ body }) => `"access_token": "${body}" "${body}"\n`],
  ['a broken line', () => true, ({ key }) => `name: [ ${JSON.stringify(key)}\n`],
  ['a broken block', isWord, ({ body }) => `secret: |\n   ${body}\n  ${body}\nname: [\n`],
  ['a tab', isWord, ({ body }) => `bearer:\t${body}\n\tname: x\n`],
  [
    'a merge conflict',
    () => true,
    ({ key }) => `<<<<<<< ours\nname: ${JSON.stringify(key)}\n=======\nname: x\n>>>>>>> ${key}\n`,
  ],
]

/** Twelve characters of it in any format are too many. */
function expectHidden(all: readonly Diagnostic[], kind: Kind, place: string): void {
  expect(all.length, `${kind.kind} in ${place}`).toBeGreaterThan(0)
  for (const format of formats) expectNone(render(format, all, 1, false), kind, `${format}: ${kind.kind} in ${place}`)
}

function expectNone(printed: string, { body }: Kind, what: string): void {
  for (let i = 0; i + 12 <= body.length; i++) {
    if (printed.includes(body.slice(i, i + 12)))
      expect.fail(`${what}: ${i}–${i + 12} of ${body.length} characters are shown`)
  }
}

describe('no format prints a credential', () => {
  it.each(PLACES)('that is %s', async (place, which, write) => {
    const kinds = KINDS.filter(which)
    expect(kinds.length).toBeGreaterThan(10)
    const files = Object.fromEntries(
      kinds.map((kind, i) => [`accounts/a${i}.yaml`, START.replace('‹›', `a${i}`) + write(kind)]),
    )
    const found = await diagnosticsOf(files)
    for (const [i, kind] of kinds.entries()) {
      expectHidden(
        found.filter(({ file }) => file === `accounts/a${i}.yaml`),
        kind,
        place,
      )
    }
  })

  it('that is the name of a file or of a folder', async () => {
    const kinds = KINDS.filter(isKnown)
    const files = kinds.flatMap(({ key }, i) => [
      [`accounts/${key}.yaml`, 'id: a\nplan: growth\n'],
      [`accounts/${key}/b${i}.yaml`, `id: b${i}\nplan: growth\nnme: x\n`],
      [`prompts/${key}.txt`, ''],
    ])
    const found = await diagnosticsOf(Object.fromEntries(files))
    for (const kind of kinds) {
      const own = found.filter(({ file }) => file.includes(kind.key))
      expect(
        own.filter(({ rule, line, column }) => rule === 'secret/value' && line === 1 && column === 1).length,
        kind.kind,
      ).toBe(3)
      expectHidden(own, kind, 'a name')
    }
  })
})

describe('no command prints one that it was called with', () => {
  const kinds = KINDS.filter(({ kind }) => /^(?:OpenAI project|Cerebras)$/.test(kind))

  it.each([
    ['get', '‹›', 'auto_cluster'],
    ['get', '‹›', 'auto_cluster', '--format', 'pretty'],
    ['get', '‹›', '--prompt', 'clustering'],
    ['get', 'acme', '‹›'],
    ['get', 'acme', '--prompt', '‹›'],
    ['get', 'acme', 'auto_cluster', '--plan', '‹›'],
    ['explain', '‹›', 'auto_cluster'],
    ['explain', '‹›', '--format', 'pretty'],
    ['explain', 'acme', '‹›'],
    ['log', '‹›'],
    ['log', 'acme', '‹›'],
    ['log', 'acme', '--field', '‹›'],
    ['log', 'acme', '--since', '‹›'],
    ['get', 'acme', 'auto_cluster', '--at', '‹›'],
    ['check', '--at', '‹›'],
    ['check', '--format', '‹›'],
    ['check', '--config', '‹›'],
    ['check', '--‹›'],
    ['check', '--max-warnings', '‹›'],
    ['‹›'],
    ['diff', '‹›'],
    ['verify', '‹›'],
    ['verify', 'file:‹›'],
    ['set', '‹›', 'openai.model', 'gpt-4o'],
    ['set', 'acme', '‹›', 'x'],
    ['set', 'acme', 'openai.model', '‹›'],
    ['plan', 'acme', '‹›'],
    ['plan', '‹›', 'growth'],
    ['prompt', 'customize', 'acme', '‹›'],
    ['release', '--env', '‹›'],
    ['rollback', '‹›', '--to', 'file:x'],
    ['publish', '--to', '‹›'],
  ])('%s %s %s %s %s', async (...words) => {
    const folder = writeConfig({ 'accounts/acme.yaml': 'id: acme\nplan: growth\n' })
    await commitAll(folder)
    for (const kind of kinds) {
      const { stdout, stderr } = await tenfold(
        words.filter((word) => typeof word === 'string').map((word) => word.replace('‹›', kind.key)),
        folder,
      )
      expectNone(stdout + stderr, kind, words.join(' '))
    }
  })
})
