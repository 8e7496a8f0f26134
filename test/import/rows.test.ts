import { appendFileSync, mkdirSync, truncateSync } from 'node:fs'
import { dirname, join } from 'node:path'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { formatOfDump } from '../../src/import/read/dump-format.ts'
import { RowFile, readRows } from '../../src/import/read/read-rows.ts'
import { type FoundRow, MAX_DEPTH, MAX_ROW, splitRows } from '../../src/import/read/row-spans.ts'
import { runs, settle } from '../properties/seed.ts'
import { all, cutAt, failureOf, folderForFiles } from './support.ts'

settle()
const write = folderForFiles()

type JsonFormat = 'json' | 'jsonl'

async function split(content: string | Buffer, format: JsonFormat, cuts: readonly number[] = []): Promise<FoundRow[]> {
  return all(splitRows(cutAt(Buffer.from(content), cuts), format, 'dump'))
}

/** What the rows are, as text: `LINE START TEXT`, or the bound that one is over. */
async function texts(content: string, format: JsonFormat, cuts: readonly number[] = []): Promise<string[]> {
  const rows = await split(content, format, cuts)
  return rows.map((row) => {
    const text = 'over' in row ? row.over : Buffer.from(row.bytes).toString()
    return `${row.span.line} ${row.span.start} ${text}`
  })
}

/** What is wrong with each row; its value where nothing is. */
async function read(content: string | Uint8Array, format: JsonFormat): Promise<unknown[]> {
  const rows = await all(readRows(write('rows', content), format))
  expect(rows.map(({ number }) => number)).toEqual(rows.map((_, i) => i + 1))
  return rows.map(({ value, wrong }) => wrong?.reason ?? value)
}

describe('finds the rows', () => {
  test.each<[string, JsonFormat, string, string[]]>([
    ['of a list', 'json', '[{"a": 1},\n {"a": 2}]', ['1 1 {"a": 1}', '2 12 {"a": 2}']],
    ['of an empty list', 'json', ' [ ] \n', []],
    ['of any sort', 'json', '[1, "a]", null,[2]\n,-3e5]', ['1 1 1', '1 4 "a]"', '1 10 null', '1 15 [2]', '2 20 -3e5']],
    ['behind a byte order mark', 'json', '\uFEFF[1]', ['1 4 1']],
    ['with brackets in strings', 'json', '[{"a":"}]\\"{"}]', ['1 1 {"a":"}]\\"{"}']],
    ['with CRLF', 'json', '[\r\n1,\r\n2\r\n]\r\n', ['2 3 1', '3 7 2']],
    ['a line', 'jsonl', '{"a":1}\n{"a":2}\n', ['1 0 {"a":1}', '2 8 {"a":2}']],
    ['without a last line break', 'jsonl', '{"a":1}\r\n{"a":2}', ['1 0 {"a":1}', '2 9 {"a":2}']],
    ['between blank lines', 'jsonl', '\n\n1\n \n2\n', ['3 2 1', '5 6 2']],
    [
      'beside each other',
      'jsonl',
      '{"a":1} {"a":2}{"a":3} 4',
      ['1 0 {"a":1}', '1 8 {"a":2}', '1 15 {"a":3}', '1 23 4'],
    ],
    [
      'over several lines',
      'jsonl',
      '{\n "a": [\n{"b": 1},\n{"b": 2}\n]\n}\n{"a":2}',
      ['1 0 {\n "a": [\n{"b": 1},\n{"b": 2}\n]\n}', '7 33 {"a":2}'],
    ],
    ['after a line that was cut off', 'jsonl', '{"a":1,"b\n{"a":2}\n', ['1 0 {"a":1,"b', '2 10 {"a":2}']],
    ['after another that was', 'jsonl', '{"a":{"b":1}\n{"a":2}\n', ['1 0 {"a":{"b":1}\n', '2 13 {"a":2}']],
    ['after one whose brackets do not match', 'jsonl', '{"a":[1}, 2\n3', ['1 0 {"a":[1}, 2', '2 12 3']],
    ['after what is no value', 'jsonl', '# a comment\n{"a":2}', ['1 0 # a comment', '2 12 {"a":2}']],
  ])('%s (%s)', async (_, format, content, expected) => {
    expect(await texts(content, format)).toEqual(expected)
    const everywhere = Array.from({ length: Buffer.byteLength(content) }, (_, i) => i)
    expect(await texts(content, format, everywhere)).toEqual(expected)
  })
})

