import { describe, it } from 'vitest'
import { lint } from '../expect.ts'

const FILE = 'accounts/acme.yaml'
const GLOBAL = '"Group these keywords: [IGNY8_KEYWORDS]\\n"'

describe('prompt/ignored-value', () => {
  it('passes a pinned record without a value, or with the default once more', async () => {
    await lint({
      [FILE]: `id: acme\nplan: growth\nprompts: { clustering: { customized: false, default: ${GLOBAL} } }\n`,
      'accounts/b.yaml': `
        id: b
        plan: growth
        prompts: { clustering: { customized: false, value: ${GLOBAL}, default: ${GLOBAL} } }
      `,
    })
  })

  it('points at the value that is not used', async () => {
    await lint({
      [FILE]: `
        id: acme
        plan: growth
        prompts:
          clustering:
            customized: false
            value: Mine
        #          ^^^^ warning[prompt/ignored-value]
            default: ${GLOBAL}
      `,
    })
  })

  it('compares texts after line ends are made LF', async () => {
    const crlf = GLOBAL.replace('\\n', '\\r\\n')
    await lint({
      [FILE]: `
        id: acme
        plan: growth
        prompts: { clustering: { customized: false, value: ${crlf}, default: ${GLOBAL} } }
      `,
    })
  })
})
