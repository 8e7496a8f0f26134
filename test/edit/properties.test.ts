import { readFileSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import fc from 'fast-check'
import { diffIndices } from 'node-diff3'
import { beforeAll, describe, expect, test } from 'vitest'
import { plain, spanAt } from '../../src/source/source-nodes.ts'
import { BUILT_IN } from '../../src/domain/built-in-vocabulary.ts'
import { fieldOf } from '../../src/edit/parse-field.ts'
import type { Writable } from '../../src/edit/text/entry-form.ts'
import { withValue } from '../../src/edit/text/confirm-edit.ts'
import { customize, rebase, reset } from '../../src/edit/edit-account-prompt.ts'
import { put } from '../../src/edit/text/put-value.ts'
import { remove } from '../../src/edit/text/remove-entry.ts'
import { SLOW, runs, settle } from '../properties/seed.ts'
import { ROOT } from '../support/run.ts'
import { fileOf, meaningOf } from './support.ts'

beforeAll(settle)

const ACCOUNTS = join(ROOT, 'config', 'accounts')
const SAMPLE = readdirSync(ACCOUNTS, { recursive: true, encoding: 'utf8' })
  .filter((file) => file.endsWith('.yaml'))
  .sort()
  .map((file) => readFileSync(join(ACCOUNTS, file), 'utf8'))

const FIELDS = [
  'text.provider',
  'image.provider',
  'image.max_in_article',
  'openai.model',
  'openai.temperature',
  'openai.max_tokens',
  'anthropic.model',
  'dalle.size',
  'dalle.quality',
  'runware.model',
  'name',
].map((name) => fieldOf(name, BUILT_IN).path)

/** Accounts as people write them: blocks and flows, nulls, comments and blank lines anywhere, either line end, or none. */
const comment = fc.constantFrom('', '', '', ' # why', ' # a: b, {')
const gap = fc.constantFrom('', '', '', '\n', '# alone\n', '\n      # deep\n')
const scalar = fc.constantFrom('x', '"x y"', "'it''s'", '0', '0.5', 'null', '~', '', 'gpt-4o', '"a: b"')
const key = (name: string): fc.Arbitrary<string> => fc.constantFrom(name, name, `"${name}"`, `'${name}'`)
const flowOf = (names: string[], value: fc.Arbitrary<string>): fc.Arbitrary<string> =>
  fc
    .tuple(
      fc.subarray(names),
      fc.array(value, { minLength: names.length, maxLength: names.length }),
      fc.constantFrom(', ', ',\n        '),
      fc.boolean(),
    )
    .map(
      ([kept, values, comma, trailing]) =>
        `{ ${kept.map((name, i) => `${name}: ${values[i]}`).join(comma)}${trailing && kept.length > 0 ? ',' : ''} }`,
    )
interface Body {
  readonly head: string
  readonly lines: readonly string[]
}
const onLine = (head: string): Body => ({ head, lines: [] })
const fieldLines = (names: string[]): fc.Arbitrary<Body> =>
  fc
    .tuple(
      fc.subarray(names, { minLength: 1 }),
      fc.array(fc.tuple(scalar, comment, gap), { minLength: 4, maxLength: 4 }),
    )
    .map(([kept, values]) => {
      const lines = kept.map((field, i) => `    ${field}: ${values[i]?.[0]}${values[i]?.[1]}\n${values[i]?.[2]}`)
      return { head: '', lines }
    })
const section = (name: string, names: string[]): fc.Arbitrary<string> => {
  const flow = flowOf(
    names,
    scalar.filter((text) => text !== ''),
  )
  const body = fc.oneof(fc.constantFrom('null', '~', '').map(onLine), flow.map(onLine), fieldLines(names))
  return fc.tuple(key(name), comment, gap, body).map(([written, note, space, { head, lines }]) => {
    return `  ${written}: ${head}${note}\n${space}${lines.join('')}`
  })
}
const overrides = fc.oneof(
  fc.constantFrom(
    '',
    'overrides:\n',
    'overrides: null # none\n',
    'overrides: {}\n',
    'overrides: { openai: { model: x }, dalle: null }\n',
  ),
  fc
    .tuple(
      comment,
      fc.subarray([0, 1, 2], { minLength: 1 }),
      section('openai', ['model', 'temperature', 'max_tokens']),
      section('image', ['provider', 'max_in_article']),
      section('dalle', ['size', 'quality']),
    )
    .map(([note, kept, ...sections]) => `overrides:${note}\n${kept.map((i) => sections[i]).join('')}`),
)
const name = fc.constantFrom(
  '',
  'name: Acme\n',
  'name: |\n  Acme\n\n  Ltd\n\n',
  'name: >- # folded\n  Acme\n  Ltd\n',
  'name: "Ac\\\n  me"\n',
  'name: Acme\n  Ltd\n',
)
const prompts = fc.constantFrom(
  '',
  'prompts: {}\n',
  'prompts:\n',
  'prompts:\n  other:\n    customized: true\n    value: |\n      a\n\n        b\n    default: "x"\n',
)
const written = fc
  .tuple(gap, name, gap, overrides, gap, prompts, gap, fc.constantFrom('\n', '\r\n'), fc.boolean())
  .map(([a, ofName, b, ofOverrides, c, ofPrompts, d, eol, ended]) => {
    const text = `${a}id: acme\nplan: growth\n${ofName}${b}${ofOverrides}${c}${ofPrompts}${d}`
    return (ended ? text : text.replace(/\n+$/, '')).replaceAll('\n', eol)
  })
const account = fc.oneof(fc.constantFrom(...SAMPLE), written).filter((text) => fileOf(text).problems.length === 0)
const path = fc.constantFrom(...FIELDS)
const value = fc.constantFrom<Writable>(
  'gpt-4o',
  'dalle',
  '1024x1024',
  'yes',
  '012',
  'a: b',
  '',
  'runware:97@1',
  'a, b',
  0,
  0.5,
  4000,
)
const prose = fc
  .array(fc.constantFrom('One', 'Two [A]', '', '  three', '\tfour', '# five', 'six ', '- 7: {', '🌱', '   '), {
    maxLength: 6,
  })
  .chain((lines) => fc.constantFrom(lines.join('\n'), `${lines.join('\n')}\n`))

function linesOf(text: string): string[] {
  return text.split(/\r?\n/)
}

/** How many lines of a text another one lacks, the rest being there in the same order. */
function lost(before: string, after: string): number {
  return diffIndices(linesOf(before), linesOf(after)).reduce((sum, { buffer1: [, length] }) => sum + length, 0)
}

const lf = (object: unknown): unknown => JSON.parse(JSON.stringify(object).replaceAll('\\r\\n', '\\n'))
const at = (text: string, where: readonly string[]): unknown =>
  where.reduce<unknown>(
    (inner, step) => Object.entries(inner ?? {}).find(([each]) => each === step)?.[1],
    meaningOf(text),
  )

/** A refusal is legal where the text cannot bear the edit; it must stay rare. */
function tried(edit: () => string): string | undefined {
  try {
    return edit()
  } catch (error) {
    if (String(error).includes('this edit would disturb')) return undefined
    throw error
  }
}

describe('every edit', () => {
  test('sets one value and changes no other meaning, twice as once, and keeps every other line', {
    timeout: SLOW,
  }, () => {
    let refused = 0
    fc.assert(
      fc.property(account, path, value, (text, where, what) => {
        const after = tried(() => put(fileOf(text), where, what))
        if (after === undefined) return void refused++
        expect(lf(meaningOf(after))).toEqual(lf(withValue(meaningOf(text), where, what)))
        expect(put(fileOf(after), where, what)).toBe(after)
        const replaced = spanAt(fileOf(text).root, where, 'value') ?? { start: 0, end: 0 }
        // The line of the value, and those over which the old one went; one may have got a comma, or lost a null.
        expect(lost(text, after)).toBeLessThanOrEqual(2 + linesOf(text.slice(replaced.start, replaced.end)).length)
        const notes = where[0] === 'name' ? [] : (text.match(/# [^\r\n]*/g) ?? [])
        for (const note of notes) expect(after).toContain(note)
        expect(after.endsWith('\n')).toBe(text.endsWith('\n'))
        expect(after.includes('\r')).toBe(text.includes('\r'))
      }),
      runs(600),
    )
    expect(refused).toBeLessThan(6)
  })

  test('takes a value away and changes no other meaning', { timeout: SLOW }, () => {
    let refused = 0
    fc.assert(
      fc.property(account, path, (text, where) => {
        const after = tried(() => remove(fileOf(text), where))
        if (after === undefined) return void refused++
        expect(at(after, where)).toBeUndefined()
        expect(remove(fileOf(after), where)).toBe(after)
        const { overrides: old, ...others } = Object(meaningOf(text))
        const { overrides: now, ...same } = Object(meaningOf(after))
        if (where[0] === 'overrides') expect(same).toEqual(others)
        else expect(now).toEqual(old)
        // Nothing new stands there, but for a line of a flow mapping that lost its end.
        expect(lost(after, text)).toBeLessThanOrEqual(1)
      }),
      runs(600),
    )
    expect(refused).toBeLessThan(12)
  })

  test('is undone to the original bytes where the field, and its section, were not written', { timeout: SLOW }, () => {
    fc.assert(
      fc.property(account, path, value, (text, where, what) => {
        const root = meaningOf(text)
        // A null or an empty section is written in more than one way: what replaced it cannot say in which.
        const isStandard =
          where.every((_, i) => [undefined, 'map'].includes(kindOf(root, where.slice(0, i)))) &&
          at(text, where) === undefined
        fc.pre(isStandard)
        const after = tried(() => put(fileOf(text), where, what))
        fc.pre(after !== undefined)
        expect(remove(fileOf(after ?? ''), where)).toBe(text)
      }),
      runs(400),
    )
  })

  test('brings a prompt’s text back byte for byte, and is undone by reset', { timeout: SLOW }, () => {
    fc.assert(
      fc.property(account, prose, prose, (text, own, global) => {
        fc.pre(at(text, ['prompts', 'ideas']) === undefined)
        const prompt = { value: global, placeholders: 'none', variables: {} } as const
        const after = tried(() => customize(fileOf(text), 'ideas', prompt, own))
        fc.pre(after !== undefined)
        const now = after ?? ''
        expect(lf(meaningOf(now))).toEqual(
          lf(withValue(meaningOf(text), ['prompts', 'ideas'], { customized: true, value: own, default: global })),
        )
        if (kindOf(meaningOf(text), ['prompts']) === 'map' || !/^prompts/m.test(text)) {
          const back = reset(fileOf(now), 'ideas', false)
          // A last line without its end gets one where the end is part of the text.
          expect(back.replace(/\r?\n$/, '')).toBe(text.replace(/\r?\n$/, ''))
        }
        const pinned = reset(fileOf(now), 'ideas', true)
        expect(lf(at(pinned, ['prompts', 'ideas']))).toEqual({ customized: false, value: global, default: global })
      }),
      runs(300),
    )
  })

  test('rebases onto a global that did not move, and onto one that alone moved', { timeout: SLOW }, () => {
    fc.assert(
      fc.property(account, prose, prose, prose, (text, own, base, today) => {
        const at = { placeholders: 'none', variables: {} } as const
        const record = { customized: true, value: own, default: base }
        const customised = tried(() => put(fileOf(text), ['prompts', 'ideas'], record))
        fc.pre(customised !== undefined)
        expect(rebase(fileOf(customised ?? ''), 'ideas', { value: base, ...at }, undefined)).toEqual({
          is: 'text',
          text: customised,
        })
        const same = put(fileOf(customised ?? ''), ['prompts', 'ideas', 'value'], base)
        const moved = rebase(fileOf(same), 'ideas', { value: today, ...at }, undefined)
        const expected = withValue(meaningOf(same), ['prompts', 'ideas'], {
          customized: true,
          value: today,
          default: today,
        })
        expect(moved.is === 'text' && lf(meaningOf(moved.text))).toEqual(lf(expected))
      }),
      runs(200),
    )
  })
})

function kindOf(root: unknown, where: readonly string[]): string | undefined {
  const found = where.reduce<unknown>(
    (inner, step) => Object.entries(inner ?? {}).find(([each]) => each === step)?.[1],
    root,
  )
  if (found === undefined) return undefined
  return typeof found === 'object' && found !== null && Object.keys(found).length > 0 ? 'map' : 'other'
}

test('the generated accounts are of many shapes', () => {
  const texts = fc.sample(written, 200)
  expect(texts.filter((text) => fileOf(text).root !== undefined).length).toBeGreaterThan(150)
  expect(
    new Set(
      texts.map((text) =>
        JSON.stringify(plain(fileOf(text).root ?? { is: 'scalar', value: null, style: 'plain', start: 0, end: 0 })),
      ),
    ).size,
  ).toBeGreaterThan(50)
})