describe('cannot tell rows apart', () => {
  const CUT = 'it was cut off: dump it again, and look for an error of the dump itself'
  const AGAIN = 'dump it again, and do not edit the dump: it is not JSON from there on'
  const UTF8 = 'write it as UTF-8: with Django, `python manage.py dumpdata -o dump.json` in place of `> dump.json`'
  test.each<[string, JsonFormat, string | Buffer, string]>([
    ['an empty file', 'json', '', 'dump: it is empty (dump it again, and look for an error of the dump)'],
    ['a blank file', 'jsonl', ' \n', 'dump: it is empty (dump it again, and look for an error of the dump)'],
    ['the end within a row', 'json', '[1,\n{"a":\n', `dump:2: the file ends within row 2, which begins here (${CUT})`],
    [
      'the end after one',
      'json',
      '[1\n',
      `dump:2: the file ends after row 1, before the "]" that closes the list (${CUT})`,
    ],
    [
      'the end within a line',
      'jsonl',
      '{"a":1}\n{"a',
      `dump:2: the file ends within row 2, which begins here (${CUT})`,
    ],
    ['no comma', 'json', '[{}\n{}]', `dump:2: a comma is missing between row 1 and what follows it (${AGAIN})`],
    ['two commas', 'json', '[1,,2]', `dump:1: row 2 is missing: there is "," in its place (${AGAIN})`],
    ['a last comma', 'json', '[1,\n]', `dump:2: row 2 is missing: there is "]" in its place (${AGAIN})`],
    ['another bracket', 'json', '[{"a": [1}]', `dump:1: row 1 has "}" where "]" closes what is open (${AGAIN})`],
    [
      'a second dump',
      'json',
      '[1]\n[2]',
      'dump:2: the list has ended after row 1, and something follows it (one file is one dump: import two dumps one after another)',
    ],
    [
      'an object',
      'json',
      '{"a":1}',
      'dump:1: it begins with an object, and a list of rows is expected (--format jsonl if it is one object a line)',
    ],
    [
      'a word',
      'json',
      '\nLoading\n[1]',
      'dump:2: it does not begin with a list of rows (it has to begin with "[": look for what was printed into the dump before it)',
    ],
    ['a list', 'jsonl', '[{"a":1}]', 'dump:1: it begins with a list, and one value a line is expected (--format json)'],
    [
      'commas',
      'jsonl',
      '{"a":1},\n{"a":2}',
      'dump:1: there is a comma after row 1, and only a line break is expected between values (put the values into a list, [ and ], and give --format json; or leave the commas out)',
    ],
    [
      'UTF-16 with a mark',
      'json',
      Buffer.from('\uFEFF[1]', 'utf16le'),
      `dump: it is in UTF-16, and UTF-8 is expected (${UTF8})`,
    ],
    [
      'the other UTF-16',
      'json',
      Buffer.from('\uFEFF[1]', 'utf16le').swap16(),
      `dump: it is in UTF-16, and UTF-8 is expected (${UTF8})`,
    ],
    [
      'UTF-16 without one',
      'jsonl',
      Buffer.from('{"a":1}', 'utf16le'),
      `dump: it is in UTF-16, and UTF-8 is expected (${UTF8})`,
    ],
    [
      'the other without one',
      'json',
      Buffer.from('[1]', 'utf16le').swap16(),
      `dump: it is in UTF-16, and UTF-8 is expected (${UTF8})`,
    ],
    [
      'an archive',
      'json',
      Buffer.from([0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 3]),
      'dump: it is compressed by gzip, not a text (unpack it first: gunzip FILE)',
    ],
  ])('%s (%s)', async (_, format, content, message) => {
    expect(await failureOf(async () => split(content, format))).toBe(`refused: ${message}`)
    expect(await failureOf(async () => split(content, format, [1, 2, 3]))).toBe(`refused: ${message}`)
  })
})

