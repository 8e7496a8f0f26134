import { runInNewContext } from 'node:vm'
import { expect, test } from 'vitest'
import { type StoreHeaders, headersFrom } from '../../src/store/backends/http/headers.ts'

/** What becomes of what a service in JavaScript gives, which may be anything. */
function given(value: unknown, option: string = 'headers'): Promise<unknown> {
  const ask: () => StoreHeaders = Reflect.get({ headers: () => value }, option)
  return headersFrom(ask)
}

test.each<readonly [string, unknown, unknown]>([
  ['an object', { Authorization: 'Bearer a', 'x-Team': 'é' }, { authorization: 'Bearer a', 'x-team': 'é' }],
  ['an empty object', {}, {}],
  ['one without a prototype', Object.assign(Object.create(null), { A: 'b' }), { a: 'b' }],
  ['one of another realm', runInNewContext('({ A: "b" })'), { a: 'b' }],
  ['Headers', new Headers({ A: 'b' }), { a: 'b' }],
  [
    'pairs',
    [
      ['A', 'b'],
      ['C', ''],
    ],
    { a: 'b', c: '' },
  ],
  ['a Map', new Map([['A', 'b']]), { a: 'b' }],
  ['a promise of them', Promise.resolve({ A: 'b' }), { a: 'b' }],
  ['every character that a name may have', { "!#$%&'*+.^_`|~0-aZ": 'b' }, { "!#$%&'*+.^_`|~0-az": 'b' }],
  ['a tab in a value', { a: 'b\tc ~ÿ' }, { a: 'b\tc ~ÿ' }],
  [
    'names that begin like one of ours',
    { hosts: 'a', tea: 'b', iffy: 'c', content: 'd' },
    { hosts: 'a', tea: 'b', iffy: 'c', content: 'd' },
  ],
])('takes %s', async (_, value, want) => expect(await given(value)).toEqual(want))

const NO_HEADERS = 'what `headers` gives is no object of texts, Headers or pairs'
const NO_VALUE =
  '`headers` gives "a" a value that is no text, or has a line break or another character that no header may have'
const ours = (name: string): string => `\`headers\` gives "${name}", which is not for a service to set`
const unnamed = (name: string): string => `\`headers\` gives ${JSON.stringify(name)}, which is no name of a header`

class Hidden {
  get(): string {
    return 'b'
  }
}

test.each<readonly [string, unknown, string]>([
  ['nothing', undefined, NO_HEADERS],
  ['null', null, NO_HEADERS],
  ['a text', 'a: b', NO_HEADERS],
  ['an instance of a class', new Hidden(), NO_HEADERS],
  ['a list of texts', ['a', 'b'], NO_HEADERS],
  ['lists of one', [['a']], NO_HEADERS],
  ['lists of three', [['a', 'b', 'c']], NO_HEADERS],
  ['pairs whose name is no text', [[1, 'b']], NO_HEADERS],
  ['a number as value', { a: 1 }, NO_VALUE],
  ['a line break', { a: 'b\r\nc: d' }, NO_VALUE],
  ['a character beyond Latin-1', { a: 'Ā' }, NO_VALUE],
  ['DEL', { a: '\x7f' }, NO_VALUE],
  ['an empty name', { '': 'b' }, unnamed('')],
  ['a name with a space', { 'a b': 'c' }, unnamed('a b')],
  ['a name with a colon at its end', { 'a:': 'c' }, unnamed('a:')],
  ['a name with a colon before it', { ':a': 'c' }, unnamed(':a')],
  ...[
    'Host',
    'connection',
    'keep-alive',
    'transfer-encoding',
    'te',
    'trailer',
    'upgrade',
    'expect',
    'accept-encoding',
    'cache-control',
    'range',
    'if-none-match',
    'content-length',
    'proxy-authorization',
  ].map((name) => [name, { [name]: 'x' }, ours(name)] as const),
])('refuses %s', async (_, value, message) => {
  await expect(given(value)).rejects.toMatchObject({ problem: 'wrong-option', message })
})

test('a function that fails is the cause, without what it carries', async () => {
  const failure = headersFrom(() => {
    throw Object.assign(new Error('no token'), { request: { token: 'secret' } })
  })
  await expect(failure).rejects.toMatchObject({
    problem: 'unreadable',
    message: 'the function `headers` failed',
    cause: expect.objectContaining({ message: 'no token' }),
  })
  await expect(failure).rejects.not.toHaveProperty('cause.request')
})
