import { describe, expect, test } from 'vitest'
import { fill, lf, missingIn, placeholder, sameText, undeclaredIn } from '../../src/domain/placeholders.ts'
import type { GlobalPrompt } from '../../src/domain/settings-types.ts'

type Form = GlobalPrompt['placeholders']

const prompt = (placeholders: Form, variables: GlobalPrompt['variables']): GlobalPrompt => ({
  value: '',
  placeholders,
  variables,
})
const brackets = prompt('brackets', { TITLE: true, MOOD: false, AS_IT_IS: 'literal' })
const braces = prompt('braces', { title: true, mood: false, as_it_is: 'literal' })
const mustache = prompt('mustache', { title: true, mood: false, as_it_is: 'literal' })
const none = prompt('none', { title: true })

test.each<[Form, string]>([
  ['brackets', '[title]'],
  ['braces', '{title}'],
  ['mustache', '{{title}}'],
  ['none', '[title]'],
])('a placeholder of the form %s is %s', (form, written) => {
  expect(placeholder('title', form)).toBe(written)
})

describe('what a text lacks', () => {
  test.each<[string, GlobalPrompt, string[]]>([
    ['[TITLE]', brackets, []],
    ['$[TITLE]', brackets, ['TITLE']],
    ['[MOOD] {TITLE}', brackets, ['TITLE']],
    ['{title}', braces, []],
    ['${title}', braces, ['title']],
    ['{{title}}', mustache, []],
    ['{title} ${{title}} {{{title}}}', mustache, ['title']],
    ['', none, []],
  ])('%j', (text, of, missing) => {
    expect(missingIn(text, of)).toEqual(missing)
  })
})

describe('what nothing declares', () => {
  test.each<[string, GlobalPrompt, string[]]>([
    ['[TITLE] [OTHER] [OTHER] [a word] [2]', brackets, ['OTHER']],
    ['{title} {other} ${total} {A} {"json": 1}', braces, ['other']],
    ['{{title}} {{user.name}} {{a b}} {{{raw}}}', mustache, ['user.name']],
    ['{other} [OTHER] {{other}}', none, []],
  ])('%j', (text, of, undeclared) => {
    expect(undeclaredIn(text, of)).toEqual(undeclared)
  })
})

describe('what is filled in', () => {
  const values = new Map([
    ['title', '{mood}'],
    ['TITLE', '[MOOD]'],
    ['as_it_is', 'never'],
    ['other', 'never'],
  ])
  test.each<[string, GlobalPrompt, string]>([
    ['[TITLE]: [MOOD], [OTHER] and [AS_IT_IS]', brackets, '[MOOD]: , [OTHER] and [AS_IT_IS]'],
    ['{title}: {mood}, {other} and {as_it_is}, ${title}', braces, '{mood}: , {other} and {as_it_is}, ${title}'],
    ['{{title}}: {{mood}}, {{other}} and {{as_it_is}}', mustache, '{mood}: , {{other}} and {{as_it_is}}'],
    ['{title} [title] {{title}}', none, '{title} [title] {{title}}'],
  ])('%j', (text, of, filled) => {
    expect(fill(text, of, values)).toBe(filled)
  })
})

test('texts are compared with every line end as LF', () => {
  expect(lf('a\r\nb\rc\n')).toBe('a\nb\nc\n')
  expect(sameText('a\r\nb', 'a\nb')).toBe(true)
  expect(sameText('a\rb', 'a\nb')).toBe(true)
  expect(sameText('a\n', 'a')).toBe(false)
})
