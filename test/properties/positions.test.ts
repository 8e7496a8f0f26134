import { expect, test } from 'vitest'
import { BASE, diagnosticsOf } from '../support/config.ts'
import { accountFiles, randomFrom } from '../support/corpus.ts'
import { SEED, SLOW, runs } from './seed.ts'

/** What makes a file odd at the place where it is put. */
const SIGNS = [
  '\n',
  '\r\n',
  '\r',
  '[',
  ']',
  '{',
  '}',
  '"',
  "'",
  ': ',
  '- ',
  '#',
  '|',
  '>',
  '&a ',
  '*a',
  '<<: ',
  '!!binary ',
  '!!str ',
  '\t',
  '%',
  '@',
  '---\n',
  '...',
  '😀',
  '\u2028',
  '\ufeff',
  '\u200b',
  '\u202e',
  '<<<<<<< a\n',
  'max_token: 1\n',
  'null',
  '012',
  '.inf',
  ',',
]

/** Places in a text, as an editor counts them. */
function lengths(text: string): number[] {
  return text.split('\n').map((line) => line.length)
}

test(
  'no position is beyond the text, whatever is wrong with it and wherever it ends',
  async () => {
    const random = randomFrom(SEED)
    const valid = [...[...accountFiles({ accounts: 40 })].map(([, text]) => text), ...Object.values(BASE)]
    const { numRuns } = runs(20)
    for (let run = 0; run < numRuns; run++) {
      const files: Record<string, string> = {}
      for (let i = 0; i < 100; i++) {
        let text = random.of(valid)
        for (let cuts = random.below(4); cuts >= 0; cuts--) {
          const at = random.below(text.length + 1)
          const kind = random.below(3)
          if (kind === 0) text = text.slice(0, at)
          else text = text.slice(0, at) + (kind === 1 ? random.of(SIGNS) : '') + text.slice(at + random.below(kind * 4))
        }
        files[`accounts/m${i}.yaml`] = text
      }
      for (const { file, line, column, end_line, end_column, related, rule } of await diagnosticsOf(files)) {
        for (const place of [{ file, line, column, end_line, end_column }, ...related]) {
          const text = files[place.file] ?? BASE[place.file] ?? ''
          const told = `${rule} ${JSON.stringify(place)} of ${JSON.stringify(text)}`
          const all = lengths(text)
          expect(all[place.line - 1], told).toBeGreaterThanOrEqual(place.column - 1)
          expect(all[place.end_line - 1], told).toBeGreaterThanOrEqual(place.end_column - 1)
          expect(Math.min(place.column, place.end_column), told).toBeGreaterThanOrEqual(1)
          expect(place.end_line * 1e7 + place.end_column, told).toBeGreaterThanOrEqual(place.line * 1e7 + place.column)
        }
      }
    }
  },
  SLOW,
)
