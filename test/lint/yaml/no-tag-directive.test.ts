import { describe, expect, it } from 'vitest'
import { diagnosticsOf } from '../../support/config.ts'
import { fixed, lint } from '../expect.ts'

const FILE = 'accounts/acme.yaml'
const RULE = 'yaml/no-tag-directive'

describe(RULE, () => {
  it('passes texts with the same characters, and a document that begins with ---', async () => {
    await lint({ [FILE]: '---\nid: acme\nplan: growth\nname: "!!str % Acme!"\n' })
  })

  it('reports every tag and directive at its own place', async () => {
    await lint({
      [FILE]: `
        %YAML 1.2
        ^^^^^^^^^ error[yaml/no-tag-directive] a directive
        %TAG !e! tag:example.org,2026:
        ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ error[yaml/no-tag-directive]
        ---
        id: !!str acme
        #   ^^^^^ error[yaml/no-tag-directive] a tag
        plan: !e!plan growth
        #     ^^^^^^^ error[yaml/no-tag-directive]
        name: !!binary aGVsbG8=
        #     ^^^^^^^^ error[yaml/no-tag-directive]
      `,
    })
  })

  it.each([
    '!!binary AAAA',
    '!!binary "AAEC"',
    '!!binary |\n  AAAA',
    '!!binary 77+9',
    '!!timestamp 2026-01-01',
    '!!str yes',
    '!!binary',
  ])('speaks alone for what a tag makes of a text: %s', async (value) => {
    const [tag = ''] = /^\S+/.exec(value) ?? []
    await lint(
      { [FILE]: `id: acme\nplan: growth\nname: ${value}\n` },
      {
        also: [`error[${RULE}] ${FILE}:3:7-3:${7 + tag.length}`],
      },
    )
  })

  it('tells a hundred one by one, and the others by their number', async () => {
    const lines = Array.from({ length: 150 }, (_, i) => `  b${i}: { name: !!str x }\n`).join('')
    const found = await diagnosticsOf({ [FILE]: `id: acme\nplan: growth\nauthor_profiles:\n${lines}` })
    expect(found).toHaveLength(101)
    expect(found.at(-1)).toMatchObject({
      rule: RULE,
      line: 104,
      message: 'a tag is not allowed (and 49 more in this file)',
    })
    expect(found.flatMap(({ fix }) => fix ?? [])).toHaveLength(150)
  })

  it('removes what changes nothing', async () => {
    expect(await fixed(FILE, 'id: !!str acme # x\nplan: ! growth\noverrides: !!map { openai: !!map {} }\n', RULE)).toBe(
      'id: acme # x\nplan: growth\noverrides: { openai: {} }\n',
    )
    expect(await fixed(FILE, '%YAML 1.2\n---\nid: acme\nplan: growth\n', RULE)).toBe('---\nid: acme\nplan: growth\n')
  })

  it.each(['!!str 012', '!!int "12"', '!!binary aGVsbG8=', '!env NAME', '!<tag:example.org,2026:x> Acme'])(
    'offers no fix where the value may change: %s',
    async (value) => {
      const [tag = ''] = value.split(' ')
      const found = await lint(
        { [FILE]: `id: acme\nplan: growth\nname: ${value}\n` },
        {
          also: [`error[${RULE}] ${FILE}:3:7-3:${7 + tag.length}`],
        },
      )
      expect(found.flatMap(({ fix }) => fix ?? [])).toEqual([])
    },
  )

  it('is the only one to speak for the value that the tag made, and not for what is within', async () => {
    await lint({
      [FILE]: `
        id: acme
        plan: growth
        name: !!map
        #     ^^^^^ error[yaml/no-tag-directive]
          a: b
        overrides: !!map { openia: {}, openai: { temperature: !!float 1 } }
        #          ^^^^^ error[yaml/no-tag-directive]
        #                  ^^^^^^ error[schema/unknown-key]
        #                                                     ^^^^^^^ error[yaml/no-tag-directive]
      `,
    })
  })
})
