import { describe, expect, test } from 'vitest'
import { isNearMiss, nearMissesIn } from '../../src/domain/misspelled-placeholders.ts'
import type { GlobalPrompt } from '../../src/domain/settings-types.ts'

type Form = GlobalPrompt['placeholders']

const VARIABLES = { TITLE: true, MOOD: false, AS_IT_IS: 'literal' } as const
const prompt = (placeholders: Form, variables: GlobalPrompt['variables'] = VARIABLES): GlobalPrompt => ({
  value: '',
  placeholders,
  variables,
})

/** What is found in a text: `name: written (why)` for each variable. */
function found(text: string, of: GlobalPrompt): readonly string[] {
  return [...nearMissesIn(text, of)].map(([name, { written, why }]) => `${name}: ${written} (${why})`)
}

/** Each form with a text, and the near misses in it. */
const CASES: readonly (readonly [about: string, form: Form, text: string, misses: readonly string[]])[] = [
  ['nothing in a text without brackets', 'brackets', 'TITLE title', []],
  ['nothing where there are no placeholders', 'none', '[title] {TITLE}', []],
  ['nothing in what is right', 'brackets', '[TITLE] and [MOOD], and again [TITLE]', []],
  ['nothing in a name that is not declared', 'brackets', '[other] {other} [other', []],
  ['another case', 'brackets', 'a [Title].', ['TITLE: [Title] (the case is another)']],
  ['another case in braces', 'braces', '{Title}', ['TITLE: {Title} (the case is another)']],
  ['another case, doubled', 'mustache', '{{title}}', ['TITLE: {{title}} (the case is another)']],
  ['spaces', 'brackets', '[ TITLE ]', ['TITLE: [ TITLE ] (it has spaces inside)']],
  ['a tab', 'brackets', '[TITLE\t]', ['TITLE: [TITLE<U+0009>] (it has spaces inside)']],
  [
    'spaces and another case',
    'braces',
    '{ title}',
    ['TITLE: { title} (it has spaces inside, and the case is another)'],
  ],
  ['an invisible character', 'brackets', '[TI\u200bTLE]', ['TITLE: [TI<U+200B>TLE] (an invisible character is in it)']],
  [
    'a space that does not break',
    'brackets',
    '[TITLE\u00a0]',
    ['TITLE: [TITLE<U+00A0>] (an invisible character is in it)'],
  ],
  ['a blank of braille', 'brackets', '[\u2800TITLE]', ['TITLE: [<U+2800>TITLE] (an invisible character is in it)']],
  [
    'all of it at once',
    'brackets',
    '[ ti\u200btle]',
    ['TITLE: [ ti<U+200B>tle] (an invisible character is in it, and it has spaces inside, and the case is another)'],
  ],
  ['the first of several', 'brackets', '[title] [Title]', ['TITLE: [title] (the case is another)']],
  [
    'one of each variable',
    'brackets',
    '[mood] [title]',
    ['MOOD: [mood] (the case is another)', 'TITLE: [title] (the case is another)'],
  ],
  ['nothing of a literal name', 'brackets', '[as_it_is] {AS_IT_IS} [AS_IT_IS', []],
  ['a dollar before it', 'brackets', '$[TITLE]', ['TITLE: $[TITLE] (a "$" comes before it)']],
  [
    'a dollar, and spaces',
    'braces',
    '${ TITLE }',
    ['TITLE: ${ TITLE } (a "$" comes before it, and it has spaces inside)'],
  ],
  ['nothing of the shell', 'braces', '${title}', []],
  [
    'the shell with a sign too many',
    'braces',
    '${{title}}',
    ['TITLE: ${{title}} (the "{" and "}" are doubled, and a "$" comes before it, and the case is another)'],
  ],
  ['a sign too few', 'mustache', '{TITLE}', ['TITLE: {TITLE} (the "{" and "}" have to be doubled)']],
  [
    'a sign too few and a dollar',
    'mustache',
    '${TITLE}',
    ['TITLE: ${TITLE} (the "{" and "}" have to be doubled, and a "$" comes before it)'],
  ],
  ['a sign too many', 'brackets', '[[TITLE]]', ['TITLE: [[TITLE]] (the "[" and "]" are doubled)']],
  ['two signs too many', 'brackets', '[[[TITLE]]]', ['TITLE: [[[TITLE]]] (the "[" and "]" are repeated)']],
  ['three where two are right', 'mustache', '{{{TITLE}}}', ['TITLE: {{{TITLE}}} (the "{" and "}" are repeated)']],
  ['signs that are uneven', 'braces', '{TITLE}}', []],
  ['the other form', 'brackets', 'a {TITLE}.', ["TITLE: {TITLE} (the prompt's placeholders are in brackets)"]],
  [
    'the other form, doubled',
    'brackets',
    '{{TITLE}}',
    ["TITLE: {{TITLE}} (the prompt's placeholders are in brackets)"],
  ],
  ['nothing of the shell in the other form', 'brackets', '${TITLE}', []],
  [
    'the other form after a dollar apart',
    'brackets',
    '$ {TITLE}',
    ["TITLE: {TITLE} (the prompt's placeholders are in brackets)"],
  ],
  ['brackets in a prompt of braces', 'braces', '[TITLE]', ["TITLE: [TITLE] (the prompt's placeholders are in braces)"]],
  ['brackets after a dollar', 'mustache', '$[TITLE]', ["TITLE: $[TITLE] (the prompt's placeholders are in mustache)"]],
  ['nothing in another case of another form', 'brackets', '{title}', []],
  ['a sign that is not closed', 'brackets', 'a [TITLE of', ['TITLE: [TITLE (the "]" is missing)']],
  ['a sign that is not opened', 'brackets', 'a TITLE] of', ['TITLE: TITLE] (the "[" is missing)']],
  ['several that are not closed', 'mustache', 'a {{TITLE', ['TITLE: {{TITLE (the "}" is missing)']],
  ['several that are not opened', 'mustache', 'TITLE}} of', ['TITLE: TITLE}} (the "{" is missing)']],
  [
    'half, apart, in another case',
    'brackets',
    '[  title',
    ['TITLE: [  title (the "]" is missing, and it has spaces inside, and the case is another)'],
  ],
  [
    'half, apart, before the sign',
    'brackets',
    'TITLE   ]',
    ['TITLE: TITLE   ] (the "[" is missing, and it has spaces inside)'],
  ],
  ['nothing that is too far before a sign', 'brackets', 'TITLE    ]', []],
  ['nothing that is too far behind a sign', 'brackets', '[    TITLE', []],
  ['nothing across lines', 'brackets', '[\nTITLE', []],
  ['nothing across lines before a sign', 'brackets', 'TITLE\n]', []],
  [
    'half and invisible',
    'brackets',
    '[TITLE\u200b of',
    ['TITLE: [TITLE<U+200B> (the "]" is missing, and an invisible character is in it)'],
  ],
  [
    'a word before a sign, not what is before the word',
    'brackets',
    'my-TITLE TITLE]',
    ['TITLE: TITLE] (the "[" is missing)'],
  ],
  ['nothing in a longer word', 'brackets', '[TITLES or my-TITLE]', []],
  ['nothing apart from a sign where the word has its own', 'brackets', '[TITLE] [ TITLE', []],
  [
    'a half beside the word, where it has its own too',
    'brackets',
    '[TITLE] [TITLE',
    ['TITLE: [TITLE (the "]" is missing)'],
  ],
  ['nothing of the shell that is half', 'braces', '${title', []],
  ['a half after a dollar', 'braces', '${TITLE', ['TITLE: ${TITLE (the "}" is missing)']],
  ['a dollar before brackets is not part of a half', 'brackets', '$[TITLE', ['TITLE: [TITLE (the "]" is missing)']],
  ['nothing where the partner comes later', 'braces', '{TITLE: string,\n other: {MOOD: b}}', []],
  ['what is open behind a pair', 'braces', '{TITLE {other}', ['TITLE: {TITLE (the "}" is missing)']],
  ['what closes before a pair', 'braces', 'TITLE} {other}', ['TITLE: TITLE} (the "{" is missing)']],
  ['no word at all beside a sign', 'brackets', '[ ] ] [', []],
]

