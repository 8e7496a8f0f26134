import { readFileSync } from 'node:fs'
import { join } from 'node:path'

/** The built-in vocabulary as a file: what a new repository begins with. */
export function written(): string {
  return readFileSync(join(import.meta.dirname, '../../template/config/providers.yaml'), 'utf8')
}

/**
 * What every configuration of the tests that has no vocabulary of its own holds beside its files: nothing, or with
 * `TENFOLD_TEST_VOCABULARY=written` the built-in vocabulary, which must change no answer and no diagnostic.
 */
export const VOCABULARY: Readonly<Record<string, string>> =
  process.env['TENFOLD_TEST_VOCABULARY'] === 'written' ? { 'providers.yaml': written() } : {}
