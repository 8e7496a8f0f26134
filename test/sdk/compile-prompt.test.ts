import { describe, expect, it } from 'vitest'
import type { GlobalPrompt } from '../../src/domain/settings-types.ts'
import type { Settings } from '../../src/sdk/settings-client.ts'
import { GLOBALS, codeOf, storeWith } from './store.ts'

async function settingsWith(prompt: GlobalPrompt): Promise<Settings> {
  const own = { plan: 'growth' as const, prompts: { p: { customized: true, default: '', value: 'own [KEY]' } } }
  return (await storeWith({ globals: { ...GLOBALS, prompts: { p: prompt } }, accounts: { acme: own } })).open()
}

const BRACKETS: GlobalPrompt = {
  value: 'Group [KEY], [KEY] and [MORE]; not [TODO], $[KEY] or [key].',
  placeholders: 'brackets',
  variables: { KEY: true, MORE: false, TODO: 'literal' },
}

describe('compilePrompt', () => {
  it.each([
    ['brackets', BRACKETS, { KEY: 'a', MORE: 'b' }, 'Group a, a and b; not [TODO], $[KEY] or [key].'],
    ['an optional variable left out', BRACKETS, { KEY: 'a' }, 'Group a, a and ; not [TODO], $[KEY] or [key].'],
    [
      'undefined for left out',
      BRACKETS,
      { KEY: 'a', MORE: undefined },
      'Group a, a and ; not [TODO], $[KEY] or [key].',
    ],
    [
      'values that look like placeholders',
      BRACKETS,
      { KEY: '[MORE]$&', MORE: '[KEY]' },
      'Group [MORE]$&, [MORE]$& and [KEY]; not [TODO], $[KEY] or [key].',
    ],
    [
      'braces',
      { value: '{a} {{a}} ${a} {b}', placeholders: 'braces', variables: { a: true } } satisfies GlobalPrompt,
      { a: 'x' },
      'x {x} ${a} {b}',
    ],
    [
      'mustache',
      {
        value: '{{a.b}} {a.b} {{{a.b}}} {{ a.b }}',
        placeholders: 'mustache',
        variables: { 'a.b': true },
      } satisfies GlobalPrompt,
      { 'a.b': 'x' },
      'x {a.b} {{{a.b}}} {{ a.b }}',
    ],
    ['none', { value: '{a} [B]', placeholders: 'none', variables: {} } satisfies GlobalPrompt, {}, '{a} [B]'],
  ])('fills %s', async (_, prompt, variables, text) => {
    expect((await settingsWith(prompt)).compilePrompt('unknown', 'p', variables)).toBe(text)
  })

  it('fills the account’s own text where its plan permits one', async () => {
    const settings = await settingsWith(BRACKETS)
    expect(settings.compilePrompt('acme', 'p', { KEY: 'a' })).toBe('own a')
    expect(settings.compilePrompt('acme', 'p', { KEY: 'a' }, { plan: 'free' })).toMatch(/^Group a/)
    expect(settings.snapshot().compilePrompt('acme', 'p', { KEY: 'a' })).toBe('own a')
  })

  it.each([
    ['missing_variable', { MORE: 'b' }],
    ['missing_variable', { KEY: undefined }],
    ['unknown_variable', { KEY: 'a', OTHER: 'b' }],
    ['unknown_variable', { KEY: 'a', TODO: 'b' }],
    ['unknown_variable', { KEY: 'a', constructor: 'b' }],
    ['invalid_variable', { KEY: 7 }],
    ['invalid_variable', { KEY: null }],
    ['invalid_option', null],
    ['invalid_option', ['a']],
    ['invalid_option', 'KEY'],
  ])('refuses with %s: %j', async (code, variables) => {
    const settings = await settingsWith(BRACKETS)
    expect(await codeOf(() => Reflect.apply(settings.compilePrompt, settings, ['acme', 'p', variables]))).toBe(code)
  })

  it('knows no other prompt', async () => {
    const settings = await settingsWith(BRACKETS)
    expect(await codeOf(() => settings.compilePrompt('acme', 'q', {}))).toBe('unknown_prompt')
  })
})
