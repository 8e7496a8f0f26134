import { describe, expect, it } from 'vitest'
import { lint } from '../expect.ts'

const GLOBAL = '"Group these keywords: [IGNY8_KEYWORDS]\\n"'
const braces = (text: string): string => `title: T\nplaceholders: braces\nvariables: { title: {} }\nvalue: '${text}'\n`

describe('prompt/unknown-variable', () => {
  it.each([
    '{title} {Mood} {MOOD} ${mood}',
    '{title} {1st} { mood } {mo-od} {}',
    '{title} [MOOD] [mood]',
    '{title} {"mood": 1}',
  ])('takes for text what is not exactly a placeholder: %s', async (text) => {
    await lint({ 'prompts/image_prompt.yaml': braces(text) })
  })

  it('takes lower case in brackets for text', async () => {
    await lint({
      'prompts/clustering.yaml': 'title: T\nplaceholders: brackets\nvalue: "[a] [1] [A-B] {A} [link](x)"\n',
    })
  })

  it('points at the text, once a variable, with the nearest name', async () => {
    const found = await lint({
      'prompts/image_prompt.yaml': `
        title: T
        placeholders: braces
        variables: { title: {} }
        value: "{title} {tilte} {mood} {mood}"
        #      ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ error[prompt/unknown-variable] {tilte}
        #      ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ error[prompt/unknown-variable] {mood}
      `,
    })
    expect(found.map(({ help }) => help).join(' ')).toContain('did you mean "title"?')
    expect(found.map(({ help }) => help).join(' ')).toContain('`mood: { literal: true }`')
  })

  it('judges whichever text of a record is effective', async () => {
    await lint({
      'accounts/acme.yaml': `
        id: acme
        plan: growth
        prompts:
          clustering: { customized: true, value: "[IGNY8_KEYWORDS] [TONE]", default: ${GLOBAL} }
        #                                        ^^^^^^^^^^^^^^^^^^^^^^^^^ error[prompt/unknown-variable] [TONE]
      `,
      'accounts/b.yaml': `
        id: b
        plan: growth
        prompts:
          clustering: { customized: false, value: "[TONE]", default: ${GLOBAL} }
        #                                         ^^^^^^^^ warning[prompt/ignored-value]
      `,
    })
  })
})