describe('a text has a near miss:', () => {
  test.each(CASES)('%s', (_, form, text, misses) => {
    expect(found(text, prompt(form))).toEqual(misses)
  })
})

test('a name with letters of both cases is matched in that spelling', () => {
  const of = prompt('braces', { userName: true })
  expect(found('{userName} {username}', of)).toEqual(['userName: {username} (the case is another)'])
})

test('two names that read alike are each themselves', () => {
  const of = prompt('braces', { title: true, TITLE: true })
  expect(found('{title} {TITLE}', of)).toEqual([])
})

test('a paragraph between signs is no name', () => {
  expect(found(`[${' '.repeat(195)}TITLE]`, prompt('brackets'))).toHaveLength(1)
  expect(found(`[${' '.repeat(196)}TITLE]`, prompt('brackets'))).toEqual([])
})

test.each([
  ['title', true],
  ['TITLE', true],
  [' Ti\u200btle ', true],
  ['titles', false],
  ['as_it_is', false],
  ['', false],
])('%j alone is a spelling of a variable: %s', (inner, is) => {
  expect(isNearMiss(inner, prompt('brackets'))).toBe(is)
})

test('variables are told apart by the prompt, and not kept from another', () => {
  expect(isNearMiss('title', prompt('brackets', { MOOD: true }))).toBe(false)
  expect(isNearMiss('title', prompt('brackets', { TITLE: true }))).toBe(true)
})
