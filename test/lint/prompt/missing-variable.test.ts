import { describe, it } from 'vitest'
import { lint } from '../expect.ts'

const FILE = 'accounts/acme.yaml'
const GLOBAL = '"Group these keywords: [IGNY8_KEYWORDS]\\n"'

describe('prompt/missing-variable', () => {
  it('passes a text without a variable that is not required', async () => {
    await lint({
      'prompts/image_prompt.yaml': `
        title: T
        placeholders: braces
        variables: { title: {}, mood: { required: false } }
        value: "{title}"
      `,
    })
  })

  it('points at the global text; a variable is required unless it says otherwise', async () => {
    await lint({
      'prompts/image_prompt.yaml': `
        title: T
        placeholders: braces
        variables: { title: {}, mood: { required: true }, tone: { required: false } }
        value: "A picture (title)"
        #      ^^^^^^^^^^^^^^^^^^^ error[prompt/missing-variable] {title}
        #      ^^^^^^^^^^^^^^^^^^^ error[prompt/missing-variable] {mood}
      `,
    })
  })

  it('points at the value of a customised record, `""` too', async () => {
    await lint({
      [FILE]: `
        id: acme
        plan: growth
        prompts:
          clustering: { customized: true, value: "", default: ${GLOBAL} }
        #                                        ^^ error[prompt/missing-variable] [IGNY8_KEYWORDS]
      `,
    })
  })

  it('judges the default of a record that is not customised, and not its value', async () => {
    await lint({
      [FILE]: `
        id: acme
        plan: growth
        prompts:
          clustering: { customized: false, value: "x", default: "y" }
        #                                         ^^^ warning[prompt/ignored-value]
        #                                                       ^^^ error[prompt/missing-variable]
        #                                                       ^^^ error[prompt/stale-default]
      `,
    })
  })

  it('is silent where the global prompt is opaque', async () => {
    await lint(
      {
        'prompts/clustering.yaml': 'title: T\n',
        [FILE]: 'id: acme\nplan: growth\nprompts: { clustering: { customized: true, value: x, default: x } }\n',
      },
      { also: ['placeholders', 'value'].map(() => 'error[schema/missing-key] prompts/clustering.yaml:1:1-1:1') },
    )
  })
})
