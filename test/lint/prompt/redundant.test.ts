import { describe, expect, it } from 'vitest'
import { lint } from '../expect.ts'

const FILE = 'accounts/acme.yaml'
const GLOBAL = '"Group these keywords: [IGNY8_KEYWORDS]\\n"'

describe('prompt/redundant', () => {
  it('passes a text of the account’s own', async () => {
    await lint({
      [FILE]: `
        id: acme
        plan: growth
        prompts: { clustering: { customized: true, value: "My [IGNY8_KEYWORDS]", default: ${GLOBAL} } }
      `,
    })
  })

  it('points at a value that is the global text', async () => {
    const [found] = await lint({
      [FILE]: `
        id: acme
        plan: growth
        prompts:
          clustering:
            customized: true
            value: ${GLOBAL}
        #          ${'^'.repeat(GLOBAL.length)} warning[prompt/redundant]
            default: ${GLOBAL}
      `,
    })
    expect(found?.related).toMatchObject([{ file: 'prompts/clustering.yaml', line: 4 }])
  })

  it('takes a block text with Windows line ends for the same', async () => {
    const block = '|\n      Group these keywords: [IGNY8_KEYWORDS]\n'
    const record = `    customized: true\n    default: ${GLOBAL}\n    value: ${block}`
    const text = `id: acme\nplan: growth\nprompts:\n  clustering:\n${record}`
    await lint({ [FILE]: text.replaceAll('\n', '\r\n') }, { also: [`warning[prompt/redundant] ${FILE}:7:12-8:45`] })
  })
})
