import { describe, expect, test } from 'vitest'
import type { GlobalPrompt } from '../../src/domain/settings-types.ts'
import { customize, rebase, reset } from '../../src/edit/edit-account-prompt.ts'
import { fileOf, meaningOf } from './support.ts'

const HEAD = 'id: acme\nplan: growth\n'
const TODAY = 'One\nTwo\nThree\nFour [A]\n'

function prompt(value = TODAY): GlobalPrompt {
  return { value, placeholders: 'brackets', variables: { A: true } }
}

describe('customize', () => {
  test.each([
    {
      name: 'writes a record, with the global text kept',
      before: `${HEAD}name: A\nstrategies: {}\n`,
      text: 'Mine\n\n  [A]\n',
      after: `${HEAD}name: A\nprompts:\n  ideas:\n    customized: true\n    value: |\n      Mine\n\n        [A]\n    default: |\n      One\n      Two\n      Three\n      Four [A]\nstrategies: {}\n`,
    },
    {
      name: 'starts from the global text',
      before: `${HEAD}prompts: # own\n  other: { customized: true, value: a, default: b }\n`,
      text: undefined,
      after: `${HEAD}prompts: # own\n  other: { customized: true, value: a, default: b }\n  ideas:\n    customized: true\n    value: |\n      One\n      Two\n      Three\n      Four [A]\n    default: |\n      One\n      Two\n      Three\n      Four [A]\n`,
    },
    {
      name: 'keeps the default when editing again',
      text: 'New [A]\nline\n',
      before: `${HEAD}prompts:\n  ideas:\n    customized: true\n    value: "Mine [A]" # for the fair\n    default: Old [A]\n`,
      after: `${HEAD}prompts:\n  ideas:\n    customized: true\n    value: | # for the fair\n      New [A]\n      line\n    default: Old [A]\n`,
    },
    {
      name: 'replaces a block, with its comment kept',
      text: 'New [A]',
      before: `${HEAD}prompts:\n  ideas:\n    customized: true\n    value: | # for the fair\n      Mine [A]\n\n    # kept\n    default: Old [A]\n`,
      after: `${HEAD}prompts:\n  ideas:\n    customized: true\n    value: "New [A]" # for the fair\n\n    # kept\n    default: Old [A]\n`,
    },
    {
      name: 'never replaces an own text by the global one',
      text: undefined,
      before: `${HEAD}prompts: { ideas: { customized: true, value: Mine, default: Old } }\n`,
      after: `${HEAD}prompts: { ideas: { customized: true, value: Mine, default: Old } }\n`,
    },
    {
      name: 'takes a pinned account off its pin, on the global text of today',
      text: 'Mine [A]',
      before: `${HEAD}prompts:\n  ideas: # pinned in May\n    default: Old\n    customized: false # pinned\n`,
      after: `${HEAD}prompts:\n  ideas: # pinned in May\n    default: |\n      One\n      Two\n      Three\n      Four [A]\n    customized: true # pinned\n    value: "Mine [A]"\n`,
    },
    {
      name: 'writes between braces on one line',
      text: 'a\n"b"\n',
      before: `{ id: acme, plan: growth, prompts: {} }\n`,
      after: `{ id: acme, plan: growth, prompts: { ideas: { customized: true, value: "a\\n\\"b\\"\\n", default: "One\\nTwo\\nThree\\nFour [A]\\n" } } }\n`,
    },
    {
      name: 'ends the last line where its end is part of the text',
      text: 'a\nb\n',
      before: 'id: acme\nplan: growth',
      after: `${HEAD}prompts:\n  ideas:\n    customized: true\n    value: |\n      a\n      b\n    default: |\n      One\n      Two\n      Three\n      Four [A]\n`,
    },
  ])('$name', ({ before, text, after }) => {
    expect(customize(fileOf(before), 'ideas', prompt(), text)).toBe(after)
  })

  test.each([
    ['a\nb\n', '|'],
    ['a\nb', '|-'],
    ['a\nb\n\n\n', '|+'],
    ['  a\nb\n', '|2'],
    ['  a\nb', '|2-'],
    ['\n  a\n\n', '|2+'],
    ['\ta\nb\n', '|2'],
    ['\na\n', '|'],
    ['a\n\tb\n', '|'],
    ['a  \nb\n', '|'],
    ['a\n   \nb\n', '|'],
    ['# a\n- b\n', '|'],
    ['---\n...\n', '|'],
    ['<<<<<<< a\n', '|'],
    ['🌱\nÜ\n', '|'],
    ['', '""'],
    ['\n', '"'],
    ['  \n', '"'],
    ['a\n   \n', '"'],
    [' \na\n', '"'],
    ['a\rb\n', '"'],
    ['a\u0085b\n', '"'],
    ['a\u2028b\n', '"'],
    ['\ufeffa\n', '"'],
    ['a: b\nc', '|-'],
    ['a', 'a'],
    ['yes', '"'],
    ['a # b', '"'],
  ])('the text %j comes back from %s', (text, header) => {
    for (const eol of ['\n', '\r\n']) {
      const before = `${HEAD}name: A\n`.replaceAll('\n', eol)
      const after = customize(fileOf(before), 'ideas', prompt(), text)
      expect(after.slice(after.indexOf('value: ') + 7)).toMatch(new RegExp(`^${header.replace(/[|+]/g, '\\$&')}`))
      const record = { customized: true, value: text, default: TODAY }
      expect(JSON.parse(JSON.stringify(meaningOf(after)).replaceAll('\\r\\n', '\\n'))).toEqual({
        id: 'acme',
        plan: 'growth',
        name: 'A',
        prompts: { ideas: record },
      })
      expect(after.startsWith(before)).toBe(true)
      expect(reset(fileOf(after), 'ideas', false)).toBe(before)
    }
  })

  test('a text whose blank lines would run into those of the file is quoted', () => {
    const before = `${HEAD}prompts:\n  ideas:\n    customized: true\n    value: a\n\n    default: b\n`
    expect(customize(fileOf(before), 'ideas', prompt(), 'x\n\n')).toBe(before.replace('value: a', 'value: "x\\n\\n"'))
  })

  test('a text of Windows takes the line ends of the file', () => {
    const after = customize(fileOf(HEAD), 'ideas', prompt('x\r\ny\r\n'), 'a\r\nb\r\n')
    expect(after).toBe(
      `${HEAD}prompts:\n  ideas:\n    customized: true\n    value: |\n      a\n      b\n    default: |\n      x\n      y\n`,
    )
  })
})

