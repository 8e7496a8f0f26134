import { describe, expect, it } from 'vitest'
import { lint } from '../expect.ts'

describe('ref/file-name', () => {
  it('passes a stem that is the id, below any folder', async () => {
    await lint({ 'accounts/eu/acme_ltd-2.yaml': 'id: acme_ltd-2\nplan: free\n' })
  })

  it('points at the id, and says how to agree', async () => {
    const [found] = await lint({
      'accounts/acme.yaml': `
        plan: free
        id: foo
        #   ^^^ error[ref/file-name] "acme.yaml"
      `,
    })
    expect(found?.help).toBe('rename the file to foo.yaml, or write id: acme')
  })

  it('does not offer a stem that no account may be called', async () => {
    const [found] = await lint({
      'accounts/Acme Ltd.yaml': `
        plan: free
        id: acme
        #   ^^^^ error[ref/file-name] "Acme Ltd.yaml"
      `,
    })
    expect(found?.help).toBe('rename the file to acme.yaml')
  })

  it('leaves an id that cannot be one to the schema', async () => {
    await lint({
      'accounts/acme.yaml': `
        id: ACME
        #   ^^^^ error[schema/not-allowed]
        plan: free
      `,
    })
  })
})
