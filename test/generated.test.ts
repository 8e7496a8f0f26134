import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { ROOT, run } from './support/run.ts'

test('the types are those of the schemas', async () => {
  const { stdout, code } = await run(process.execPath, ['build.js', '--print-types'], ROOT)
  expect(code).toBe(0)
  expect(readFileSync(join(ROOT, 'src/compile/generated/types.ts'), 'utf8')).toBe(stdout)
})
