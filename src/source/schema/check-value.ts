import { type Parameter, DIMENSIONS } from '../../domain/vocabulary.ts'
import type { Path } from '../source-nodes.ts'
import { TYPE_NAMES, type Violation, notAllowed, outOfRange, unknownKey, wrongType } from './violations.ts'

/** Whether a value, or a part of it, is a mapping. */
export function isMapping(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** Returns what keeps a value from being one of a parameter; undefined where nothing does. One value, one violation. */
export function valueViolation(path: Path, value: unknown, parameter: Parameter): Violation | undefined {
  const { type, format, minimum, maximum, enum: values } = parameter
  if (!isOfType(value, type)) return wrongType(path, TYPE_NAMES[type] ?? type, value)
  if (values !== undefined && !values.some((one) => one === value)) return notAllowed(path, '', values.map(String))
  if (format !== undefined && !DIMENSIONS.test(String(value))) {
    return notAllowed(path, `it must match ${DIMENSIONS.source}`)
  }
  if (typeof value !== 'number') return undefined
  if (minimum !== undefined && value < minimum) return outOfRange(path, 'minimum', minimum)
  if (maximum !== undefined && value > maximum) return outOfRange(path, 'maximum', maximum)
  return undefined
}

export function isOfType(value: unknown, type: Parameter['type']): boolean {
  return type === 'integer' ? Number.isInteger(value) : typeof value === type
}

/** What each key of a mapping is checked by; a key that is none of them is unknown. */
export type Members = ReadonlyMap<Member[0], Member[1]>
export type Member = readonly [key: string, check: (path: Path, value: unknown) => Iterable<Violation>]

/** Checks a mapping that is closed. */
export function* mappingViolations(
  path: Path,
  value: unknown,
  members: Members,
  required: readonly string[] = [],
): Generator<Violation> {
  if (!isMapping(value)) {
    yield wrongType(path, 'a mapping', value)
    return
  }
  for (const key of required) if (!Object.hasOwn(value, key)) yield { kind: 'missing-key', path, key }
  for (const [key, member] of Object.entries(value)) {
    const check = members.get(key)
    if (check === undefined) yield unknownKey(path, key, [...members.keys()])
    else yield* check([...path, key], member)
  }
}

/** Returns a check of one value; `isNullable` is an account's null, which means that it inherits. */
export function valueCheck(parameter: Parameter, isNullable = false): (path: Path, value: unknown) => Violation[] {
  return (path, value) => {
    const violation = isNullable && value === null ? undefined : valueViolation(path, value, parameter)
    return violation === undefined ? [] : [violation]
  }
}