describe('reads on after a row that is', () => {
  test.each<[string, string | Buffer, string]>([
    ['no JSON', '{"a": tru}', 'the row is not JSON'],
    ['a word', 'secret', 'the row is not JSON'],
    ['NaN', '{"b": "\\"", "a": NaN}', 'the row has NaN or Infinity, which JSON has no word for'],
    ['-Infinity', '-Infinity', 'the row has NaN or Infinity, which JSON has no word for'],
    ['no JSON, with NaN in a text', '{"a": "\\" NaN", b}', 'the row is not JSON'],
    ['no UTF-8', Buffer.from('"caf\xe9"', 'latin1'), 'the row is not UTF-8'],
    ['half a character', '{"a": ["\\ud83d"]}', 'the row has half of a surrogate pair in a text'],
    ['half a character as a key', '{"\\uDE00": 1}', 'the row has half of a surrogate pair in a text'],
    ['too deep', `${'['.repeat(65)}${']'.repeat(65)}`, 'the row has lists or objects more than 64 deep in each other'],
    [
      'far too deep',
      `${'{"a":['.repeat(100_000)}${']}'.repeat(100_000)}`,
      'the row has lists or objects more than 64 deep in each other',
    ],
    ['too large', `"${'a'.repeat(MAX_ROW - 1)}"`, 'the row is over 16 MiB'],
  ])('%s', async (_, row, reason) => {
    const bytes = Buffer.from(row)
    const list = Buffer.concat([Buffer.from('[1,'), bytes, Buffer.from(',{"a":2}]')])
    expect(await read(list, 'json')).toEqual([1, reason, { a: 2 }])
    const lines = Buffer.concat([Buffer.from('1\n'), bytes, Buffer.from('\n{"a":2}\n')])
    expect(await read(lines, 'jsonl')).toEqual([1, reason, { a: 2 }])
  })

  test('a whole character that is written as an escape, as deep and as large as may be', async () => {
    const deepest = `${'['.repeat(MAX_DEPTH)}${']'.repeat(MAX_DEPTH)}`
    const largest = 'a'.repeat(MAX_ROW - 2)
    const rows = await read(`["\\ud83d\\ude00", ${deepest}, "${largest}"]`, 'json')
    expect([rows[0], JSON.stringify(rows[1]), rows[2] === largest]).toEqual(['😀', deepest, true])
  })
})

