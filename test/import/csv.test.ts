import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { BUILT_IN } from '../../src/domain/built-in-vocabulary.ts'
import { linkVocabulary } from '../../src/domain/vocabulary.ts'
import { type CsvRow, readCsv, readCsvText } from '../../src/import/read/read-csv.ts'
import { runs, settle } from '../properties/seed.ts'
import { all, cutAt, failureOf, folderForFiles } from './support.ts'

settle()
const write = folderForFiles()

/** The built-in providers, and one parameter that is a truth value. */
const VOCABULARY = linkVocabulary({
  kinds: { text: {}, image: { section: { max_in_article: { type: 'integer' } } } },
  providers: {
    openai: {
      kind: 'text',
      parameters: { temperature: { type: 'number' }, max_tokens: { type: 'integer' }, logprobs: { type: 'boolean' } },
    },
    dalle: { kind: 'image', parameters: { size: { type: 'string', format: 'dimensions' } } },
  },
})

async function rowsOf(content: string | Buffer, cuts: readonly number[] = []): Promise<CsvRow[]> {
  return all(readCsvText(cutAt(Buffer.from(content), cuts), VOCABULARY, 'a.csv'))
}

/** A row as one line: `LINE ID PLAN NAME; FIELD=VALUE; !WRONG; ~NOTE`. */
function shown({ line, id, plan, name, fields, notes, wrong }: CsvRow): string {
  const set = fields.map(([section, field, value]) => `${section}.${field}=${JSON.stringify(value)}`)
  const said = [...set, ...wrong.map(({ reason }) => `!${reason}`), ...notes.map((note) => `~${note}`)]
  return [`${line} ${id} ${plan} ${name ?? '-'}`, ...said].join('; ')
}

async function show(content: string | Buffer, cuts?: readonly number[]): Promise<string[]> {
  return (await rowsOf(content, cuts)).map(shown)
}

/** What is wrong with the one cell of a column, with the help. */
async function cell(column: string, text: string): Promise<string> {
  const quoted = `"${text.replaceAll('"', '""')}"`
  const [row] = await rowsOf(`id;plan;${column}\nacme;growth;${quoted}\n`)
  const [flaw] = row?.wrong ?? []
  return flaw === undefined ? JSON.stringify(row?.fields[0]?.[2] ?? null) : `${flaw.reason} (${flaw.help})`
}

async function idOf(id: string): Promise<string> {
  const [row] = await rowsOf(`id;plan\n"${id}";growth\n`)
  const [flaw] = row?.wrong ?? []
  return flaw === undefined ? `right: ${row?.id}` : `${flaw.reason} (${flaw.help})`
}

