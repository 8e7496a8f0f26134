import type { ErrorObject } from 'ajv'
import { BUILT_IN } from '../../domain/built-in-vocabulary.ts'
import type { Vocabulary } from '../../domain/vocabulary.ts'
import type { FileTypes } from '../generated/types.ts'
import * as compiled from '../generated/validators.js'
import type { FileKind } from '../file-layout.ts'
import { type Node, type Path, type ScalarNode, nodeAt, plain, type SourceFile } from '../source-nodes.ts'
import { frames } from './frames.ts'
import { fieldViolations } from './validate-fields.ts'
import { TYPE_NAMES, type Violation, notAllowed, outOfRange, wrongType } from './violations.ts'

export interface Validated<K extends FileKind = FileKind> {
  /** Undefined where there are violations. */
  readonly value: FileTypes[K] | undefined
  readonly violations: readonly Violation[]
  /** Places where a string is meant, and a number is written whose text carries more than its value, such as 1.10. */
  readonly reread: readonly Path[]
}

const validators: { readonly [K in FileKind]: compiled.Validator<FileTypes[K]> } = compiled

/**
 * Checks a file's tree against the schema of its kind: the frame, which is the same for every configuration, and what
 * its vocabulary declares.
 *
 * @param vocabulary Undefined where `providers.yaml` is wrong: a file whose form follows from it then has no value.
 */
export function validate<K extends FileKind>(
  file: ParsedFile & { readonly kind: K },
  vocabulary: Vocabulary | undefined,
): Validated<K> {
  if (vocabulary === undefined && FOLLOWS.has(file.kind)) return { value: undefined, violations: [], reread: [] }
  const check = validators[file.kind]
  const departures = (of: unknown, isFramed: boolean): Violation[] => [
    ...(isFramed ? [] : violationsOf(check.errors ?? [], file)),
    ...fieldViolations(file.kind, of, vocabulary ?? BUILT_IN),
  ]
  const value: unknown = plain(file.root)
  const isFramed = check(value)
  const violations = departures(value, isFramed)
  if (isFramed && violations.length === 0) return { value, violations, reread: [] }
  const reread: Path[] = []
  let again: unknown = value
  for (const violation of violations) {
    const { path } = violation
    const node = nodeAt(file.root, path)
    if (wantsString(violation) && node?.is === 'scalar' && carriesMore(node, file.text)) {
      again = put(again, path, file.text.slice(node.start, node.end))
      reread.push(path)
    }
  }
  if (reread.length === 0) return { value: undefined, violations, reread }
  const meant: unknown = again
  const isFramedNow = check(meant)
  const left = departures(meant, isFramedNow)
  return isFramedNow && left.length === 0
    ? { value: meant, violations: left, reread }
    : { value: undefined, violations: left, reread }
}

/** The kinds of files whose form follows from the vocabulary. */
const FOLLOWS: ReadonlySet<FileKind> = new Set(['account', 'settings', 'models', 'plans', 'functions'])

/** A file that has a tree. */
export type ParsedFile = SourceFile & { readonly root: Node }

function violationsOf(errors: readonly ErrorObject[], file: ParsedFile): Violation[] {
  const wrongType = new Set(errors.filter(({ keyword }) => keyword === 'type').map((e) => e.instancePath))
  const undecided = undecidedBranches(errors)
  const found: Violation[] = []
  for (const error of errors) {
    const violation = violationOf(error, file)
    // One cause, one error: a value of the wrong type is not also outside its vocabulary.
    if (violation === undefined || (error.keyword !== 'type' && wrongType.has(error.instancePath))) continue
    if (isEcho(error, undecided)) continue
    found.push(violation)
  }
  return found
}

/** The keys that a schema's `if` depends on: whether a record is active or customised. */
const CONDITIONS = ['active', 'customized']

/**
 * Returns the mappings whose `if` could not be evaluated, because the key that it asks for is itself missing or wrong.
 */
function undecidedBranches(errors: readonly ErrorObject[]): ReadonlySet<string> {
  const wrong = new Set(errors.map(({ instancePath }) => instancePath))
  const missing = new Set(errors.filter(isConditionMissing).map(({ instancePath }) => instancePath))
  const failed = errors.filter(({ keyword }) => keyword === 'if').map(({ instancePath }) => instancePath)
  return new Set(failed.filter((at) => missing.has(at) || CONDITIONS.some((key) => wrong.has(`${at}/${key}`))))
}

function isConditionMissing({ keyword, params }: ErrorObject): boolean {
  return keyword === 'required' && CONDITIONS.includes(String(params['missingProperty']))
}

/** Whether an error only reports that a mapping departs from a branch that it may not have meant. */
function isEcho(error: ErrorObject, undecided: ReadonlySet<string>): boolean {
  const { instancePath, keyword } = error
  return keyword === 'required' && undecided.has(instancePath) && !isConditionMissing(error)
}

