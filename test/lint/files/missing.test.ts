import { describe, it } from 'vitest'
import { lint } from '../expect.ts'

const REQUIRED = ['functions.yaml', 'models.yaml', 'plans.yaml', 'settings.yaml']

describe('files/missing', () => {
  it('passes without accounts, profiles, strategies and tenfold.yaml', async () => {
    await lint({})
  })

  it.each(REQUIRED)('reports %s, which does not exist, at 1:1', async (path) => {
    await lint({ [path]: null }, { also: [`error[files/missing] ${path}:1:1-1:1`] })
  })

  it('reports all at once, and nothing that depends on them', async () => {
    await lint(
      {
        ...Object.fromEntries(REQUIRED.map((path) => [path, null])),
        'accounts/acme.yaml': `
        id: acme
        plan: growth
        overrides: { openai: { model: gpt-9 }, text: { provider: anthropic } }
      `,
      },
      { also: REQUIRED.map((path) => `error[files/missing] ${path}:1:1-1:1`) },
    )
  })

  it('lets Free speak without any of them', async () => {
    await lint(
      {
        'plans.yaml': null,
        'accounts/acme.yaml': `
        id: acme
        plan: free
        overrides: {}
        ^^^^^^^^^ error[plan/free-no-overrides]
      `,
      },
      { also: ['error[files/missing] plans.yaml:1:1-1:1'] },
    )
  })

  it('does not call a folder of that name missing', async () => {
    await lint(
      { 'models.yaml': null, 'models.yaml/gpt.yaml': 'x' },
      { also: ['error[files/unexpected] models.yaml:1:1-1:1'] },
    )
  })
})
