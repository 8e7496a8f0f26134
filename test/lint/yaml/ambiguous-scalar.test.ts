import { describe, expect, it } from 'vitest'
import { fixed, lint } from '../expect.ts'

const FILE = 'accounts/acme.yaml'
const RULE = 'yaml/ambiguous-scalar'

describe(RULE, () => {
  it('passes texts that nobody can misread, and words where no string is meant', async () => {
    await lint({
      [FILE]: `
        id: acme
        plan: growth
        name: "yes"
        overrides: { openai: { temperature: 1.10, max_tokens: 1e3 } }
        strategies: { a: { name: Norway, sections: [nope, "012", 'on', 1.2.3, 10 Downing Street], active: true } }
      `,
    })
  })

  const words = ['yes', 'No', 'ON', 'off', '2026-01-31', '2026-01-31T10:00:00Z', '2026-01-31 10:00:00']
  it.each(words)('warns of %s', async (text) => {
    await lint(
      { [FILE]: `id: acme\nplan: growth\nname: ${text}\n` },
      { also: [`warning[${RULE}] ${FILE}:3:7-3:${7 + text.length}`] },
    )
  })

  it.each(['012', '1.10', '0x1F', '1e3'])('reads the number %s as the text that it was meant to be', async (text) => {
    await lint(
      { [FILE]: `id: acme\nplan: growth\nname: ${text}\n` },
      { also: [`warning[${RULE}] ${FILE}:3:7-3:${7 + text.length}`] },
    )
    const after = await fixed(FILE, `id: acme\nplan: growth\nname: ${text} # a name\n`, RULE)
    expect(after).toBe(`id: acme\nplan: growth\nname: "${text}" # a name\n`)
  })

  it('looks into lists', async () => {
    await lint({
      [FILE]: `
        id: acme
        plan: growth
        strategies:
          a: { name: A, sections: [One, 012, no] }
        #                               ^^^ warning[yaml/ambiguous-scalar] 012
        #                                    ^^ warning[yaml/ambiguous-scalar] no
      `,
    })
  })

  it('leaves a text alone that only begins with a date', async () => {
    await lint({ [FILE]: 'id: acme\nplan: growth\nname: 2026-01-31 was a "good" day\n' })
  })

  it('leaves the dates of the catalogue alone', async () => {
    const models = `models:
  gpt-4: { provider: openai, kind: text, deprecated_on: 2099-01-31, removed_on: 2099-12-31 }
`
    await lint(
      { 'models.yaml': models, 'settings.yaml': null, 'plans.yaml': null },
      {
        also: ['error[files/missing] plans.yaml:1:1-1:1', 'error[files/missing] settings.yaml:1:1-1:1'],
      },
    )
  })

  it('does not speak where the value is wrong anyway', async () => {
    await lint({
      [FILE]: `
        id: acme
        plan: 012
        #     ^^^ error[ref/unknown] no plan "012"
      `,
    })
    await lint({
      [FILE]: `
        id: acme
        plan: growth
        author_profiles: { a: { name: A, active: yes } }
        #                                        ^^^ error[schema/wrong-type]
      `,
    })
  })
})
