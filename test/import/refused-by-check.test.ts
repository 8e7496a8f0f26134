import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { type ImportResult, importDump } from '../../src/import/import-dump.ts'
import { idFrom } from '../../src/import/account-id.ts'

/** Made up, and of the form of a vendor's. */
const KEY = `sk-a1${'Xy7Qw2Zr'.repeat(5)}B3c4D5`

function folder(): string {
  const made = mkdtempSync(join(tmpdir(), 'tenfold-'))
  onTestFinished(() => rmSync(made, { recursive: true, force: true }))
  return made
}

/** Imports rows into a folder's `config/`, and gives its report as JSON. */
async function imported(at: string, rows: readonly object[]): Promise<ImportResult & { readonly json: string }> {
  const file = join(at, 'dump.json')
  writeFileSync(file, JSON.stringify(rows))
  const asked = { ids: new Map<string, string>(), plans: new Map(), selects: [], follow: false, deleteGone: false }
  const result = await importDump({ file, out: join(at, 'config'), ...asked })
  onTestFinished(() => result.close())
  result.writeReport(join(at, 'report.json'))
  return { ...result, json: readFileSync(join(at, 'report.json'), 'utf8') }
}

const account = { model: 'auth.account', pk: 1, fields: { slug: 'acme', name: 'Acme', plan: 'growth' } }
const row = (fields: object): object => {
  return { model: 'system.integrationsettings', pk: 1, fields: { account: 1, integration_type: 'openai', ...fields } }
}

test('a row that a check refuses is refused by the next import too, and its file stays', async () => {
  const rows = [account, row({ config: { temperature: 99 } })]
  const at = folder()
  const first = await imported(at, rows)
  first.apply()
  const text = readFileSync(join(at, 'config/accounts/ac/acme.yaml'), 'utf8')
  expect(text).toBe('id: acme\nplan: growth\nname: Acme\n')

  const second = await imported(at, rows)
  expect(second.report.counts).toEqual(first.report.counts)
  expect(second.diagnostics).toEqual([])
  expect(second.changed()).toEqual([])
  expect(second.json).toBe(first.json)
})

test('a report says the same wherever the configuration is', async () => {
  const rows = [account, row({ config: { temperature: 99 } })]
  const [first, second] = [await imported(folder(), rows), await imported(folder(), rows)]
  expect(second.json).toBe(first.json)
  expect(first.json).toContain('"reason":"accounts/ac/acme.yaml:6: ')
})

test('a credential in a name or a key is in no id, and in no list of where credentials are', async () => {
  const fields = { slug: KEY, name: 'Acme', plan: 'growth' }
  const { json, markdown, report } = await imported(folder(), [
    { model: 'auth.account', pk: 1, fields },
    { model: 'auth.account', pk: KEY, fields: { ...fields, name: KEY } },
    { ...row({ config: { [KEY]: KEY } }), pk: KEY },
  ])
  expect(report.records.map(({ id }) => id)).toEqual(['acme', undefined, 'acme'])
  expect(report.credentials.length).toBeGreaterThan(3)
  for (const text of [json, markdown]) expect(text.toLowerCase()).not.toContain(KEY.toLowerCase())
})

test('a credential in capitals gives no id either', () => {
  expect(idFrom(KEY)).toBe(undefined)
  expect(idFrom(KEY.toUpperCase())).toBe(undefined)
  expect(idFrom('Acme Ltd')).toBe('acme-ltd')
})