describe('reads', () => {
  test.each<[string, string | Buffer, string[]]>([
    [
      'accounts and what they override',
      'id,plan,name,openai.model,openai.temperature,openai.max_tokens,openai.logprobs,image.max_in_article,dalle.size\n' +
        'acme,growth,"Acme, Inc",gpt-4o,0.5,4000,TRUE,0,1024x1024\nbeta,free,,,,,,,\n',
      [
        '2 acme growth Acme, Inc; openai.model="gpt-4o"; openai.temperature=0.5; openai.max_tokens=4000; openai.logprobs=true; image.max_in_article=0; dalle.size="1024x1024"',
        '3 beta free -',
      ],
    ],
    [
      'columns in any order',
      'plan,overrides.image.provider, id \nfree,dalle,acme',
      ['2 acme free -; image.provider="dalle"'],
    ],
    ['tabs', 'id\tplan\tname\nacme\tgrowth\tA, B; C\n', ['2 acme growth A, B; C']],
    ['semicolons, with commas in a name', 'id;plan;"name"\nacme;growth;A, B, C, D\n', ['2 acme growth A, B, C, D']],
    ['what Excel says of it', 'sep=;\r\nid;plan\r\nacme;growth\r\n', ['3 acme growth -']],
    ['a byte order mark', '\uFEFFid,plan\nacme,growth', ['2 acme growth -']],
    ['one before what Excel says', '\uFEFFsep=,\nid,plan\nacme,growth', ['3 acme growth -']],
    ['old line breaks', 'id,plan\racme,growth\rbeta,free', ['2 acme growth -', '3 beta free -']],
    ['mixed line breaks', 'id,plan\r\nacme,growth\nbeta,free\r\n', ['2 acme growth -', '3 beta free -']],
    [
      'past blank lines and empty rows',
      '\n\nid,plan\n\nacme,growth\n,\n" ",""\nbeta,free\n\n',
      ['5 acme growth -', '8 beta free -'],
    ],
    [
      'line breaks in cells',
      'id,plan,name\nacme,growth,"A\r\nB"\nbeta,free,"""q"""\n',
      ['2 acme growth A\r\nB', '4 beta free "q"'],
    ],
    [
      'columns without a name',
      'id,plan,,\nacme,growth,,\nbeta,free,x,\n',
      ['2 acme growth -', '3 beta free -; !there is a value in a column without a name'],
    ],
    ['a header alone', 'id,plan', []],
    [
      'blanks around cells',
      'id,plan,name,openai.temperature\n acme\t,growth , A , 0.5 \n',
      ['2 acme growth A; openai.temperature=0.5; ~the id had blanks around it, which were removed'],
    ],
    [
      'on after too few or too many cells',
      'id,plan,openai.temperature\nacme,growth,0,7\nbeta,free\ngamma,scale,1\n',
      [
        '2   -; !there are 4 cells, and 3 columns',
        '3   -; !there are 2 cells, and 3 columns',
        '4 gamma scale -; openai.temperature=1',
      ],
    ],
    [
      'on after a stray quote',
      'id,plan,name\nacme,growth,5" pipe\nbeta,free,"a"b\ngamma,free, "x, y"\ndelta,scale,\n',
      [
        '2   -; !there is a quote within a cell',
        '3   -; !there is a quote within a cell',
        '4   -; !there is a quote within a cell',
        '5 delta scale -',
      ],
    ],
    [
      'an account that is there twice',
      'id,plan\nacme,growth\nacme,free\nA!,free\nA!,free\n',
      [
        '2 acme growth -',
        '3 acme free -; !the account is in line 2 already',
        '4 A! free -; !the id is not made of 1 to 63 of a-z, 0-9, _ and -, with a letter or a digit first',
        '5 A! free -; !the id is not made of 1 to 63 of a-z, 0-9, _ and -, with a letter or a digit first',
      ],
    ],
  ])('%s', async (_, content, expected) => {
    expect(await show(content)).toEqual(expected)
    const everywhere = Array.from({ length: Buffer.byteLength(content) }, (_, i) => i)
    expect(await show(content, everywhere)).toEqual(expected)
  })

  test('what a German Excel saves', async () => {
    const content =
      '\uFEFFsep=;\r\nid;plan;name;openai.temperature;openai.max_tokens;openai.logprobs\r\n' +
      'acme;growth;"Müller; Söhne";0,7;4.000;WAHR\r\nbeta;starter;Äpfel;1;16000;\r\n1,00E+05;free;;#NAME?;;\r\n'
    expect(await show(content)).toEqual([
      '3 acme growth Müller; Söhne; !openai.temperature has a decimal comma, as a German or French spreadsheet writes it; !openai.max_tokens has dots where thousands end; !openai.logprobs is a truth value in another language',
      '4 beta starter Äpfel; openai.temperature=1; openai.max_tokens=16000',
      '5 1,00E+05 free -; !the id is a number as a spreadsheet shortens it, and digits of it are lost; !openai.temperature is an error of a spreadsheet',
    ])
  })

  test('what a French one does', async () => {
    const content =
      'id;plan;openai.temperature;openai.max_tokens;openai.logprobs\r\nacme;growth;0,7;4\u202f000;FAUX\r\n' +
      'beta;scale;0;4\u00a0000;\r\n'
    expect(await show(content)).toEqual([
      '2 acme growth -; !openai.temperature has a decimal comma, as a German or French spreadsheet writes it; !openai.max_tokens has its thousands separated; !openai.logprobs is a truth value in another language',
      '3 beta scale -; openai.temperature=0; !openai.max_tokens has its thousands separated',
    ])
  })

  test('a file of many lines', async () => {
    const lines = Array.from({ length: 100_000 }, (_, i) => `account-${i},growth,0.5`)
    const file = write('many.csv', `id,plan,openai.temperature\n${lines.join('\n')}\n`)
    let last: CsvRow | undefined
    for await (const row of readCsv(file, BUILT_IN)) {
      expect(row.wrong).toEqual([])
      last = row
    }
    expect(last).toMatchObject({ line: 100_001, number: 100_000, id: 'account-99999' })
  })

  test('whatever cells there are, with quotes, in chunks of any size', async () => {
    const text = fc.string({ unit: fc.constantFrom('a', '"', ',', ';', '\n', '\r', ' ', 'é', '😀'), maxLength: 8 })
    const cuts = fc.array(fc.nat(200), { maxLength: 10 })
    const breaks = fc.constantFrom('\n', '\r\n')
    await fc.assert(
      fc.asyncProperty(fc.array(text, { maxLength: 6 }), cuts, breaks, async (names, offsets, end) => {
        const lines = names.map((name, i) => `a${i};free;"${name.replaceAll('"', '""')}"`)
        const content = ['id;plan;name', ...lines].join(end)
        const rows = await rowsOf(content, offsets)
        expect(rows.map(({ name }) => name ?? '')).toEqual(names.map((name) => name.trim()))
        for (const { id, line } of rows) {
          const before = content.slice(0, content.indexOf(`${id};free`))
          expect(line).toBe(before.split(/\r\n|\r|\n/).length)
        }
      }),
      runs(500),
    )
  })
})

