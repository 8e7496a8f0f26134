import type { Value } from '../../domain/plain-data.ts'
import { lf } from '../../domain/placeholders.ts'
import type { Json, Operation } from '../../draft/operation.ts'
import { isSame } from '../../draft/replay-operations.ts'
import type { FormField } from './form-fields.ts'

/** A field that was changed elsewhere, such as in another tab, while a form was open. */
export interface Clash {
  readonly field: FormField
  /** What the form said, and what it said when it was opened. */
  readonly wanted: string
  readonly began: string
}

export interface ReadForm {
  readonly operations: readonly Operation[]
  readonly clashes: readonly Clash[]
}

/** Returns the name of a field's control, and that of what it said when the form was opened. */
export function namesOf({ path }: Pick<FormField, 'path'>): {
  readonly value: string
  readonly was: string
  readonly id: string
} {
  const name = path.map(encodeURIComponent).join('/')
  return { value: `v:${name}`, was: `w:${name}`, id: `f-${name.replaceAll(/[^\w]/g, '-')}` }
}

/** Returns what a control says for a value. */
export function writtenAs(value: Json): string {
  if (value === null) return ''
  if (Array.isArray(value)) return value.map((item: Json) => writtenAs(item)).join('\n')
  return typeof value === 'object' ? JSON.stringify(value) : String(value)
}

/**
 * Reads a form: an operation for each field that says something else than when it was opened. `seen` returns what the
 * file has without the draft.
 */
export function readForm(
  form: URLSearchParams,
  key: string,
  fields: readonly FormField[],
  seen: (path: readonly string[]) => Json,
): ReadForm {
  const operations: Operation[] = []
  const clashes: Clash[] = []
  const again = form.get('inherit')
  for (const field of fields) {
    const names = namesOf(field)
    const began = form.get(names.was)
    if (began === null) continue
    const before = lf(began)
    const wanted = again === names.value ? '' : saidBy(form, field, before)
    const now = writtenAs(field.value)
    if (wanted === before || wanted === now) continue
    if (isSet(field)) operations.push(...itemsChanged(field, key, before, wanted, seen(field.path)))
    else if (now === before) operations.push(...valueChanged(field, key, wanted, seen(field.path)))
    else clashes.push({ field, wanted, began: before })
  }
  return { operations, clashes }
}

/** Of sets, every item is a change of its own: two people may each add one. */
function isSet({ control }: FormField): boolean {
  return control === 'set'
}

function saidBy(form: URLSearchParams, field: FormField, before: string): string {
  const said = form.getAll(namesOf(field).value).map(lf)
  if (field.control === 'list') return itemsIn(said[0] ?? '').join('\n')
  if (!isSet(field)) return said[0] ?? ''
  // In the order in which they were written, what is new behind them.
  const known = itemsIn(before)
  return [...known.filter((item) => said.includes(item)), ...said.filter((item) => !known.includes(item))].join('\n')
}

function itemsChanged({ path, value }: FormField, key: string, before: string, wanted: string, saw: Json): Operation[] {
  const at = { file: key, path }
  const [then, now] = [itemsIn(before), itemsIn(wanted)]
  if (value === null) return [{ op: 'set', ...at, value: now, saw }]
  return [
    ...then.filter((item) => !now.includes(item)).map((item): Operation => ({ op: 'take', ...at, item })),
    ...now.filter((item) => !then.includes(item)).map((item): Operation => ({ op: 'add', ...at, item })),
  ]
}

function valueChanged(field: FormField, key: string, wanted: string, saw: Json): Operation[] {
  const { path, control, value } = field
  const at = { file: key, path }
  const next = valueOf(field, wanted)
  if (next === undefined) return [{ op: 'unset', ...at, saw }]
  if (control === 'text' && typeof next === 'string' && typeof saw === 'string') {
    return [{ op: 'text', ...at, value: next, saw }]
  }
  return isSame(value, next) ? [] : [{ op: 'set', ...at, value: next, saw }]
}

/** Converts what a control says; what is no number stays a text, which the check then reports. */
function valueOf({ control, isRequired }: FormField, wanted: string): Value | string[] | undefined {
  if (wanted === '' && !(isRequired && (control === 'line' || control === 'text'))) return undefined
  if (control === 'list') return itemsIn(wanted)
  if (control === 'switch' && (wanted === 'true' || wanted === 'false')) return wanted === 'true'
  const isNumber = control === 'number' && NUMBER.test(wanted.trim())
  return isNumber && Number.isFinite(Number(wanted)) ? Number(wanted) : wanted
}

const NUMBER = /^[-+]?(?:\d+\.?\d*|\.\d+)(?:e[-+]?\d+)?$/i

function itemsIn(text: string): string[] {
  return text.split('\n').flatMap((line) => (line.trim() === '' ? [] : [line.trim()]))
}