describe('properties', () => {
  const text = fc.oneof(
    fc.string({ unit: 'binary' }),
    fc.string({ unit: fc.constantFrom('[', ']', '{', '}', '"', '\\', ',', ':', '\n', '😀', 'é', 'a') }),
  )
  const { value } = fc.letrec<{ value: unknown }>((tie) => ({
    value: fc.oneof(
      { depthSize: 'small' },
      text,
      fc.double({ noNaN: true, noDefaultInfinity: true }),
      fc.constantFrom(null, true, false, 0),
      fc.array(tie('value'), { maxLength: 3 }),
      fc.dictionary(text, tie('value'), { maxKeys: 3 }),
    ),
  }))
  const indent = fc.constantFrom(0, 2, '\t')
  const cuts = fc.array(fc.nat(400), { maxLength: 12 })

  test('a list is split as JSON.parse reads it, wherever its chunks end', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(value, { maxLength: 6 }), indent, cuts, async (values, space, offsets) => {
        const content = Buffer.from(JSON.stringify(values, null, space))
        const rows = await split(content, 'json', offsets)
        const found = rows.map((row) => ('over' in row ? row.over : JSON.parse(Buffer.from(row.bytes).toString())))
        expect(found).toEqual(JSON.parse(content.toString()))
        for (const row of rows) {
          const { start, length, line } = row.span
          const bytes = content.subarray(start, start + length)
          expect('bytes' in row && bytes.equals(row.bytes)).toBe(true)
          expect(line).toBe(content.subarray(0, start).toString().split('\n').length)
        }
      }),
      runs(300),
    )
  })

  test('so are lines', async () => {
    const rows = fc.array(fc.dictionary(text, value, { maxKeys: 3 }), { minLength: 1, maxLength: 6 })
    await fc.assert(
      fc.asyncProperty(rows, indent, cuts, async (values, space, offsets) => {
        const content = values.map((one) => JSON.stringify(one, null, space)).join('\n')
        const found = await split(content, 'jsonl', offsets)
        expect(found.map((row) => ('over' in row ? row.over : JSON.parse(Buffer.from(row.bytes).toString())))).toEqual(
          values.map((one) => JSON.parse(JSON.stringify(one))),
        )
      }),
      runs(300),
    )
  })

  test('a list that was cut off anywhere is refused', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(value, { minLength: 1, maxLength: 4 }), indent, async (values, space) => {
        const content = Buffer.from(JSON.stringify(values, null, space))
        for (let end = 0; end < content.length; end++) {
          expect(await failureOf(async () => split(content.subarray(0, end), 'json'))).toMatch(/^refused: /)
        }
      }),
      runs(40),
    )
  })

  test('lines that were cut off within a row are refused', async () => {
    const content = Buffer.from('{"a":[1,"x\\n}"]}\n{"b":{"c":"😀"}}')
    for (let end = 1; end < content.length; end++) {
      const whole = end === 16 || end === 17
      const failure = await failureOf(async () => split(content.subarray(0, end), 'jsonl'))
      expect(failure, String(end)).toMatch(whole ? 'no failure' : /^refused: dump:[12]: the file ends within row [12],/)
    }
  })

  test('whatever the bytes are, splitting ends, and at the same rows and words for any chunks', async () => {
    const bytes = fc.string({ unit: fc.constantFrom(...'[]{}",:\\ \n\r1aN'), maxLength: 40 })
    await fc.assert(
      fc.asyncProperty(bytes, fc.constantFrom('json', 'jsonl'), cuts, async (content, format, offsets) => {
        const outcome = async (at: readonly number[]): Promise<unknown> => {
          const rows: FoundRow[] = []
          const failure = await failureOf(async () => {
            for await (const row of splitRows(cutAt(Buffer.from(content), at), format, 'dump')) {
              rows.push('bytes' in row ? { ...row, bytes: Buffer.from(row.bytes) } : row)
            }
          })
          // Rows before a failure come with their chunk, or not at all.
          return failure === 'no failure' ? rows : failure
        }
        expect(await outcome(offsets.map((at) => at % 41))).toEqual(await outcome([]))
      }),
      runs(2000),
    )
  })
})

test('a row of 200 MB is passed over without being kept', async () => {
  const CHUNK = 1024 * 1024
  const before = process.memoryUsage().rss
  let most = 0
  async function* chunks(): AsyncGenerator<Buffer> {
    yield Buffer.from('[{"a":1},\n{"text":"')
    for (let i = 0; i < 200; i++) {
      yield Buffer.alloc(CHUNK, 'text \\" ]} ')
      most = Math.max(most, process.memoryUsage().rss)
    }
    yield Buffer.from('"},\n{"a":3}]')
  }
  const rows = await all(splitRows(chunks(), 'json', 'dump'))
  const sizes = rows.map((row) => ('over' in row ? row.over : row.bytes.length))
  expect(sizes).toEqual([7, 'size', 7])
  expect(rows[1]?.span).toEqual({ start: 10, length: 9 + 200 * CHUNK + 2, line: 2 })
  expect(most - before).toBeLessThan(150 * CHUNK)
})

