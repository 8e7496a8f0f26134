import { describe, it } from 'vitest'
import { lint } from '../expect.ts'

const prompt = (form: string, variables: string, text: string): string =>
  `title: T\nplaceholders: ${form}\nvariables: ${variables}\nvalue: '${text}'\n`
const braces = (text: string): string => prompt('braces', '{ title: {}, mood: { required: false } }', text)
const brackets = (text: string): string => prompt('brackets', '{ KEYWORDS: {} }', text)

describe('prompt/syntax', () => {
  it.each([
    '{title} {"title": "x", "list": [1, 2]}',
    '{title} {title: string, mood: string}',
    '{title} {"a": title}',
    '{title} {{ mood }} { mood } [mood: dark] (mood)',
    '{title} mood title } {',
  ])('takes other brackets and braces for text: %s', async (text) => {
    await lint({ 'prompts/image_prompt.yaml': braces(text) })
  })

  it('takes anything for text where a prompt has no placeholders', async () => {
    await lint({ 'prompts/image_prompt.yaml': 'title: T\nplaceholders: none\nvalue: "{title [title] ${title}"\n' })
  })

  it.each(['About {title', 'About {title please', 'About title}', 'About [title]', 'About [TITLE]', 'About {title]'])(
    'points at a text that writes a declared variable wrongly: %s',
    async (text) => {
      await lint({ 'prompts/image_prompt.yaml': braces(text) }, {
        also: [`error[prompt/syntax] prompts/image_prompt.yaml:4:8-4:${10 + text.length}`],
      })
    },
  )

  it.each(['About [KEYWORDS', 'About KEYWORDS]', 'About {KEYWORDS}', 'About {keywords}', '[KEYWORDS] and [KEYWORDS'])(
    'and the same with brackets: %s',
    async (text) => {
      await lint({ 'prompts/clustering.yaml': brackets(text) }, {
        also: [`error[prompt/syntax] prompts/clustering.yaml:4:8-4:${10 + text.length}`],
      })
    },
  )

  it('judges the effective text of a record', async () => {
    await lint({
      'accounts/acme.yaml': `
        id: acme
        plan: growth
        prompts:
          clustering: { customized: true, value: "My {IGNY8_KEYWORDS}", default: "Group these keywords: [IGNY8_KEYWORDS]\\n" }
        #                                        ^^^^^^^^^^^^^^^^^^^^^ error[prompt/syntax] {IGNY8_KEYWORDS}
      `,
    })
  })
})
