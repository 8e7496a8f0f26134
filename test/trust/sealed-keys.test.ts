import { Encrypter, generateIdentity, identityToRecipient } from 'age-encryption'
import { describe, expect, test } from 'vitest'
import { Malformed } from '../../src/store/format/decode-json.ts'
import { isRecipient, seal } from '../../src/trust/seal-keys.ts'
import { open, unseal } from '../../src/trust/unseal-keys.ts'

const [ours, theirs, nobodys] = await Promise.all([generateIdentity(), generateIdentity(), generateIdentity()])
const KEYS = new Map([
  ['OPENAI_API_KEY', 'sk-one'],
  ['ANTHROPIC_API_KEY', 'sk-two'],
])
const NOT_OURS = 'the sealed keys cannot be opened: they were not sealed to this identity, or are damaged'

/** Seals any text as a release's keys are sealed. */
async function sealed(text: string | Uint8Array): Promise<Uint8Array> {
  const encrypter = new Encrypter()
  encrypter.addRecipient(await identityToRecipient(ours))
  return encrypter.encrypt(text)
}

describe('keys that are sealed', () => {
  const RECIPIENTS = Promise.all([identityToRecipient(ours), identityToRecipient(theirs)])

  test('are opened by each of the recipients, and by any of several identities', async () => {
    const bytes = await seal(KEYS, 'production', await RECIPIENTS)
    expect(await unseal(bytes, [ours], 'production')).toEqual(KEYS)
    expect(await unseal(bytes, [theirs], 'production')).toEqual(KEYS)
    expect(await unseal(bytes, [nobodys, theirs], 'production')).toEqual(KEYS)
  })

  test('are opened by nobody else', async () => {
    const bytes = await seal(KEYS, 'production', await RECIPIENTS)
    await expect(unseal(bytes, [nobodys], 'production')).rejects.toThrow(new Malformed(NOT_OURS))
    await expect(unseal(bytes, [], 'production')).rejects.toThrow(new Malformed(NOT_OURS))
    const damaged = Buffer.from(bytes)
    damaged.writeUInt8(damaged.readUInt8(damaged.length - 1) ^ 1, damaged.length - 1)
    await expect(unseal(damaged, [ours], 'production')).rejects.toThrow(new Malformed(NOT_OURS))
    await expect(unseal(bytes, [`${ours}X`], 'production')).rejects.toThrow(
      new Malformed('the sealed keys cannot be opened: this is not an age identity'),
    )
  })

  test('are those of one environment', async () => {
    const bytes = await seal(KEYS, 'staging', await RECIPIENTS)
    await expect(unseal(bytes, [ours], 'production')).rejects.toThrow(
      new Malformed('the sealed keys are those of another environment'),
    )
  })

  test('may be none', async () => {
    expect(await unseal(await seal(new Map(), 'production', await RECIPIENTS), [ours], 'production')).toEqual(new Map())
  })

  test('name their set, in order', async () => {
    const text = Buffer.from(await open(await seal(KEYS, 'production', await RECIPIENTS), [ours])).toString()
    expect(JSON.parse(text)).toEqual({
      format: 1,
      environment: 'production',
      set: ['ANTHROPIC_API_KEY', 'OPENAI_API_KEY'],
      keys: Object.fromEntries(KEYS),
    })
    expect(text.startsWith('{"environment":"production","format":1,"keys":{"ANTHROPIC_API_KEY":')).toBe(true)
  })

  test.each<[content: string | Uint8Array, message: string]>([
    ['{', 'the sealed keys is not JSON'],
    ['[]', 'the sealed keys is not an object'],
    ['{"format":2}', 'the sealed keys are of another format than 1'],
    ['{"format":1}', 'the sealed keys are those of another environment'],
    ['{"format":1,"environment":"production","keys":[]}', 'the sealed keys is not an object'],
    ['{"format":1,"environment":"production","keys":{"A":1},"set":["A"]}', 'the sealed keys.A is not a string'],
    ['{"format":1,"environment":"production","keys":{"A":"1"}}', 'the set of sealed keys is not a list'],
    ['{"format":1,"environment":"production","keys":{"A":"1"},"set":[]}', 'the sealed keys are not the set they name'],
    ['{"format":1,"environment":"production","keys":{},"set":["A"]}', 'the sealed keys are not the set they name'],
    [
      '{"format":1,"environment":"production","keys":{"A":"1"},"set":["B"]}',
      'the sealed keys are not the set they name',
    ],
    [
      '{"format":1,"environment":"production","keys":{"A":"1","B":"2"},"set":["B","A"]}',
      'the sealed keys are not the set they name',
    ],
    [
      '{"format":1,"environment":"production","keys":{"A":"1","B":"2"},"set":["A","C"]}',
      'the sealed keys are not the set they name',
    ],
  ])('are not %s', async (content, message) => {
    await expect(unseal(await sealed(content), [ours], 'production')).rejects.toThrow(new Malformed(message))
  })
})

test('a recipient has a right checksum and a known kind', async () => {
  const recipient = await identityToRecipient(ours)
  expect(await isRecipient(recipient)).toBe(true)
  for (const text of [
    '',
    'age1',
    `${recipient}x`,
    recipient.replace(/.$/, (last) => (last === 'q' ? 'p' : 'q')),
    ours,
  ]) {
    expect(await isRecipient(text)).toBe(false)
  }
  await expect(seal(KEYS, 'production', [recipient, 'age1x'])).rejects.toThrow(
    expect.objectContaining({
      kind: 'refused',
      message: 'nothing can be sealed to age1x: it is no age recipient',
      help: 'take it away with `tenfold keys recipient NAME --remove`',
    }),
  )
})
