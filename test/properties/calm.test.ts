import { expect, test } from 'vitest'
import { isLowEntropy, scrutinised } from '../../src/credentials/detect-credential.ts'
import { randomFrom } from '../support/corpus.ts'
import { DISGUISES, KINDS, random } from '../lint/secret/planted.ts'

/** A text that is let through after one look holds nothing that the other looks would find. */
function mustBeRight(text: string): boolean {
  const calm = isLowEntropy(text)
  if (calm) expect(scrutinised(text), JSON.stringify(text)).toBeUndefined()
  return calm
}

test('no planted credential is let through, in no disguise', () => {
  for (const { key } of KINDS) {
    mustBeRight(key)
    for (const [, disguise] of DISGUISES) {
      mustBeRight(disguise(key))
      mustBeRight(`take ${disguise(key)}, and go.`)
    }
  }
})

test('nor is any piece of one, whatever it is put together with', () => {
  const chance = randomFrom(7)
  const signs = [
    ' ',
    '\n',
    '-',
    '.',
    '/',
    ':',
    '=',
    '_',
    '"',
    "'",
    '+',
    '@',
    '://',
    '--',
    'key',
    'Bearer ',
    'the ',
    'a',
    'Z',
    '9',
    '0x',
  ]
  const alphabets = ['abcdef0123456789', 'ABCDEFGHIJabcdefghij0123456789', '01 23 45 ab', 'xX0-', 'aB1']
  let calm = 0
  for (let i = 0; i < 20_000; i++) {
    let text = ''
    for (let left = 1 + chance.below(5); left > 0; left--) {
      const kind = chance.below(4)
      const { key } = chance.of(KINDS)
      const [, disguise] = chance.of(DISGUISES)
      const whole = kind === 0 ? disguise(key) : key
      const from = chance.below(whole.length)
      if (kind < 2) text += whole.slice(from, from + chance.below(30))
      else text += kind === 2 ? chance.of(signs) : random(chance.below(20), i, chance.of(alphabets))
    }
    if (mustBeRight(text)) calm++
  }
  expect(calm).toBeGreaterThan(1000)
})
