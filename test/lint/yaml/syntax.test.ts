import { describe, it } from 'vitest'
import { lint } from '../expect.ts'

const FILE = 'accounts/acme.yaml'

describe('yaml/syntax', () => {
  it('passes every way of writing one text', async () => {
    await lint({ [FILE]: 'id: "acme"\n\n"plan": \'growth\'\nname: >-\n  Acme\n  Ltd\n' })
  })

  it('reports an unclosed quote or bracket where the text ends', async () => {
    await lint({ [FILE]: 'id: acme\nplan: "growth\n' }, { also: [`error[yaml/syntax] ${FILE}:3:1-3:1`] })
    await lint(
      { [FILE]: 'id: acme\nplan: growth\noverrides: { openai: {}\n' },
      { also: [`error[yaml/syntax] ${FILE}:4:1-4:1`] },
    )
  })

  it('points no further than the text reaches', async () => {
    await lint({ [FILE]: 'id: acme\nplan: growth\nname: [a' }, { also: [`error[yaml/syntax] ${FILE}:3:9-3:9`] })
    await lint({ [FILE]: 'id: acme\nplan: growth\nname: "a' }, { also: [`error[yaml/syntax] ${FILE}:3:9-3:9`] })
  })

  it('reports the first error alone, and nothing else of the file', async () => {
    await lint({
      [FILE]: `
        id: acme
        #   ^ error[yaml/syntax] nested mappings
         plan: growth
        name: a: b
        foo: "\\q"
      `,
    })
  })

  it('reports an escape that does not exist, and a text that begins with @', async () => {
    await lint({
      [FILE]: `
        id: acme
        plan: "a\\q"
        #       ^ error[yaml/syntax] escape
      `,
      'accounts/b.yaml': `
        id: b
        plan: @growth
        #     ^ error[yaml/syntax] reserved
      `,
    })
  })

  it('counts the warnings of the parser too', async () => {
    await lint(
      { [FILE]: '%FOO bar\n---\nid: acme\nplan: growth\n' },
      { also: [`error[yaml/no-tag-directive] ${FILE}:1:1-1:9`] },
    )
  })

  it('leaves a global file opaque', async () => {
    const account = 'id: acme\nplan: growth\noverrides: { openai: { model: gpt-5.2 } }\n'
    await lint(
      { 'plans.yaml': 'plans: {', [FILE]: account },
      {
        also: ['error[yaml/syntax] plans.yaml:1:9-1:9'],
      },
    )
  })
})
