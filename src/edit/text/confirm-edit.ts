import { isDeepStrictEqual } from 'node:util'
import { type Obj, isObject } from '../../store/format/decode-json.ts'
import { own } from '../../domain/plain-data.ts'
import { Failure } from '../../base/failure.ts'
import type { Edit } from '../../source/diagnostic-types.ts'
import { parse } from '../../source/parse/parse-file.ts'
import { lf } from '../../domain/placeholders.ts'
import { type SourceFile, plain } from '../../source/source-nodes.ts'

/**
 * Whether a text has the meaning that it should have, and nothing else changed its meaning: the text is read again and
 * compared. A text that cannot be read because of what a person put into it, such as a control character, passes,
 * because the check that follows reports it at its place.
 */
export function says(file: SourceFile, text: string, expected: unknown): boolean {
  const { root, problems } = read(file, text)
  if (root === undefined) return !problems.some(({ kind }) => kind === 'syntax')
  return isSameValue(plain(root), expected)
}

/** Whether two plain values mean the same: line ends count for nothing. */
export function isSameValue(a: unknown, b: unknown): boolean {
  return isDeepStrictEqual(withLf(a), withLf(b))
}

/** Returns the text of a file with edits in it; undefined where it would not have the meaning that it should have. */
export function confirmed(file: SourceFile, edits: readonly Edit[], expected: unknown): string | undefined {
  const text = edited(file.text, edits)
  return says(file, text, expected) ? text : undefined
}

/** Applies edits to a text; of two that overlap, the first. */
export function edited(text: string, edits: readonly Edit[]): string {
  let result = ''
  let at = 0
  for (const { start, end, text: replacement } of [...edits].sort((a, b) => a.start - b.start || a.end - b.end)) {
    if (start < at) continue
    result += text.slice(at, start) + replacement
    at = end
  }
  return result + text.slice(at)
}

/** Parses the file as it will be. */
export function read(file: SourceFile, text: string): SourceFile {
  return parse(file.path, file.kind, Buffer.from(text))
}

export function refuse({ path }: SourceFile): Failure {
  return new Failure(
    'usage',
    `${path} is written in a way that this edit would disturb`,
    'edit the file by hand: nothing was changed',
  )
}

/** Returns a plain value with another put at a path; undefined removes what is there. */
export function withValue(object: unknown, [key, ...rest]: readonly string[], value: unknown): unknown {
  if (key === undefined) return value
  const before: Obj = isObject(object) ? object : {}
  const inner = withValue(own(before, key), rest, value)
  const { [key]: _, ...others } = before
  return inner === undefined ? others : { ...others, [key]: inner }
}

function withLf(value: unknown): unknown {
  if (typeof value === 'string') return lf(value)
  if (Array.isArray(value)) return value.map(withLf)
  return isObject(value) ? Object.fromEntries(Object.entries(value).map(([key, each]) => [key, withLf(each)])) : value
}
