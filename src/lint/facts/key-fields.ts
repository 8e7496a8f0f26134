import { isOneSlip } from '../../base/did-you-mean.ts'
import { COLLECTIONS } from '../../domain/settings-types.ts'
import { type Entry, type MapNode, type Node, type Path, nodeAt } from '../../source/source-nodes.ts'
import type { Violation } from '../../source/schema/violations.ts'
import type { Checked } from '../rule.ts'
import { isEndpointName, isKeyName } from '../../credentials/patterns/sensitive-names.ts'
import { credentialIn } from '../../credentials/detect-credential.ts'
import { isKeyText } from '../../credentials/is-key-text.ts'

export type Suspect = { readonly path: Path; readonly entry: Entry; readonly is: 'key' | 'endpoint' }

/**
 * Finds the keys that the schema refuses at any depth and that name a credential or an endpoint. An account holds
 * nothing key-like at all, so there a name of the account's own choosing, such as a profile's id, counts too.
 */
export function suspects(checked: Checked): readonly Suspect[] {
  if (asked?.checked !== checked) asked = { checked, found: findSuspects(checked) }
  return asked.found
}

/** The file that was asked about last: several rules ask, and once for each of its violations. */
let asked: { readonly checked: Checked; readonly found: readonly Suspect[] } | undefined

function findSuspects({ file, validated }: Checked): Suspect[] {
  const found: Suspect[] = []
  if (file.root === undefined) return found
  const visit = (path: Path, entry: Entry): void => {
    // A key that has the right name, in a place that does not exist, is left to the schema.
    if (file.kind === 'settings' && entry.key === 'api_key' && isSchemas(entry.value)) return
    const is = kindOf(entry.key, file.kind === 'account')
    if (is !== undefined) found.push({ path, entry, is })
    else within(entry.value, path, visit)
  }
  // One map may have thousands of keys that the schema does not know.
  const byKey = new Map<MapNode, ReadonlyMap<string, Entry>>()
  const entryOf = (map: MapNode, key: string): Entry | undefined => {
    let entries = byKey.get(map)
    if (entries === undefined) byKey.set(map, (entries = new Map(map.entries.map((entry) => [entry.key, entry]))))
    return entries.get(key)
  }
  // Where the vocabulary is not known, nor is what the schema refuses: then any name counts.
  if (validated?.value === undefined && validated?.violations.length === 0) within(file.root, [], visit)
  for (const violation of validated?.violations ?? []) {
    if (violation.kind === 'unknown-key') {
      const parent = nodeAt(file.root, violation.path.slice(0, -1))
      const entry = parent?.is === 'map' ? entryOf(parent, violation.key) : undefined
      if (entry !== undefined && !isSlip(entry, violation.known)) visit(violation.path, entry)
    } else if (violation.kind === 'wrong-type') {
      const node = nodeAt(file.root, violation.path)
      if (node !== undefined) within(node, violation.path, visit)
    }
  }
  for (const section of file.kind === 'account' ? COLLECTIONS : []) {
    const records = nodeAt(file.root, [section])
    for (const entry of records?.is === 'map' ? records.entries : []) {
      if (kindOf(entry.key, false) === 'key') found.push({ path: [section, entry.key], entry, is: 'key' })
    }
  }
  const misused = file.kind === 'settings' ? misusedApiKeys(file.root) : []
  // In the block of an unknown provider, the schema's refusal has already led to it; what is within one is its own.
  const known = new Set(found.map(({ entry }) => entry))
  const whole = new Set(misused.map(({ path }) => keyOf(path)))
  const others = found.filter(({ path }) => path.length <= 3 || !whole.has(keyOf(path.slice(0, 3))))
  return others.concat(misused.filter(({ entry }) => !known.has(entry)))
}

function within(node: Node, path: Path, visit: (path: Path, entry: Entry) => void): void {
  if (node.is === 'map') for (const entry of node.entries) visit([...path, entry.key], entry)
  else if (node.is === 'list') for (const [i, item] of node.items.entries()) within(item, [...path, i], visit)
}

function kindOf(key: string, inAccount: boolean): 'key' | 'endpoint' | undefined {
  if (isKeyName(key)) return 'key'
  return inAccount && isEndpointName(key) ? 'endpoint' : undefined
}

/**
 * Whether a key is meant for another one, and holds nothing that could be a credential: `max_token: 4000`. Any text
 * could be one, except for a small number and the name of a secret.
 */
function isSlip({ key, value }: Entry, known: readonly string[]): boolean {
  return holdsNoCredential(value) && known.some((name) => isOneSlip(key, name))
}

function holdsNoCredential(value: Node): boolean {
  if (value.is === 'scalar') return typeof value.value !== 'string' || HARMLESS.test(value.value)
  const within = value.is === 'map' ? value.entries.map((entry) => entry.value) : value.items
  return within.every(holdsNoCredential)
}

const HARMLESS = /^(?:[A-Z][A-Z0-9_]*_API_KEY|\d{1,7}(?:\.\d{1,7})?)$/

/** Finds each `api_key` in settings.yaml that is anything but `{secret: NAME}`. */
function misusedApiKeys(root: Node): Suspect[] {
  const providers = nodeAt(root, ['providers'])
  const found: Suspect[] = []
  for (const block of providers?.is === 'map' ? providers.entries : []) {
    const entry = block.value.is === 'map' ? block.value.entries.find(({ key }) => key === 'api_key') : undefined
    if (entry === undefined || isSchemas(entry.value)) continue
    found.push({ path: ['providers', block.key, 'api_key'], entry, is: 'key' })
  }
  return found
}

/**
 * Whether an `api_key` in settings.yaml is left to the schema: it is `{secret: …}` and nothing else, or would be but
 * for a slip or a wrong name; or it holds nothing, such as `{}`, and leaks nothing.
 */
function isSchemas(value: Node): boolean {
  if (value.is !== 'map') return holdsNothing(value)
  return value.entries.every((entry) => {
    return entry.key === 'secret' ? !mayBeKey(entry.value) : isSlip(entry, ['secret'])
  })
}

function holdsNothing(value: Node): boolean {
  if (value.is === 'scalar') return value.value === null || value.value === ''
  return value.is === 'list' && value.items.every(holdsNothing)
}

/** Whether the key itself may be in place of its name, without `secret/value` reporting it there. */
function mayBeKey(value: Node): boolean {
  if (value.is === 'list') return value.items.some(mayBeKey)
  if (value.is === 'map') return value.entries.some((entry) => mayBeKey(entry.value))
  if (typeof value.value !== 'string' || HARMLESS.test(value.value)) return false
  return isKeyText(value.value) && credentialIn(value.value) === undefined
}

/** Whether a schema violation is at, or beneath, a key that a `secret/*` rule reports. */
export function belongsToSecrets(checked: Checked, violation: Violation): boolean {
  let paths = pathsOf.get(checked)
  if (paths === undefined) pathsOf.set(checked, (paths = new Set(suspects(checked).map(({ path }) => keyOf(path)))))
  if (paths.size === 0) return false
  return violation.path.some((_, i) => paths.has(keyOf(violation.path.slice(0, i + 1))))
}

const pathsOf = new WeakMap<Checked, ReadonlySet<string>>()

function keyOf(path: Path): string {
  return path.join('\0')
}