test('whatever the text is, reading ends, and at the same rows and words for any chunks', async () => {
  const text = fc.string({ unit: fc.constantFrom(...'ab",;\t\n\r é'), maxLength: 30 })
  const cuts = fc.array(fc.nat(40), { maxLength: 8 })
  const outcome = async (content: string, at: readonly number[]): Promise<unknown> => {
    let rows: string[] = []
    const failure = await failureOf(async () => {
      rows = await show(content, at)
    })
    return failure === 'no failure' ? rows : failure
  }
  await fc.assert(
    fc.asyncProperty(text, fc.constantFrom('id,plan,name', 'sep=;\rid;plan;name'), cuts, async (rest, header, at) => {
      const content = `${header}\n${rest}`
      expect(await outcome(content, at)).toEqual(await outcome(content, []))
    }),
    runs(1000),
  )
})

describe('says what a spreadsheet has made', () => {
  const PLAIN = 'write digits alone, with a dot before decimals, or format the column as text before it is saved'
  const COMMA =
    'has a decimal comma, as a German or French spreadsheet writes it (write a dot, as in 0.7, or set the format of the column to English before it is saved)'
  test.each<[string, string, string]>([
    ['openai.temperature', '0,7', `openai.temperature ${COMMA}`],
    ['openai.temperature', ',7', `openai.temperature ${COMMA}`],
    ['openai.temperature', '1.234', '1.234'],
    ['openai.temperature', '1.234,5', `openai.temperature has its thousands separated (${PLAIN})`],
    ['openai.temperature', '1,234,567', `openai.temperature has its thousands separated (${PLAIN})`],
    [
      'openai.max_tokens',
      '4.000',
      `openai.max_tokens has dots where thousands end (${PLAIN}: 4.000 is 4 in English and 4000 in German)`,
    ],
    [
      'openai.max_tokens',
      '4,000',
      `openai.max_tokens has a comma where thousands end (${PLAIN}: 4,000 is 4 in German and 4000 in English)`,
    ],
    ['openai.max_tokens', '4,5', `openai.max_tokens ${COMMA}`],
    ['openai.max_tokens', '4 000', `openai.max_tokens has its thousands separated (${PLAIN})`],
    ['openai.max_tokens', "4'000", `openai.max_tokens has its thousands separated (${PLAIN})`],
    ['openai.max_tokens', '4’000', `openai.max_tokens has its thousands separated (${PLAIN})`],
    ['openai.max_tokens', '4000.0', '4000'],
    ['openai.max_tokens', '1.6E+04', '16000'],
    [
      'openai.max_tokens',
      '=1+1',
      'openai.max_tokens is a formula (save its result as a value: paste it as values only)',
    ],
    [
      'openai.max_tokens',
      '+A1',
      'openai.max_tokens is a formula (save its result as a value: paste it as values only)',
    ],
    [
      'openai.max_tokens',
      '-',
      'openai.max_tokens is a text that is no number, and a whole number is expected (correct the cell, or leave it empty to inherit)',
    ],
    [
      'openai.temperature',
      '01. Mai',
      'openai.temperature is a date, as a spreadsheet may make of a number (format the column as text)',
    ],
    [
      'openai.temperature',
      '70%',
      'openai.temperature is a text that is no number, and a number is expected (correct the cell, or leave it empty to inherit)',
    ],
    ['openai.model', '#REF!', 'openai.model is an error of a spreadsheet (correct the formula)'],
    ['openai.logprobs', 'VRAI', 'openai.logprobs is a truth value in another language (write true or false)'],
    [
      'openai.logprobs',
      'yes',
      'openai.logprobs is a text other than true and false, and true or false is expected (correct the cell, or leave it empty to inherit)',
    ],
    ['openai.logprobs', 'FALSE', 'false'],
    ['openai.model', '=x', '"=x"'],
  ])('%s %j', async (column, text, expected) => {
    expect(await cell(column, text)).toBe(expected)
  })

  const TEXT = 'format the column as text before the ids are put into it, or export the file again'
  test.each(['1E5', '1,00E+05', '1.23E+15', '1e+5'])('of the id %s: a number', async (id) => {
    expect(await idOf(id)).toBe(`the id is a number as a spreadsheet shortens it, and digits of it are lost (${TEXT})`)
  })
  test.each(['2024-05-01', '01.05.2024', '5/1/24', 'May-24', 'Mai 24', 'mai-24', '24-May', '24. Mai', 'janv.-24'])(
    'of the id %s: a date',
    async (id) => {
      expect(await idOf(id)).toBe(`the id is a date, as a spreadsheet may make of an id (${TEXT})`)
    },
  )
  test.each(['1e5', '100000', 'market-24', 'mayor-2024', '24-seven', 'a'.repeat(63), '1-2-3-4', 'decor-20'])(
    'nothing of the id %s',
    async (id) => {
      expect(await idOf(id)).toBe(`right: ${id}`)
    },
  )
})

