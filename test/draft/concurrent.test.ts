import fc from 'fast-check'
import { beforeAll, expect, test } from 'vitest'
import type { Json, Operation } from '../../src/draft/operation.ts'
import { composed } from '../../src/draft/compose-operations.ts'
import { conflictsIn, replay, valueAt } from '../../src/draft/replay-operations.ts'
import { isSameValue } from '../../src/edit/text/confirm-edit.ts'
import { json } from '../../src/draft/read-operation.ts'
import { keyOf } from '../../src/source/file-layout.ts'
import { type Configuration, openConfiguration } from '../../src/source/open-configuration.ts'
import { plain, walk } from '../../src/source/source-nodes.ts'
import { type FileEdit, withEdits } from '../../src/source/with-edits.ts'
import { SLOW, runs, settle } from '../properties/seed.ts'
import { ROOT } from '../support/run.ts'
import { OWN, commentsIn, parsed } from './support.ts'

beforeAll(settle)

interface Field {
  readonly file: string
  readonly key: string
  readonly path: readonly string[]
  readonly value: Json
}

/** Every value of every file that people edit here, except what names a file or what it is read by. */
const FIELDS: readonly Field[] = Object.entries(OWN).flatMap(([file, text]) => {
  const { root } = parsed(file, text)
  if (root === undefined || file === 'tenfold.yaml') return []
  return walk(root).flatMap(({ node, path, entry }) => {
    if (entry === undefined || node.is === 'map' || path.some((step) => typeof step === 'number')) return []
    return [{ file, key: keyOf(file), path: path.map(String), value: json(plain(node), file) }]
  })
})
const FILES = [...new Set(FIELDS.map(({ file }) => file))].filter(
  (file) => FIELDS.filter((one) => one.file === file).length > 1,
)

const other = (before: Json): fc.Arbitrary<string | number | boolean | string[]> =>
  Array.isArray(before)
    ? fc.array(fc.constantFrom('one', 'two', 'a: b', '3'), { maxLength: 3 })
    : fc.oneof(
        fc.constantFrom('gpt-4o', 'it’s: no comment', '"quoted"', 'two\nlines\n', '{x}', 'yes', '0x1', ''),
        fc.integer({ min: -3, max: 9000 }),
        fc.double({ min: 0, max: 2, noNaN: true, noDefaultInfinity: true }).map((x) => Math.round(x * 100) / 100),
        fc.boolean(),
      )

const changeOf = ({ key, path, value }: Field): fc.Arbitrary<Operation> =>
  fc.oneof(
    {
      weight: 4,
      arbitrary: other(value).map((wanted): Operation => ({ op: 'set', file: key, path, value: wanted, saw: value })),
    },
    { weight: 1, arbitrary: fc.constant<Operation>({ op: 'unset', file: key, path, saw: value }) },
  )

const pair = fc
  .constantFrom(...FILES)
  .chain((file) => {
    const fields = FIELDS.filter((one) => one.file === file)
    return fc.tuple(fc.constantFrom(...fields), fc.constantFrom(...fields))
  })
  .chain(([a, b]) => fc.tuple(fc.constant(a), changeOf(a), fc.constant(b), changeOf(b)))

async function openOwn(): Promise<Configuration> {
  return openConfiguration(`${ROOT}/config`)
}

async function after(on: Configuration, operations: readonly Operation[]) {
  const replayed = await replay(on, operations)
  return { replayed, configuration: withEdits(on, replayed.files) }
}

function textOf(files: ReadonlyMap<string, FileEdit>, file: string): string {
  return files.get(file)?.after ?? OWN[file] ?? ''
}

const wantedBy = (operation: Operation): Json => (operation.op === 'set' ? json(operation.value, 'it') : null)

