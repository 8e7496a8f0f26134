import { overridable } from '../../domain/vocabulary-fields.ts'
import type { Vocabulary } from '../../domain/vocabulary.ts'
import type { Provenance } from '../../store/format/provenance.ts'

/**
 * Returns whether an account writes a field that one vocabulary has and another has not; undefined where there is no
 * such field. A store holds no nulls, so only the places of what was written tell of them.
 */
export function writesGone(
  before: Vocabulary | undefined,
  now: Vocabulary | undefined,
): ((at: Provenance['at']) => boolean) | undefined {
  if (before === undefined || now === undefined || before === now) return undefined
  const gone: string[] = []
  for (const [section, fields] of overridable(before)) {
    const left = overridable(now).get(section)
    if (left === undefined) gone.push(`overrides.${section}`)
    for (const field of fields.keys()) if (left?.has(field) !== true) gone.push(`overrides.${section}.${field}`)
  }
  return gone.length === 0 ? undefined : (at) => gone.some((path) => Object.hasOwn(at, path))
}
