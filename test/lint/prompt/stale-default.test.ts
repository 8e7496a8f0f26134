import { describe, expect, it } from 'vitest'
import { lint } from '../expect.ts'

const FILE = 'accounts/acme.yaml'
const GLOBAL = '"Group these keywords: [IGNY8_KEYWORDS]\\n"'

describe('prompt/stale-default', () => {
  it('passes a default that is today’s global text, whatever its line ends', async () => {
    await lint({
      [FILE]: `
        id: acme
        plan: growth
        prompts: { clustering: { customized: true, value: "My [IGNY8_KEYWORDS]", default: ${GLOBAL} } }
      `,
      'accounts/b.yaml': `
        id: b
        plan: growth
        prompts: { clustering: { customized: false, default: ${GLOBAL.replace('\\n', '\\r\\n')} } }
      `,
    })
  })

  it('warns at the default where the global text moved, customised or pinned, and shows both', async () => {
    const [found] = await lint({
      [FILE]: `
        id: acme
        plan: growth
        prompts:
          clustering: { customized: true, value: "My [IGNY8_KEYWORDS]", default: "Old [IGNY8_KEYWORDS]" }
        #                                                                        ^^^^^^^^^^^^^^^^^^^^^^ warning[prompt/stale-default]
      `,
      'accounts/b.yaml': `
        id: b
        plan: growth
        prompts:
          clustering: { customized: false, default: "Old [IGNY8_KEYWORDS]" }
        #                                           ^^^^^^^^^^^^^^^^^^^^^^ warning[prompt/stale-default]
      `,
    })
    expect(found?.related).toMatchObject([{ file: 'prompts/clustering.yaml', line: 4 }])
  })

  it('is an error where a required variable was added', async () => {
    await lint({
      [FILE]: `
        id: acme
        plan: growth
        prompts:
          clustering: { customized: true, value: "My [IGNY8_KEYWORDS]", default: "Old" }
        #                                                                        ^^^^^ error[prompt/stale-default] IGNY8_KEYWORDS
      `,
    })
  })

  it('is an error where a variable went away', async () => {
    await lint({
      [FILE]: `
        id: acme
        plan: growth
        prompts:
          clustering: { customized: true, value: "My [IGNY8_KEYWORDS]", default: "Old [IGNY8_KEYWORDS] [GONE]" }
        #                                                                        ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ error[prompt/stale-default] GONE
      `,
    })
  })
})
