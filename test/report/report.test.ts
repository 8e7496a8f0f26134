import fc from 'fast-check'
import { expect, test } from 'vitest'
import { formats } from '../../src/report/format-names.ts'
import { reporters } from '../../src/cli/render-diagnostics.ts'
import { both, clean, denied } from './diagnostics.ts'

const options = { color: false, version: '0.1.0', rules: [] }

test('the formats are those of the contract', () => {
  expect(formats).toEqual(['pretty', 'json', 'github', 'sarif', 'junit'])
})

test.each(formats)('%s ends with one newline', (format) => {
  for (const found of [clean, both]) expect(reporters[format](found, options)).toMatch(/[^\n]\n$/)
})

/** Random text made mostly of what could do harm. */
const harmful = fc.constantFrom('\u001b[', '\n', '\r', '::error::', '##', '[', '##vso', '\u009b', '\ud800')
const odd = fc.constantFrom('\t', '😀', '模', '\u200d', '\u0301', '\u202e', '\u2028', '%0A', ']]></a>', 'a')
const piece = fc.oneof(harmful, odd, fc.string({ unit: 'binary' }))
const text = fc.array(piece, { maxLength: 12 }).map((pieces) => pieces.join(''))

test.each(formats)('%s: no text can control a terminal, start a line or command a build runner', (format) => {
  const lines = (found: typeof both) => reporters[format](found, options).split('\n').length
  const expected = lines({ diagnostics: [{ ...denied, related: [{ ...denied, message: 'a' }] }], files: 1 })
  fc.assert(
    fc.property(text, text, text, text, fc.nat(20), fc.nat(20), (message, file, help, line, start, size) => {
      const span = { line: 7, column: start + 1, end_line: 7, end_column: start + size + 1 }
      const at = { file: `f${file}`, excerpt: `e${line}`, ...span }
      const related = [{ ...denied, ...at, message }]
      const diagnostic = { ...denied, ...at, message, help: `h${help}`, related }
      const found = { diagnostics: [diagnostic], files: 1 }
      const out = reporters[format](found, options)
      expect(out).not.toMatch(/[^\P{Cc}\n]|\p{Cs}|##(vso)?\[/u)
      expect(out.split('\n')).toHaveLength(expected)
      if (format !== 'github') expect(out).not.toMatch(/^\s*::(?!: )/m)
    }),
    { numRuns: 1000 },
  )
})
