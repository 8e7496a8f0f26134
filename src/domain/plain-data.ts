/** A value of a parameter. */
export type Value = string | number | boolean
export type Dict<T> = Readonly<Record<string, T>>

/** Looks up a key, and never finds what an object inherits, such as `constructor`. */
export function own<T>(record: Dict<T> | undefined, key: string): T | undefined {
  return record !== undefined && Object.hasOwn(record, key) ? record[key] : undefined
}
