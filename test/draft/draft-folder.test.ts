import { chmodSync, cpSync, mkdirSync, readFileSync, readdirSync, statSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test, vi } from 'vitest'
import { DraftFolder } from '../../src/draft/draft-folder.ts'
import { type SettingsDraft, decodeDraft, encodeDraft, newDraft } from '../../src/draft/draft.ts'
import type { Operation } from '../../src/draft/operation.ts'
import { temporaryFolder } from '../support/config.ts'
import { commitAll } from '../support/run.ts'

const set = (n: number): Operation => ({ op: 'set', file: 'settings', path: [`field_${n}`], value: n, saw: null })
const adding =
  (n: number) =>
  (draft: SettingsDraft): SettingsDraft => ({ ...draft, operations: [...draft.operations, set(n)] })

async function folderOf(): Promise<{ drafts: DraftFolder; state: string; config: string; files: () => string[] }> {
  const [state, config] = [join(temporaryFolder(), 'state'), temporaryFolder()]
  const drafts = await DraftFolder.open(config, state)
  const inner = (): string => join(state, 'drafts', readdirSync(join(state, 'drafts'))[0] ?? '')
  return { drafts, state, config, files: () => readdirSync(inner()).map((name) => join(inner(), name)) }
}

test('a draft is there again for whoever opens the folder, closed to others', async () => {
  const { drafts, state, config, files } = await folderOf()
  const draft = await drafts.keep(newDraft(new Date(0)))
  const after = await drafts.change(draft.id, adding(1), new Date(1000))
  expect(after).toEqual({ ...draft, operations: [set(1)], changed: '1970-01-01T00:00:01.000Z' })
  expect((await DraftFolder.open(config, state)).list()).toEqual({ drafts: [after], damaged: [] })
  expect(statSync(join(files()[0] ?? '', '..')).mode & 0o777).toBe(0o700)
})

test('the drafts of one configuration are not those of another, and a linked one is the same', async () => {
  const { drafts, state, config } = await folderOf()
  await drafts.keep(newDraft(new Date()))
  expect((await DraftFolder.open(temporaryFolder(), state)).list().drafts).toEqual([])
  const link = join(temporaryFolder(), 'linked')
  symlinkSync(config, link)
  expect((await DraftFolder.open(link, state)).list().drafts).toHaveLength(1)
})

test('a change that changes nothing is not kept', async () => {
  const { drafts, files } = await folderOf()
  const { id } = await drafts.keep(newDraft(new Date()))
  const before = files()
  await drafts.change(id, (draft) => draft)
  expect(files()).toEqual(before)
})

test('many changes at once, of several openers, are all there', async () => {
  const { drafts, state, config, files } = await folderOf()
  const { id } = await drafts.keep(newDraft(new Date()))
  const others = await Promise.all([0, 1, 2].map(() => DraftFolder.open(config, state)))
  await Promise.all(Array.from({ length: 30 }, async (_, n) => others[n % 3]?.change(id, adding(n))))
  const found = drafts.read(id)?.operations.map((one) => ('value' in one ? one.value : undefined))
  expect(new Set(found)).toEqual(new Set(Array.from({ length: 30 }, (_, n) => n)))
  expect(files().length).toBeLessThanOrEqual(4)
})

test('of a damaged draft the one before is left, and the next change has a number of its own', async () => {
  const { drafts, files } = await folderOf()
  const { id } = await drafts.keep(newDraft(new Date(0)))
  await drafts.change(id, adding(1))
  await drafts.change(id, adding(2))
  const newest = files().sort().at(-1) ?? ''
  writeFileSync(newest, readFileSync(newest, 'utf8').replace('"value": 2', '"value": 3'))
  const { drafts: found, damaged } = drafts.list()
  expect(found[0]?.operations).toEqual([set(1)])
  expect(damaged).toEqual([{ file: newest, why: 'its digest is another' }])
  expect((await drafts.change(id, adding(4))).operations).toEqual([set(1), set(4)])
  expect(drafts.read(id)?.operations).toEqual([set(1), set(4)])
})

test.each([
  ['no JSON', (): string => '{'],
  ['an operation of no kind', (text: string): string => text.replace('"op": "set"', '"op": "run"')],
  ['a file that is none', (text: string): string => text.replace('"file": "settings"', '"file": "../settings"')],
  ['a path with a name of objects', (text: string): string => text.replace('field_1', '__proto__')],
  ['another version', (text: string): string => text.replace('"format": 1', '"format": 2')],
])('what is damaged is never read: %s', (_, damage) => {
  const text = encodeDraft(adding(1)(newDraft(new Date(0))))
  expect(() => decodeDraft(Buffer.from(text))).not.toThrow()
  expect(damage(text)).not.toBe(text)
  expect(() => decodeDraft(Buffer.from(damage(text)))).toThrow(/./)
})

test('a flipped byte anywhere is noticed, or changes nothing', () => {
  const draft = adding(1)(newDraft(new Date(0)))
  const bytes = Buffer.from(encodeDraft(draft))
  for (let i = 0; i < bytes.length; i++) {
    const flipped = Buffer.from(bytes)
    flipped[i] = (flipped[i] ?? 0) ^ 1
    let read: SettingsDraft | undefined
    try {
      read = decodeDraft(flipped)
    } catch {
      continue
    }
    expect(read).toEqual(draft)
  }
})

test('a folder that others may enter, or that a checkout brings, is not used', async () => {
  const { drafts, state, files } = await folderOf()
  await drafts.keep(newDraft(new Date()))
  const folder = join(files()[0] ?? '', '..')
  chmodSync(folder, 0o755)
  expect(drafts.list().drafts).toEqual([])
  await expect(drafts.keep(newDraft(new Date()))).rejects.toThrow('others may enter')
  chmodSync(folder, 0o700)

  const checkout = temporaryFolder()
  mkdirSync(join(checkout, 'config'))
  const own = await DraftFolder.open(join(checkout, 'config'), join(checkout, 'state'))
  await own.keep(newDraft(new Date()))
  cpSync(state, join(checkout, 'other'), { recursive: true })
  await commitAll(checkout)
  await expect(DraftFolder.open(join(checkout, 'config'), join(checkout, 'state'))).rejects.toThrow(
    'part of a checkout',
  )
})

test('where nothing can be written, nothing is lost, and the way out is said', async () => {
  const { drafts } = await folderOf()
  await expect(drafts.change('draft-abcdefghjk', (draft) => draft)).rejects.toThrow('not there any more')
  vi.stubEnv('HOME', '/')
  vi.stubEnv('XDG_STATE_HOME', '')
  await expect(DraftFolder.open(temporaryFolder())).rejects.toMatchObject({
    help: expect.stringContaining('XDG_STATE_HOME'),
  })
})
