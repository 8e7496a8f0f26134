import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { BASE, temporaryFolder } from '../support/config.ts'
import { accountFiles, pathOf, writeCorpus } from '../support/corpus.ts'
import { commitAll, tenfold } from '../support/run.ts'
import { SEED, SLOW } from './seed.ts'

const ACCOUNTS = 5000

interface Facts {
  readonly root: string
  readonly accounts: number
  readonly files_parsed: number
  readonly files_reused: number
  readonly objects_written: number
}

async function compiled(folder: string, ...args: string[]): Promise<Facts> {
  const { code, stdout, stderr } = await tenfold(['compile', '--format', 'json', ...args], folder)
  if (code !== 0) throw new Error(stderr)
  const facts: Facts = JSON.parse(stdout)
  return facts
}

/** Another temperature, written as long as the one before it. */
function edit(folder: string, i: number): void {
  const file = join(folder, 'config', pathOf(i))
  const text = readFileSync(file, 'utf8')
  const [, digit] = /temperature: 0\.(\d)/.exec(text) ?? []
  if (digit === undefined) throw new Error(`${file} has no temperature`)
  writeFileSync(file, text.replace(/temperature: 0\.\d/, `temperature: 0.${digit === '9' ? 1 : Number(digit) + 1}`))
}

/** An account of the corpus that has overrides, at or after a number. */
function withOverrides(from: number): number {
  const all = [...accountFiles({ accounts: ACCOUNTS, seed: SEED })]
  return all.findIndex(([, text], i) => i >= from && text.includes('temperature'))
}

test(
  '5,000 accounts: a compile of what is known parses and writes nothing; of one field, one file and four objects',
  async () => {
    const folder = temporaryFolder()
    writeCorpus(folder, { accounts: ACCOUNTS, seed: SEED }, BASE)
    const first = await compiled(folder)
    expect(first).toMatchObject({ accounts: ACCOUNTS, files_reused: 0 })
    const files = first.files_parsed
    expect(files).toBeGreaterThan(ACCOUNTS)
    expect(await compiled(folder)).toMatchObject({
      root: first.root,
      files_parsed: 0,
      files_reused: files,
      objects_written: 0,
    })

    edit(folder, withOverrides(3456))
    const second = await compiled(folder)
    expect(second).toMatchObject({ accounts: ACCOUNTS, files_parsed: 1, files_reused: files - 1 })
    expect(second.objects_written).toBeLessThanOrEqual(4)
    expect(second.root).not.toBe(first.root)

    // The same of commits. The first one is what the working tree was.
    await commitAll(folder)
    expect(await compiled(folder, '--at', 'HEAD')).toMatchObject({
      root: second.root,
      files_parsed: 0,
      objects_written: 0,
    })
    edit(folder, withOverrides(777))
    await commitAll(folder, 'another')
    const third = await compiled(folder, '--at', 'HEAD')
    expect(third).toMatchObject({ accounts: ACCOUNTS, files_parsed: 1, files_reused: files - 1 })
    expect(third.objects_written).toBeLessThanOrEqual(4)
    expect(await compiled(folder)).toMatchObject({ root: third.root, files_parsed: 0, objects_written: 0 })
  },
  SLOW * 2,
)
