import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { temporaryFolder } from './support/config.ts'
import { ROOT, run } from './support/run.ts'

test('the benchmark prints its table and writes its results where it is told to', async () => {
  const folder = temporaryFolder()
  const args = ['bench/run.ts', '--quick', '--only', 'start', '--out', folder, '--json', join(folder, 'results.json')]
  const { code, stdout, stderr } = await run(process.execPath, ['--import', 'tsx', ...args], ROOT)
  expect(code, stderr).toBe(0)
  expect(stdout).toMatch(/^row +what +ours +against +ratio +goal +result$/m)
  expect(stdout).toMatch(
    /^start +tenfold --help +[\d.,]+ ms +node -e 0: [\d.,]+ ms +× [\d.]+ +≤ × 1\.25 +(met|missed)/m,
  )
  expect(stdout).toMatch(/^start +tenfold check of this repository +/m)

  const results = readFileSync(join(folder, 'results.md'), 'utf8')
  expect(results).toContain('`npm run bench -- --quick --only start` on ')
  expect(results).toContain('![Start](charts/start.svg)')
  expect(results).not.toContain(ROOT)
  expect(readFileSync(join(folder, 'charts', 'start.svg'), 'utf8')).toMatch(/^<svg [\s\S]*node -e 0[\s\S]*<\/svg>\n$/)
  expect(existsSync(join(folder, 'results.json'))).toBe(true)
})

test('a row that does not exist is refused with the names of those that do', async () => {
  const { code, stderr } = await run(process.execPath, ['--import', 'tsx', 'bench/run.ts', '--only', 'nothing'], ROOT)
  expect(code).toBe(1)
  expect(stderr).toMatch(/^bench: there is no row "nothing"; the rows are start, cold, [^\n]*\n$/)
})
