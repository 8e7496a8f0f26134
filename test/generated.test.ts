import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { date } from '../src/source/formats.ts'
import { ROOT, run } from './support/run.ts'

test('the types are those of the schemas', async () => {
  const { stdout, code } = await run(process.execPath, ['build.js', '--print-types'], ROOT)
  expect(code).toBe(0)
  expect(readFileSync(join(ROOT, 'src/source/generated/types.ts'), 'utf8')).toBe(stdout)
})

test('a date is a day that there is', () => {
  const days = ['2026-02-28', '2024-02-29', '2000-02-29', '0001-01-01', '9999-12-31']
  const none = [
    '2026-02-29',
    '1900-02-29',
    '2026-04-31',
    '2026-13-01',
    '2026-00-10',
    '2026-01-00',
    '2026-1-1',
    '2026-01-01T00:00:00Z',
    ' 2026-01-01',
    '2026-01-01\n',
    '',
  ]
  expect([...days, ...none].filter(date)).toEqual(days)
})
