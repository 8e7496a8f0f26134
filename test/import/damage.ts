import fc from 'fast-check'
import { type Database, PLAN_ROWS, type Row } from './random-database.ts'

/** A database with damage, and the credentials that were put into it. */
export interface Damaged {
  readonly rows: readonly unknown[]
  readonly plans: Database['plans']
  readonly credentials: readonly string[]
}

/** What may be wrong with one row, or with one and another. */
const DAMAGES: Readonly<Record<string, (damage: DamagedRow) => readonly unknown[]>> = {
  orphan: ({ row, among }) => [set(row, { account: among([99_999, null, '', ['nobody'], [], {}]) })],
  twice: ({ row }) => [row, row],
  'another with its key': ({ row }) => [row, set(row, { name: 'Another', prompt_value: '[IGNY8_WORD] other' })],
  'another of its type': ({ row }) => [row, { ...row, pk: 5000 }],
  'no number': ({ row }) => [set(row, { credits: '@NaN@', config: { temperature: '@NaN@' } })],
  'unknown type': ({ row }) => [set(row, { integration_type: 'gsc', prompt_type: 'Nobody’s' })],
  'unknown key': ({ row }) => [set(row, { config: { temperature: 1, foo: 2, base_url: 'https://llm.example/v1' } })],
  'unknown model': ({ row }) => [{ ...row, model: 'system.invoice' }],
  'unknown column': ({ row }) => [set(row, { colour: 'red' })],
  'own key': ({ row }) => [{ ...row, model: 'system.accountintegrationoverride' }],
  inactive: ({ row }) => [set(row, { is_active: false })],
  'no plan': ({ row, among }) => [set(row, { plan: among([null, 99, ['gold'], '']) })],
  'on Free': ({ row }) => [set(row, { plan: 1 })],
  'same name': ({ row }) => [set(row, { slug: 'acme-0', name: 'Calm Voice' })],
  'bad value': ({ row, among }) => {
    const bad = among([[], 'not json', 7, { temperature: 'hot' }, { temperature: 99 }, { model: 'gpt-9' }, { size: 3 }])
    return [set(row, { config: bad })]
  },
  'bad text': ({ row, among }) => {
    const bad = among([7, null, ['x'], '', '[A_B] {c} {{d}}', 'no variable'])
    return [set(row, { prompt_value: bad, default_prompt: bad, name: bad, tone: bad, section_logic: bad })]
  },
  'bad switch': ({ row }) => [set(row, { is_customized: 'yes', openai_temperature: 'warm' })],
  'no row': ({ row, among }) => [among([{}, 'text', 5, null, [row], { model: row.model }, { pk: 3, fields: {} }])],
  'no key': ({ row }) => [{ model: row.model, fields: row.fields }],
  'key of its own': ({ row, among }) => [{ ...row, pk: among(['x-1', 'ünique', 2 ** 53 + 2, true, '']) }],
}

interface DamagedRow {
  readonly row: Row
  among<T>(items: readonly T[]): T
}

/** Changes the columns that a row has. */
function set(row: Row, values: Readonly<Record<string, unknown>>): Row {
  const there = Object.entries(values).filter(([column]) => Object.hasOwn(row.fields, column) || column === 'is_active')
  return { ...row, fields: { ...row.fields, ...Object.fromEntries(there) } }
}

const LETTERS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789'

/** Made up, and of the form of a vendor's. */
const credential = fc
  .array(fc.constantFrom(...LETTERS), { minLength: 46, maxLength: 46 })
  .map((letters) => `sk-a1${letters.join('')}`)

const at = { row: fc.nat(), choice: fc.nat() }

interface Planted {
  readonly row: number
  readonly choice: number
  readonly key: string
  readonly around: readonly [string, string]
}

/** Puts a credential into a string of a row, into a name, or where no string is. */
function plant(row: Row, { choice, key, around: [before, after] }: Planted): Row {
  const secret = `${before}${key}${after}`
  const { config } = row.fields
  const texts = Object.keys(row.fields).filter((column) => typeof row.fields[column] === 'string')
  const places: (() => Row)[] = [
    ...texts.map((column) => () => set(row, { [column]: secret })),
    ...(typeof config === 'object' && config !== null
      ? [
          () => set(row, { config: { ...config, api_key: secret } }),
          () => set(row, { config: { ...config, model: secret } }),
          () => set(row, { config: { ...config, [secret]: 1 } }),
          () => set(row, { config: JSON.stringify({ ...config, size: secret, headers: { x: secret } }) }),
        ]
      : []),
    () => ({ ...row, fields: { ...row.fields, [secret]: 'x' } }),
    () => ({ ...row, fields: { ...row.fields, notes: [{ deep: secret }] } }),
    () => ({ ...row, pk: secret }),
    () => ({ ...row, model: secret }),
    () => set(row, { account: secret, plan: secret }),
    () => set(row, { account: [secret], plan: [secret], prompt_types: [secret], section_logic: [secret] }),
  ]
  return places[choice % places.length]?.() ?? row
}

/** Damages some rows of a database, and puts credentials into others. */
export function damaged(whole: fc.Arbitrary<Database>): fc.Arbitrary<Damaged> {
  const damages = fc.array(fc.record({ ...at, kind: fc.constantFrom(...Object.keys(DAMAGES)) }), { maxLength: 6 })
  const around = fc.constantFrom<readonly [string, string]>(['', ''], ['Bearer ', ''], ['key: ', '\n'], ['(', ')'])
  const planted = fc.array(fc.record({ ...at, key: credential, around }), { maxLength: 4 })
  return fc.tuple(whole, damages, planted).map(([{ rows, plans }, wrong, keys]) => {
    // Without a plan that an answer is about, nothing is imported.
    const able = rows.flatMap((row, i) => (PLAN_ROWS.some((name) => name === row.fields['name']) ? [] : [i]))
    const withKeys = [...rows]
    for (const one of keys) {
      const i = able[one.row % able.length] ?? 0
      const row = withKeys[i]
      if (row !== undefined) withKeys[i] = plant(row, one)
    }
    const byRow = new Map(wrong.map((damage) => [able[damage.row % able.length], damage]))
    const all = withKeys.flatMap((row, i): readonly unknown[] => {
      const damage = byRow.get(i)
      if (damage === undefined) return [row]
      const among = <T>(items: readonly T[]): T => {
        const item = items[damage.choice % items.length]
        if (item === undefined) throw new RangeError('there is nothing to choose from')
        return item
      }
      return DAMAGES[damage.kind]?.({ row, among }) ?? [row]
    })
    return { rows: all, plans, credentials: keys.map(({ key }) => key) }
  })
}