function violationOf(error: ErrorObject, file: ParsedFile): Violation | undefined {
  const path = pathOf(error.instancePath, file.root)
  const params: Record<string, unknown> = error.params
  switch (error.keyword) {
    case 'additionalProperties': {
      const key = String(params['additionalProperty'])
      return { kind: 'unknown-key', path: [...path, key], key, known: knownKeys(file, path) }
    }
    case 'required':
      return { kind: 'missing-key', path, key: String(params['missingProperty']) }
    case 'type':
      return wrongType(path, typeNames(params['type']), valueAt(file.root, path))
    case 'enum':
    case 'const': {
      const values = Array.isArray(params['allowedValues']) ? params['allowedValues'] : [params['allowedValue']]
      const allowed = values.filter((v: unknown) => v !== null).map(String)
      return { kind: 'not-allowed', path, allowed, why: '', part: 'value' }
    }
    case 'propertyNames': {
      const name = String(params['propertyName'])
      return { kind: 'not-allowed', path: [...path, name], allowed: [], why: NAMES[file.kind] ?? '', part: 'name' }
    }
    case 'pattern':
      // For a key, `propertyNames` reports it.
      return error.propertyName !== undefined
        ? undefined
        : {
            kind: 'not-allowed',
            path,
            allowed: [],
            why: `it must match ${String(params['pattern'])}`,
            part: 'value',
          }
    case 'format':
      return { kind: 'not-allowed', path, allowed: [], why: 'it must be a date such as 2026-01-31', part: 'value' }
    case 'minimum':
    case 'maximum':
      return outOfRange(path, error.keyword, Number(params['limit']))
    case 'not':
      return { kind: 'not-allowed', path: [...path, 'deny'], allowed: [], why: 'beside `allow`', part: 'key' }
    case 'uniqueItems':
      return { kind: 'not-allowed', path, allowed: [], why: 'an item is in it twice', part: 'value' }
    case 'dependentRequired':
      return { kind: 'missing-key', path, key: String(params['missingProperty']) }
    case 'if':
      // It only reports which branch failed; the branch's own error is in the list too.
      return undefined
    default:
      // Whatever a schema refuses is refused here: a keyword without words of its own has those of the library.
      return notAllowed(path, `it ${error.message ?? `fails ${error.keyword}`}`)
  }
}

const NAMES: { readonly [K in FileKind]?: string } = {
  prompt: 'begin with a letter, then letters, digits, "_" and "-"',
  providers: 'begin with a small letter, then small letters, digits and "_"',
}

/**
 * Returns the keys that the schema knows where it refused one. An error's own schema path gives them only relative to a
 * part.
 */
function knownKeys(file: ParsedFile, path: Path): string[] {
  const root = member({ schema: frames[file.kind] }, 'schema')
  const resolve = (schema: unknown): unknown => {
    const ref = member(schema, '$ref')
    if (typeof ref !== 'string') return schema
    return ref.slice(2).split('/').reduce(member, root)
  }
  let at = root
  for (const [i, step] of path.entries()) {
    const branch = member(member(branchOf(at, nodeAt(file.root, path.slice(0, i))), 'properties'), String(step))
    const known = isObject(branch) ? branch : member(member(at, 'properties'), String(step))
    at = resolve(known ?? member(at, typeof step === 'number' ? 'items' : 'additionalProperties'))
  }
  return keysOf(member(at, 'properties'))
}

/** Returns which of `then` and `else` applies to a mapping; undefined where the schema has no such choice. */
function branchOf(schema: unknown, node: Node | undefined): unknown {
  const [key] = conditionKeys(schema)
  if (key === undefined) return undefined
  const value = nodeAt(node, [key])
  const wanted = member(member(member(member(schema, 'if'), 'properties'), key), 'const')
  return member(schema, value?.is === 'scalar' && value.value === wanted ? 'then' : 'else')
}

function conditionKeys(schema: unknown): string[] {
  return keysOf(member(member(schema, 'if'), 'properties'))
}

function keysOf(value: unknown): string[] {
  return isObject(value) ? Object.keys(value) : []
}

function member(value: unknown, key: string): unknown {
  return isObject(value) && Object.hasOwn(value, key) ? value[key] : undefined
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null
}

/** Turns a JSON pointer into a path; an index is a number only where the tree has a list. */
function pathOf(pointer: string, root: Node): Path {
  const path: (string | number)[] = []
  let at: Node | undefined = root
  for (const step of pointer.split('/').slice(1)) {
    const name = step.replaceAll('~1', '/').replaceAll('~0', '~')
    const key: string | number = at?.is === 'list' ? Number(name) : name
    path.push(key)
    at = at && nodeAt(at, [key])
  }
  return path
}

function wantsString(violation: Violation): boolean {
  return violation.kind === 'wrong-type' && violation.expected.split(' or ').includes(TYPE_NAMES['string'] ?? '')
}

/** Whether a plain scalar's text carries more than the number it became: 012, 1.10, 1e3. */
function carriesMore(node: ScalarNode, text: string): boolean {
  if (node.style !== 'plain' || typeof node.value !== 'number') return false
  return String(node.value) !== text.slice(node.start, node.end)
}

/** Puts a text into a value that nothing else refers to, and returns the value. */
function put(value: unknown, path: Path, text: string): unknown {
  const [step, ...rest] = path
  if (step === undefined) return text
  if (Array.isArray(value) && typeof step === 'number') value[step] = put(value[step], rest, text)
  else if (isRecord(value)) value[step] = put(value[step], rest, text)
  return value
}

function isRecord(value: unknown): value is Record<string | number, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function typeNames(type: unknown): string {
  const names = (Array.isArray(type) ? type : [type]).map(String).filter((name) => name !== 'null')
  return names.map((name) => TYPE_NAMES[name] ?? name).join(' or ')
}

function valueAt(root: Node, path: Path): unknown {
  const node = nodeAt(root, path)
  return node && plain(node)
}