describe('refuses the id', () => {
  const FORM = 'the id is not made of 1 to 63 of a-z, 0-9, _ and -, with a letter or a digit first'
  const nearest = (id: string): string =>
    `${FORM} ("${id}" is the nearest id that is: rename the account wherever it is asked for)`
  test.each([
    ['Acme GmbH & Co.', nearest('acme-gmbh-co')],
    ['Müller', nearest('muller')],
    ['_acme', nearest('acme')],
    ['acme.io', nearest('acme-io')],
    ['日本', `${FORM} (give the account another id)`],
    ['Ghp_16C7e42F292c6912E7710c838347Ae178B4a', `${FORM} (give the account another id)`],
    ['ghp_16C7e42F292c6912E7710c838347Ae178B4a', `${FORM} (give the account another id)`],
    [
      '#NAME?',
      'the id is an error of a spreadsheet (correct the formula, or format the column as text before the ids are put into it, or export the file again)',
    ],
    ['', 'the id is empty (give every account its id)'],
  ])('%j', async (id, expected) => {
    expect(await idOf(id)).toBe(expected)
  })
})

test.each([
  [
    'Growth',
    'the plan is not free, starter, growth or scale (did you mean "growth"? a plan is free, starter, growth or scale)',
  ],
  [
    'startr',
    'the plan is not free, starter, growth or scale (did you mean "starter"? a plan is free, starter, growth or scale)',
  ],
  ['enterprise', 'the plan is not free, starter, growth or scale (a plan is free, starter, growth or scale)'],
  ['', 'the plan is empty (a plan is free, starter, growth or scale)'],
])('refuses the plan %j', async (plan, expected) => {
  const [row] = await rowsOf(`id,plan\nacme,${plan}\n`)
  expect(row?.wrong.map(({ reason, help }) => `${reason} (${help})`)).toEqual([expected])
})

