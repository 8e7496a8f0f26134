import { describe, it } from 'vitest'
import { lint } from '../expect.ts'

const FILE = 'accounts/acme.yaml'

describe('yaml/single-document', () => {
  it('passes one document between its marks', async () => {
    await lint({ [FILE]: '---\nid: acme\nplan: growth\n...\n' })
  })

  it('reports the second document where it begins', async () => {
    await lint({
      [FILE]: `
        id: acme
        plan: growth
        ---
        ^^^ error[yaml/single-document] second
        id: other
      `,
    })
  })

  const empty = ['', '\n\n', '# only a comment\n', '---\n', '---\n# only a comment\n']
  it.each(empty)('takes %j for an empty file', async (text) => {
    await lint({ [FILE]: Buffer.from(text) }, { also: [`error[yaml/single-document] ${FILE}:1:1-1:1`] })
  })

  it('takes an empty required file for opaque, not for missing', async () => {
    await lint(
      {
        'models.yaml': '# soon',
        [FILE]: 'id: acme\nplan: growth\noverrides: { openai: { model: gpt-9 } }\n',
      },
      { also: ['error[yaml/single-document] models.yaml:1:1-1:1'] },
    )
  })

  it('leaves a document that says null to the schema', async () => {
    await lint({ [FILE]: 'null\n' }, { also: [`error[schema/wrong-type] ${FILE}:1:1-1:5`] })
  })
})
