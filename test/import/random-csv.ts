import fc from 'fast-check'
import { type Row, hostile } from './random-database.ts'

/** Accounts that a CSV can say all of: none of them is refused. */
interface CsvAccount {
  readonly id: string
  readonly plan: string
  readonly name: string
  /** By column; "" inherits. */
  readonly cells: Readonly<Record<string, string>>
}

interface CsvForm {
  readonly delimiter: string
  readonly eol: string
  readonly mark: string
}

/** The columns, and the cells that each may have. */
const CELLS = {
  'openai.model': ['gpt-4o', 'gpt-4o-mini'],
  'openai.temperature': ['0', '0.7', '1.50', '2'],
  'openai.max_tokens': ['1', '4096', '16000'],
  'anthropic.model': ['claude-3', 'claude-4'],
  'anthropic.temperature': ['0.25', '1'],
  'dalle.size': ['1024x1024', '1792x1024'],
  'dalle.style': ['vivid', 'natural'],
  'runware.model': ['runware:97@1', 'runware:98@1'],
  'image.max_in_article': ['0', '3', '10'],
} as const
const COLUMNS = Object.keys(CELLS)

const account: fc.Arbitrary<CsvAccount> = fc.record({
  id: fc.oneof(
    fc.constantFrom('acme', '42', '007', 'a_b-c', 'null', 'no'),
    fc.stringMatching(/^[a-z][a-z0-9_-]{0,20}[a-z]$/),
  ),
  plan: fc.constantFrom('starter', 'growth', 'scale'),
  // A control character is refused either way.
  name: hostile.map((text) => text.replace(/[\0\u001b\u0085]/g, ' ')),
  cells: fc.record(
    Object.fromEntries(
      Object.entries(CELLS).map(([column, values]) => [column, fc.constantFrom('', '', ...values, ` ${values[0]} `)]),
    ),
  ),
})

export const csvAccounts: fc.Arbitrary<{ readonly accounts: readonly CsvAccount[]; readonly form: CsvForm }> =
  fc.record({
    accounts: fc.uniqueArray(account, { selector: ({ id }) => id, minLength: 1, maxLength: 6 }),
    form: fc.record({
      delimiter: fc.constantFrom(',', ';', '\t'),
      eol: fc.constantFrom('\n', '\r\n'),
      mark: fc.constantFrom('', '\ufeff'),
    }),
  })

export function csvOf(accounts: readonly CsvAccount[], { delimiter, eol, mark }: CsvForm): string {
  const lines = accounts.map(({ id, plan, name, cells }) => {
    return [id, plan, `"${name.replaceAll('"', '""')}"`, ...COLUMNS.map((column) => cells[column] ?? '')].join(
      delimiter,
    )
  })
  return mark + [['id', 'plan', 'name', ...COLUMNS].join(delimiter), ...lines, ''].join(eol)
}

/** The same accounts as rows of a database. */
export function rowsOfCsv(accounts: readonly CsvAccount[]): Row[] {
  const rows: Row[] = []
  for (const [i, { id, plan, name, cells }] of accounts.entries()) {
    rows.push({ model: 'auth.account', pk: i + 1, fields: { slug: id, name, plan } })
    const configs = new Map<string, Record<string, string>>()
    for (const column of COLUMNS) {
      const [section = '', field = ''] = column.split('.')
      const provider = section === 'image' ? 'runware' : section
      configs.set(provider, { ...configs.get(provider), [field]: cells[column]?.trim() ?? '' })
    }
    for (const [integration_type, config] of configs) {
      const fields = { account: i + 1, integration_type, config }
      rows.push({ model: 'system.integrationsettings', pk: rows.length, fields })
    }
  }
  return rows
}