describe('reset', () => {
  const before = `${HEAD}prompts:\n  other: { customized: false, default: a }\n  # ours\n  ideas:\n    customized: true # since May\n    value: |\n      Mine\n      [A]\n    default: |\n      Old\n      [A]\nname: A\n`

  test('removes the record', () => {
    expect(reset(fileOf(before), 'ideas', false)).toBe(
      `${HEAD}prompts:\n  other: { customized: false, default: a }\n  # ours\nname: A\n`,
    )
  })

  test('removes the section with the last record', () => {
    expect(
      reset(fileOf(`${HEAD}prompts:\n  ideas: { customized: false, default: a }\nname: A\n`), 'ideas', false),
    ).toBe(`${HEAD}name: A\n`)
  })

  test('pins to the snapshot', () => {
    const after = before.replace('customized: true', 'customized: false').replace('Mine', 'Old')
    expect(reset(fileOf(before), 'ideas', true)).toBe(after)
    expect(reset(fileOf(after), 'ideas', true)).toBe(after)
  })

  test('leaves an account without a record alone', () => {
    expect(reset(fileOf(HEAD), 'ideas', true)).toBe(HEAD)
    expect(reset(fileOf(HEAD), 'ideas', false)).toBe(HEAD)
  })
})

describe('rebase', () => {
  const record = (value: string, base: string, customized = true): string =>
    `${HEAD}prompts: # own\n  ideas: { customized: ${customized}, value: ${JSON.stringify(value)}, default: ${JSON.stringify(base)} }\n`

  test.each([
    {
      name: 'takes the change of the global',
      base: 'One\nTwo\nThree\n',
      value: 'One!\nTwo\nThree\n',
      after: 'One!\nTwo\nThree\nFour [A]\n',
    },
    {
      name: 'takes what both sides did alike',
      base: 'One\nTwo\nThree\n',
      value: 'One\nTwo\nThree\nFour [A]\n',
      after: TODAY,
    },
    { name: 'keeps an own text where the global did not move', base: TODAY, value: 'Mine', after: 'Mine' },
    { name: 'becomes the global where nothing was changed', base: 'Old', value: 'Old', after: TODAY },
    {
      name: 'reads Windows line ends',
      base: 'One\r\nTwo\r\nThree\r\n',
      value: '0\r\nOne\r\nTwo\r\nThree\r\n',
      after: `0\n${TODAY}`,
    },
    {
      name: 'knows no magic words',
      base: 'One\nTwo\nThree\n',
      value: '__proto__\nconstructor\nOne\nTwo\nThree\n',
      after: `__proto__\nconstructor\n${TODAY}`,
    },
  ])('$name', ({ base, value, after }) => {
    expect(rebase(fileOf(record(value, base)), 'ideas', prompt(), undefined)).toEqual({
      is: 'text',
      text: record(after, TODAY),
    })
  })

  test('shows both sides of a conflict and guesses nothing', () => {
    const conflicts = [
      { ours: { at: 1, lines: ['2'] }, base: { at: 1, lines: ['two'] }, theirs: { at: 1, lines: ['Two'] } },
    ]
    expect(
      rebase(fileOf(record('One\n2\nThree\nFour [A]\n', 'One\ntwo\nThree\nFour [A]\n')), 'ideas', prompt(), undefined),
    ).toEqual({ is: 'conflict', conflicts })
  })

  test('takes the text that somebody merged', () => {
    expect(rebase(fileOf(record('x', 'y')), 'ideas', prompt(), 'z\r\n')).toEqual({
      is: 'text',
      text: record('z\n', TODAY),
    })
    expect(() => rebase(fileOf(HEAD), 'ideas', prompt(), 'z')).toThrow('has not customised ideas')
  })

  test('moves a pin, and leaves a text alone that is ignored', () => {
    expect(rebase(fileOf(record('Old', 'Old', false)), 'ideas', prompt(), undefined)).toEqual({
      is: 'text',
      text: record(TODAY, TODAY, false),
    })
    expect(rebase(fileOf(record('Off', 'Old', false)), 'ideas', prompt(), undefined)).toEqual({
      is: 'text',
      text: record('Off', TODAY, false),
    })
  })

  test('leaves an account without a record alone', () => {
    expect(rebase(fileOf(HEAD), 'ideas', prompt(), undefined)).toEqual({ is: 'text', text: HEAD })
  })
})
