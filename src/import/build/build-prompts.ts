import { type Dict, own } from '../../domain/plain-data.ts'
import type { GlobalPrompt } from '../../domain/settings-types.ts'
import { lf, undeclaredIn } from '../../domain/placeholders.ts'
import { Failure } from '../../base/failure.ts'
import { didYouMean, oneOf } from '../../base/did-you-mean.ts'
import type { Writable } from '../../edit/text/entry-form.ts'
import { isId } from '../../store/format/account-leaf.ts'
import { noteStrangers, textOf } from '../rows/dump-index.ts'
import type { DumpRecord } from '../rows/dump-record.ts'
import { pathKey } from '../../edit/text/emit-yaml.ts'
import { type BuildContext, type FileDraft, INACTIVE, isInactive } from './build-context.ts'

type Form = GlobalPrompt['placeholders']

/** Makes one file of each global prompt. Its variables are those of its text. */
export function buildPrompts(records: readonly DumpRecord[], context: BuildContext): FileDraft[] {
  const byType = new Map<string, DumpRecord>()
  const drafts: FileDraft[] = []
  for (const record of records) {
    const { map } = record
    if (map?.becomes !== 'prompt') continue
    const columns = context.columnsOf(record)
    if (isInactive(record, columns)) {
      record.drop(INACTIVE)
      continue
    }
    const type = textOf(columns[map.type])
    const written = columns[map.value]
    if (record.refused !== undefined) {
      // The next one of its type does not take its place.
      if (!byType.has(type)) byType.set(type, record)
      continue
    }
    if (!isId(type)) {
      record.refuse(`its ${map.type} names no file`, 'a type has small letters, digits, - and _')
      continue
    }
    const first = byType.get(type)
    if (first !== undefined) {
      record.refuse(`row ${first.number} is the ${type} prompt already`, 'keep the one that counts in the dump')
      continue
    }
    byType.set(type, record)
    if (typeof written !== 'string' || written === '') {
      record.refuse(`its ${map.value} is no text`, 'write the text of the prompt')
      continue
    }
    const value = lf(written)
    const made = promptTree(type, value, record, context)
    if (made === undefined) continue
    noteStrangers(record, map, columns)
    if (value !== written) record.remark('its line ends became LF')
    const path = `prompts/${type}.yaml`
    record.file = path
    const owners = new Map(Object.keys(made).map((key) => [pathKey([key]), record]))
    drafts.push({ path, tree: made, owners })
  }
  refuseUnused(context.map.prompts ?? {}, byType)
  return drafts
}

/** @throws {Failure} where a map speaks of a prompt that nothing is. */
function refuseUnused(hints: Dict<unknown>, byType: ReadonlyMap<string, DumpRecord>): void {
  const strange = Object.keys(hints).find((type) => !byType.has(type))
  if (strange === undefined) return
  const types = [...byType.keys()].sort()
  const hint = `${didYouMean(strange, types)}the dump has ${oneOf(types, 20)}`
  throw new Failure('usage', `no global prompt of the dump is of the type "${strange}", which the map names`, hint)
}

/** Returns a prompt as its file has it; undefined where its form is not certain, and the row is refused. */
function promptTree(
  type: string,
  value: string,
  record: DumpRecord,
  { map }: BuildContext,
): FileDraft['tree'] | undefined {
  const hints = own(map.prompts ?? {}, type) ?? {}
  const found = formsIn(value)
  if (found.size > 1 && hints.placeholders === undefined) {
    const forms = [...found.keys()]
    record.refuse(
      `its text has placeholders of ${forms.length} forms: ${forms.join(', ')}`,
      `say in a map (--map) which one counts: \`prompts: { ${type}: { placeholders: ${forms[0] ?? ''} } }\``,
    )
    return undefined
  }
  const form = hints.placeholders ?? [...found.keys()][0] ?? 'none'
  const names = found.get(form) ?? []
  const optional = new Set(hints.optional)
  const strange = [...optional].find((name) => !names.includes(name))
  if (strange !== undefined) {
    const hint = `${didYouMean(strange, names)}it has ${names.join(', ') || 'none'}`
    throw new Failure('usage', `the ${type} prompt has no variable "${strange}", which the map names`, hint)
  }
  const variables = names.map((name): [string, Writable] => [name, { required: !optional.has(name) }])
  return {
    title: hints.title ?? titleOf(type),
    placeholders: form,
    ...(variables.length > 0 && { variables: Object.fromEntries(variables) }),
    value,
  }
}

/** Returns the forms of placeholders that a text has, each with its names. */
function formsIn(text: string): ReadonlyMap<Form, readonly string[]> {
  // `{x}` inside of `{{x}}` is no placeholder of its own.
  const withoutDoubled = text.replace(/\{\{[^{}\n]*\}\}/g, '')
  const all: (readonly [Form, string])[] = [
    ['brackets', text],
    ['braces', withoutDoubled],
    ['mustache', text],
  ]
  const found = all.map(([form, where]): [Form, readonly string[]] => {
    return [form, undeclaredIn(where, { value: where, placeholders: form, variables: {} })]
  })
  return new Map(found.filter(([, names]) => names.length > 0))
}

function titleOf(type: string): string {
  const words = type.replace(/[-_]+/g, ' ').trim()
  return words.charAt(0).toUpperCase() + words.slice(1)
}