test(
  'two people who change different fields of one file both land, in either order, and every comment stays',
  async () => {
    const own = await openOwn()
    let both = 0
    await fc.assert(
      fc.asyncProperty(pair, async ([a, first, b, second]) => {
        fc.pre(a !== b)
        for (const [one, two] of [
          [first, second],
          [second, first],
        ] as const) {
          const { replayed, configuration } = await after(own, [one])
          const then = await after(configuration, [two])
          expect([...conflictsIn(replayed).values(), ...conflictsIn(then.replayed).values()]).toEqual([])
          const files = new Map([...replayed.files, ...then.replayed.files])
          const text = textOf(files, a.file)
          const file = parsed(a.file, text)
          // A removal takes the comment of its own line along, and of the sections that it leaves empty.
          if (one.op === 'set' && two.op === 'set') {
            expect(commentsIn(text)).toEqual(expect.arrayContaining(commentsIn(OWN[a.file] ?? '')))
            expect(isSameValue(valueAt(file, a.path), wantedBy(first))).toBe(true)
            expect(isSameValue(valueAt(file, b.path), wantedBy(second))).toBe(true)
          }
          both++
        }
      }),
      runs(50),
    )
    expect(both).toBeGreaterThan(0)
  },
  SLOW,
)

test(
  'of two people who change one field, the second lands where both want the same, and else is shown, never written over',
  async () => {
    const own = await openOwn()
    const same = fc
      .constantFrom(...FIELDS)
      .chain((field) => fc.tuple(fc.constant(field), changeOf(field), changeOf(field)))
    let shown = 0
    await fc.assert(
      fc.asyncProperty(same, async ([field, first, second]) => {
        const { replayed, configuration } = await after(own, [first])
        const then = await after(configuration, [second])
        const [outcome] = then.replayed.outcomes.values()
        const stands = [...replayed.outcomes.values()][0]?.is === 'lands' ? wantedBy(first) : field.value
        if (isSameValue(stands, wantedBy(second))) expect(outcome?.is).toBe('done')
        else if (isSameValue(stands, field.value)) expect(outcome?.is).toBe('lands')
        else {
          expect(outcome).toMatchObject({ is: 'conflict', theirs: stands })
          expect(then.replayed.files.size).toBe(0)
          shown++
        }
      }),
      runs(50),
    )
    expect(shown).toBeGreaterThan(0)
  },
  SLOW,
)

test(
  'a draft that was changed many times says what the last change of each field says, and nothing that is as it was',
  async () => {
    const own = await openOwn()
    const steps = fc.constantFrom(...FILES).chain((file) => {
      const fields = FIELDS.filter((one) => one.file === file)
      return fc.array(
        fc
          .constantFrom(...fields)
          .chain((field) => fc.tuple(fc.constant(field), fc.oneof(changeOf(field), backOf(field)))),
        { minLength: 1, maxLength: 8 },
      )
    })
    await fc.assert(
      fc.asyncProperty(steps, async (all) => {
        const operations = all.reduce<readonly Operation[]>((draft, [, one]) => composed(draft, one), [])
        const last = new Map(all.map(([field, one]) => [JSON.stringify(field.path), { field, one }]))
        const moved = [...last.values()].filter(({ field, one }) => !isSameValue(field.value, wantedBy(one)))
        expect(operations).toHaveLength(moved.length)
        const { replayed } = await after(own, operations)
        expect(conflictsIn(replayed).size).toBe(0)
        for (const { field, one } of moved) {
          const file = parsed(field.file, textOf(replayed.files, field.file))
          expect(isSameValue(valueAt(file, field.path), wantedBy(one))).toBe(true)
        }
      }),
      runs(50),
    )
  },
  SLOW,
)

function backOf({ key, path, value }: Field): fc.Arbitrary<Operation> {
  if (value === null || (typeof value === 'object' && !Array.isArray(value)))
    return fc.constant({ op: 'unset', file: key, path, saw: value })
  const items = Array.isArray(value) ? value.map(String) : undefined
  if (items !== undefined) return fc.constant({ op: 'set', file: key, path, value: items, saw: value })
  return fc.constant({ op: 'set', file: key, path, value: String(value) === value ? value : Number(value), saw: value })
}
