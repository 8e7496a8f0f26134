import { describe, expect, it } from 'vitest'
import { writeRootDocument } from '../../../src/trust/root-document.ts'
import { ROOT, testRoot } from '../../support/trust.ts'
import { lint } from '../expect.ts'

const SIGNED = writeRootDocument(ROOT.document)
const AT = 'error[trust/root] trust/root.json:1:1-1:1'

describe('trust/root', () => {
  it('passes a root that its own keys have signed, and a configuration without one', async () => {
    await lint({ 'trust/root.json': SIGNED })
    await lint({})
  })

  it('points at the file’s start, says what is wrong and how to get the right one back', async () => {
    const [found] = await lint(
      { 'trust/root.json': SIGNED.replace('"OPENAI_API_KEY"', '"ANOTHER_API_KEY"') },
      { also: [AT] },
    )
    expect(found?.message).toContain('not signed by its own keys')
    expect(found?.help).toContain('from the default branch')
  })

  it.each([
    ['an empty file', '', 'not JSON'],
    ['a list', '[]\n', 'not an object'],
    ['another format', SIGNED.replace('"format": 1', '"format": 2'), 'another format'],
    ['white space that `keys` does not write', `${SIGNED}\n`, 'edited by hand'],
    ['a member that nothing reads', SIGNED.replace('{\n', '{\n  "note": "hello",\n'), 'edited by hand'],
    ['no signature', SIGNED.replace(/"signatures": \[[^\]]*\]/, '"signatures": []'), 'not signed'],
    ['more than 256 KiB', `${SIGNED}${' '.repeat(262_144)}`, 'over 256 KiB'],
    ['more than any file may have', `${SIGNED}${' '.repeat(1_048_577)}`, 'over 256 KiB'],
  ])('refuses %s', async (_, text, says) => {
    const [found] = await lint({ 'trust/root.json': text }, { also: [AT] })
    expect(found?.message).toContain(says)
  })

  it('refuses another root’s signatures', async () => {
    const other = testRoot({}).document
    const text = writeRootDocument({ ...ROOT.document, signatures: other.signatures })
    await lint({ 'trust/root.json': text }, { also: [AT] })
  })

  it('is alone: a root that cannot be used permits nothing and forbids nothing', async () => {
    await lint({ 'trust/root.json': '{}', 'tenfold.yaml': 'recipients: [nobody]\n' }, { also: [AT] })
  })
})
