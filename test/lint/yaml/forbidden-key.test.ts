import { describe, it } from 'vitest'
import { lint } from '../expect.ts'

describe('yaml/forbidden-key', () => {
  it('passes names that only resemble them', async () => {
    await lint({
      'accounts/acme.yaml': `
        id: acme
        plan: growth
        author_profiles: { proto: { name: A }, Constructor: { name: constructor } }
      `,
    })
  })

  it('reports each where it stands, known to the schema or not', async () => {
    await lint({
      'accounts/acme.yaml': `
        id: acme
        plan: growth
        __proto__: 1
        ^^^^^^^^^ error[yaml/forbidden-key]
        author_profiles:
          constructor: { name: A }
        # ^^^^^^^^^^^ error[yaml/forbidden-key] "constructor"
          "prototype": { name: B, "__proto__": C }
        # ^^^^^^^^^^^ error[yaml/forbidden-key]
        #                         ^^^^^^^^^^^ error[yaml/forbidden-key]
      `,
    })
  })
})
