import { describe, expect, it } from 'vitest'
import { lint } from '../expect.ts'

const FILE = 'accounts/acme.yaml'

describe('yaml/duplicate-key', () => {
  it('passes one key in two mappings', async () => {
    await lint({ [FILE]: 'id: acme\nplan: growth\nauthor_profiles: { a: { name: A }, b: { name: A } }\n' })
  })

  it('points at the second key, and shows the first', async () => {
    const [found] = await lint({
      [FILE]: `
        id: acme
        plan: free
        plan: growth
        ^^^^ error[yaml/duplicate-key] "plan"
      `,
    })
    expect(found?.related).toMatchObject([{ file: FILE, line: 2, column: 1 }])
  })

  it('takes `1:` and `"1":` for one key', async () => {
    await lint({
      [FILE]: `
        id: acme
        plan: growth
        author_profiles:
          1: { name: One }
          "1": { name: Other }
        # ^^^ error[yaml/duplicate-key] "1"
      `,
    })
  })

  it('is the only one to speak for the two values', async () => {
    await lint({
      [FILE]: `
        id: acme
        plan: growth
        plan: 3
        ^^^^ error[yaml/duplicate-key]
      `,
    })
  })

  it('shows no credential that is used for a key', async () => {
    const key = `sk-ant-${'a1'.repeat(20)}`
    const text = `id: acme\nplan: growth\nauthor_profiles:\n  ${key}: { name: A }\n  ${key}: { name: B }\n`
    const found = await lint(
      { [FILE]: text },
      {
        also: [
          `error[secret/value] ${FILE}:4:3-4:${3 + key.length}`,
          `error[secret/value] ${FILE}:5:3-5:${3 + key.length}`,
          `error[yaml/duplicate-key] ${FILE}:5:3-5:${3 + key.length}`,
        ],
      },
    )
    expect(JSON.stringify(found)).not.toContain('a1a1')
  })
})
