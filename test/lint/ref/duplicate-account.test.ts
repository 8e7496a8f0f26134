import { describe, expect, it } from 'vitest'
import { lint } from '../expect.ts'

describe('ref/duplicate-account', () => {
  it('passes two accounts in two folders', async () => {
    await lint({ 'accounts/a/one.yaml': 'id: one\nplan: free\n', 'accounts/b/two.yaml': 'id: two\nplan: free\n' })
  })

  it('points at the id of every file but the first, and shows that one', async () => {
    const found = await lint({
      'accounts/a/acme.yaml': '# the first\nid: acme\nplan: free\n',
      'accounts/acme.yaml': `
        plan: growth
        id: acme
        #   ^^^^ error[ref/duplicate-account] "acme"
      `,
      'accounts/b/acme.yaml': `
        id: acme
        #   ^^^^ error[ref/duplicate-account]
        plan: growth
      `,
    })
    const first = { file: 'accounts/a/acme.yaml', line: 2, column: 5 }
    for (const { related } of found) expect(related).toMatchObject([first])
  })

  it('leaves a file that borrows another’s id to ref/file-name', async () => {
    await lint({
      'accounts/acme.yaml': 'id: acme\nplan: free\n',
      'accounts/other.yaml': `
        id: acme
        #   ^^^^ error[ref/file-name]
        plan: free
      `,
    })
  })
})
