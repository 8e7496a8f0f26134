import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import type { Role } from '../../src/trust/public-key.ts'
import { nextRoot, roleOf } from '../../src/trust/next-root.ts'
import { type PrivateKey, generateKey, toPem } from '../../src/trust/sign-head.ts'
import { unchanged } from '../faults/support.ts'
import { writeConfig } from '../support/config.ts'
import { type Ran, tenfold } from '../support/run.ts'
import { testRoot, trustFolder } from '../support/trust.ts'
import { ACME, headOf } from './support.ts'

const TO = ['--to', 'file:store']

/** A folder whose store was released under the first of two sets of release keys, and whose root names the second. */
async function changed(
  from: Role,
  to: Role,
  by: readonly PrivateKey[],
): Promise<{ folder: string; env: Record<string, string> }> {
  const root = testRoot({ release: from })
  const folder = trustFolder(writeConfig({ 'accounts/acme.yaml': ACME }), root)
  const env = { TENFOLD_RELEASE_KEY: by.map(toPem).join('\n') }
  for (const model of ['gpt-4', 'gpt-4o']) {
    writeConfig({ 'accounts/acme.yaml': ACME.replace('gpt-4', model) }, folder)
    expect(await tenfold(['release', ...TO, '--allow-missing'], folder, env)).toMatchObject({ code: 0 })
  }
  trustFolder(folder, { ...root, document: nextRoot(root.document, { release: to }, [root.root]) })
  return { folder, env }
}

const [a, b, c] = [generateKey(), generateKey(), generateKey()]
const CHANGES: [string, Role, Role, PrivateKey[]][] = [
  ['one of two keys is replaced', roleOf([a, b], 1), roleOf([b, c], 1), [b]],
  ['more of the same keys have to sign', roleOf([a, b], 1), roleOf([a, b], 2), [a, b]],
  ['fewer of the same keys have to sign', roleOf([a, b], 2), roleOf([a, b], 1), [a, b]],
]

describe.each(CHANGES)('a store of before %s', (_, from, to, by) => {
  it('is read, prolonged and rolled back by nobody, and the next release begins a new count', async () => {
    const { folder, env } = await changed(from, to, by)
    const old = readFileSync(join(folder, 'store', 'head.json'))
    const refused = async (args: readonly string[]): Promise<Ran> => {
      const ran = await unchanged(folder, () => tenfold(args, folder, env))
      expect(ran).toMatchObject({ code: 3, stdout: '' })
      expect(ran.stderr).toContain(
        'it was released under the release keys of root 1, and with those of root 2 a new count began',
      )
      return ran
    }
    const reading = [
      ['verify', 'store'],
      ['get', 'acme', 'generate_content', '--store', 'store'],
      ['publish', '--from', 'store', '--to', 'file:copy'],
    ]
    const changing = [
      ['rollback', '1', ...TO],
      ['release', '--refresh', ...TO],
    ]
    for (const args of [...reading, ...changing]) await refused(args)
    expect(await tenfold(['release', ...TO, '--allow-missing'], folder, env)).toMatchObject({ code: 0 })
    expect(headOf(folder)).toMatchObject({ seq: 1, history: [] })
    expect(await tenfold(['verify', 'store'], folder)).toMatchObject({ code: 0 })
    writeFileSync(join(folder, 'store', 'head.json'), old)
    for (const args of reading) await refused(args)
  })
})