describe('refuses the file', () => {
  const UTF8 =
    'save it as UTF-8: in Excel "CSV UTF-8 (Comma delimited)", in LibreOffice with the character set "Unicode (UTF-8)"'
  const FIRST = 'the first line names the columns: id, plan, perhaps name, and fields such as openai.model'
  const COLUMNS =
    'the first line names columns, each one of id, plan, name, text.provider, image.provider, image.max_in_article, openai.model, openai.temperature, openai.max_tokens, openai.logprobs, dalle.model or dalle.size'
  test.each<[string, string | Buffer, string]>([
    ['empty', '', 'a.csv: it is empty (its first line names the columns: id, plan, and so on)'],
    ['blank', '\n \n', 'a.csv: it is empty (its first line names the columns: id, plan, and so on)'],
    [
      'with a separator and no more',
      'sep=;',
      'a.csv: it is empty (its first line names the columns: id, plan, and so on)',
    ],
    [
      'an unknown column',
      'id,plan,openai.temprature\n',
      `a.csv:1: there is no column "openai.temprature" (did you mean "openai.temperature"? ${COLUMNS})`,
    ],
    ['a name in capitals', 'sep=,\nID,plan\n', `a.csv:2: there is no column "ID" (did you mean "id"? ${COLUMNS})`],
    ['no header', 'acme-corporation,growth\n', `a.csv:1: there is no column "acme-corporation" (${COLUMNS})`],
    [
      'a column twice',
      'id,plan,openai.model,overrides.openai.model\n',
      'a.csv:1: there are two columns "openai.model" (leave one of them out)',
    ],
    ['no id', 'plan,name\n', `a.csv:1: there is no column "id" (${FIRST})`],
    ['no plan', 'id\nacme\n', `a.csv:1: there is no column "plan" (${FIRST})`],
    [
      'quotes in the header',
      'id,plan,na"me\n',
      'a.csv:1: there is a stray quote in the names of the columns (leave the quotes out)',
    ],
    [
      'an open quote',
      'id,plan,name\na,free,"x\ny"\nb,free,"never\nc,free,\n',
      'a.csv:4: a quote begins a cell here, and nothing ends it (close it, or write a quote within a cell as two, in quotes: "5"" pipe")',
    ],
    [
      'an open quote and much after it',
      `id,plan,name\na,free,"x\n${'b,free,\n'.repeat(200_000)}`,
      'a.csv:2: a quote begins a cell here, and nothing ends it (close it, or write a quote within a cell as two, in quotes: "5"" pipe")',
    ],
    [
      'an endless line',
      `id,plan\na,free${' '.repeat(1_100_000)}`,
      'a.csv:2: the line is longer than 1 MiB (save it as CSV, one account a line)',
    ],
    [
      'Windows-1252',
      Buffer.from('id,plan,name\na,free,x\nb,free,M\xfcller\n', 'latin1'),
      `a.csv:3: it is not UTF-8 (a spreadsheet may have written Windows-1252) (${UTF8})`,
    ],
    [
      'cut off in a character',
      Buffer.from('id,plan,name\na,free,é').subarray(0, -1),
      `a.csv:2: it is not UTF-8 (a spreadsheet may have written Windows-1252) (${UTF8})`,
    ],
    ['UTF-16', Buffer.from('\uFEFFid\tplan\n', 'utf16le'), `a.csv: it is in UTF-16, and UTF-8 is expected (${UTF8})`],
    [
      'a workbook',
      Buffer.from('PK\u0003\u0004abcdefgh'),
      'a.csv: it is a ZIP archive or a workbook (.xlsx, .ods), not a text (unpack it, or save the sheet as "CSV UTF-8")',
    ],
  ])('%s', async (_, content, message) => {
    expect(await failureOf(async () => rowsOf(content))).toBe(`refused: ${message}`)
    expect(await failureOf(async () => rowsOf(content, [1, 2, 9, 20]))).toBe(`refused: ${message}`)
  })

  test('that is none', async () => {
    const file = write('x.csv', '').replace('x.csv', 'none.csv')
    const failure = await failureOf(async () => all(readCsv(file, VOCABULARY)))
    expect(failure).toBe(`usage: cannot read ${file}: no such file (check the path)`)
  })
})
