import { Malformed } from '../../store/format/decode-json.ts'
import type { Globals } from '../../domain/settings-types.ts'
import type { Ref } from '../../store/format/object-ref.ts'
import { readGlobals, withGlobalTexts } from '../../store/format/content-root.ts'
import { inParallel } from '../../base/in-parallel.ts'
import type { StoreReader } from '../../store/backend-types.ts'

/** The part of a release that applies to every account. */
export interface LoadedGlobals {
  readonly ref: Ref
  readonly value: Globals
  readonly provenance: Ref
  readonly texts: ReadonlyMap<Ref, string>
}

/** How many texts are read at a time. */
const READERS = 8

/** Loads the globals with their texts, reusing those of the previous release, or at least its unchanged texts. */
export async function loadGlobals(
  store: Pick<StoreReader, 'read'>,
  ref: Ref,
  before: LoadedGlobals | undefined,
): Promise<LoadedGlobals> {
  if (before?.ref === ref) return before
  const stored = readGlobals(await store.read(ref))
  const texts = new Map<Ref, string>()
  const refs = new Set(Object.values(stored.prompts).map(({ value }) => value))
  await inParallel(refs, READERS, async (text) => {
    texts.set(text, before?.texts.get(text) ?? decode(await store.read(text)))
  })
  return { ref, value: withGlobalTexts(stored, textIn(texts)), provenance: stored.provenance, texts }
}

export function textIn(texts: ReadonlyMap<Ref, string>): (ref: Ref) => string {
  return (ref) => {
    const text = texts.get(ref)
    if (text === undefined) throw new Malformed('it lacks a text')
    return text
  }
}

/** @throws {TypeError} when the bytes are not UTF-8. */
export function decode(bytes: Uint8Array): string {
  return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes)
}