describe('a file', () => {
  test('is read row by row, and each of its rows again', async () => {
    const file = write('again.json', '\uFEFF[{"a": "é"},\n 2, NaN, {"a": "😀"}]')
    const rows = await all(readRows(file, 'json'))
    const opened = RowFile.open(file)
    const right = rows.filter(({ wrong }) => wrong === undefined)
    expect(right.reverse().map(({ span }) => opened.at(span))).toEqual([{ a: '😀' }, 2, { a: 'é' }])
    opened.close()
  })

  test('that changes while it is read is noticed', async () => {
    const file = write('changed.json', '[{"a": 1},\n{"a": 2}]')
    const [, second] = await all(readRows(file, 'json'))
    const opened = RowFile.open(file)
    truncateSync(file, 15)
    const changed = `world: ${file}:2: the file was changed while it was read (import it again)`
    expect(await failureOf(() => second && opened.at(second.span))).toBe(changed)
    appendFileSync(file, 'x'.repeat(20))
    expect(await failureOf(() => second && opened.at(second.span))).toBe(changed)
    opened.close()
  })

  test('that is none is a wrong call', async () => {
    const folder = join(dirname(write('x', '')), 'folder')
    mkdirSync(folder)
    const none = join(folder, 'none.json')
    const noFile = `usage: cannot read ${none}: no such file (check the path)`
    const isFolder = `usage: cannot read ${folder}: it is not a file (name the file that the dump was written to)`
    for (const read of [
      async (file: string) => all(readRows(file, 'json')),
      (file: string) => RowFile.open(file),
      (file: string) => formatOfDump(file),
    ]) {
      expect(await failureOf(() => read(none))).toBe(noFile)
      expect(await failureOf(() => read(folder))).toBe(isFolder)
    }
  })

  test('can be left before its end', async () => {
    for await (const { value } of readRows(write('left.json', `[${'1,'.repeat(2_000_000)}2]`), 'json')) {
      expect(value).toBe(1)
      break
    }
  })
})

describe('how a dump is written', () => {
  test.each<[string, string | Buffer, string | undefined, string]>([
    ['a.json', '[1]', undefined, 'json'],
    ['a.JSON', ' \n{"a":1}', undefined, 'jsonl'],
    ['a.json', '', undefined, 'json'],
    ['a.json', Buffer.from('[1]', 'utf16le'), undefined, 'json'],
    ['a.jsonl', '[1]', undefined, 'jsonl'],
    ['a.ndjson', '', undefined, 'jsonl'],
    ['a.csv', 'id', undefined, 'csv'],
    ['a.tsv', 'id', undefined, 'csv'],
    ['a.txt', '\uFEFF [1]', undefined, 'json'],
    ['a', '{', undefined, 'jsonl'],
    ['a.json', '[1]', 'csv', 'csv'],
  ])('%s with %j and flag %s is %s', (name, content, flag, expected) => {
    expect(formatOfDump(write(name, content), flag)).toBe(expected)
  })

  test('cannot be told', async () => {
    const text = write('a.txt', 'id,plan')
    expect(await failureOf(() => formatOfDump(text))).toBe(
      `usage: cannot tell how ${text} is written (give --format: json, jsonl or csv)`,
    )
    expect(await failureOf(() => formatOfDump(text, 'jsnl'))).toBe(
      'usage: there is no format "jsnl" (did you mean "jsonl"? --format takes json, jsonl or csv)',
    )
    const packed = write('a.json.gz', Buffer.from([0x1f, 0x8b, 8, 0]))
    expect(await failureOf(() => formatOfDump(packed))).toBe(
      `refused: ${packed}: it is compressed by gzip, not a text (unpack it first: gunzip FILE)`,
    )
  })
})

test('no message quotes a row', async () => {
  const secret = 'sk-not-for-a-message'
  for (const row of [secret, `{"a": ${secret}}`, `{"a" "${secret}"}`, `{"a": "${secret}", "b": NaN}`]) {
    const rows = await all(readRows(write('secret', `${row}\n`), 'jsonl'))
    expect(rows.map(({ wrong }) => wrong !== undefined)).toContain(true)
    expect(JSON.stringify(rows.map(({ wrong }) => wrong))).not.toContain('sk-')
  }
})
