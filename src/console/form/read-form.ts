import type { Value } from '../../domain/plain-data.ts'
import { lf } from '../../domain/placeholders.ts'
import type { Json, Operation } from '../../draft/operation.ts'
import { isSameValue } from '../../edit/text/confirm-edit.ts'
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
    const now = inItsForm(field, writtenAs(field.value))
    const before = began === null ? now : inItsForm(field, began)
    if (again === names.value) {
      // An empty list, or an empty text, is something else than nothing.
      if (now !== before) clashes.push({ field, wanted: '', began: before })
      else if (field.value !== null)
        operations.push({ op: 'unset', file: key, path: field.path, saw: seen(field.path) })
      continue
    }
    if (began === null) continue
    const wanted = saidBy(form, field, before)
    if (wanted === before || wanted === now) continue
    if (isSet(field)) operations.push(...itemsChanged(field, key, before, wanted, seen(field.path)))
    else if (now === before) operations.push(...valueChanged(field, key, wanted, seen(field.path)))
    else clashes.push({ field, wanted, began: before })
  }
  return { operations, clashes: [...clashes, ...goneMeanwhile(form, fields)] }
}

/** Returns what was changed of fields that the form does not have any more, such as those of a file that has gone. */
function goneMeanwhile(form: URLSearchParams, fields: readonly FormField[]): Clash[] {
  const known = new Set(fields.map((field) => namesOf(field).was))
  return [...form].flatMap(([name, began]): Clash[] => {
    if (!name.startsWith('w:') || known.has(name)) return []
    const said = form.getAll(`v:${name.slice('w:'.length)}`).join('\n')
    if (itemsIn(lf(said)).join('\n') === itemsIn(lf(began)).join('\n')) return []
    const path = pathIn(name.slice('w:'.length))
    if (path === undefined) return []
    const field = { path, control: 'text', description: '', choices: [], isRequired: false, value: null } as const
    return [{ field, wanted: lf(said), began: lf(began) }]
  })
}

/** Reads the name that `namesOf` gives; undefined for one that it gives to nothing. */
function pathIn(name: string): readonly string[] | undefined {
  try {
    return name.split('/').map(decodeURIComponent)
  } catch {
    return undefined
  }
}

/** Whether the lines of a form can say what a list has: texts of one line, without space around them. */
export function isSayable({ control, value, ofNumbers = false }: FormField): boolean {
  if ((control !== 'list' && control !== 'set') || !Array.isArray(value)) return true
  return value.every((item) => {
    if (typeof item !== 'string') return ofNumbers && typeof item === 'number'
    return item !== '' && !/[\r\n]|^\s|\s$/.test(item)
  })
}

/** Returns what a control said, as it is compared: line ends, and space around what is in a list, say nothing. */
function inItsForm({ control }: FormField, text: string): string {
  return control === 'list' || control === 'set' ? itemsIn(lf(text)).join('\n') : lf(text)
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
  return isSameValue(value, next) ? [] : [{ op: 'set', ...at, value: next, saw }]
}

/** Converts what a control says; what is no number stays a text, which the check then reports. */
function valueOf({ control, isRequired, ofNumbers }: FormField, wanted: string): Value | Value[] | undefined {
  if (wanted === '' && !(isRequired && (control === 'line' || control === 'text'))) return undefined
  if (control === 'list') return itemsIn(wanted).map((item) => (ofNumbers === true ? numberOr(item) : item))
  if (control === 'switch' && (wanted === 'true' || wanted === 'false')) return wanted === 'true'
  return control === 'number' ? numberOr(wanted) : wanted
}

function numberOr(text: string): number | string {
  return NUMBER.test(text.trim()) && Number.isFinite(Number(text)) ? Number(text) : text
}

const NUMBER = /^[-+]?(?:\d+\.?\d*|\.\d+)(?:e[-+]?\d+)?$/i

function itemsIn(text: string): string[] {
  return text.split('\n').flatMap((line) => (line.trim() === '' ? [] : [line.trim()]))
}
