import { describe, expect, it } from 'vitest'
import { diagnosticsOf } from '../../support/config.ts'
import { lint } from '../expect.ts'

const FILE = 'accounts/acme.yaml'

describe('yaml/no-anchor-alias-merge', () => {
  it('passes texts with the same characters', async () => {
    await lint({ [FILE]: 'id: acme\nplan: growth\nname: "&a *b <<"\nauthor_profiles: { "<<": { name: A & B * C } }\n' })
  })

  it('reports the anchor and the alias, and not what the alias would have brought', async () => {
    await lint({
      [FILE]: `
        id: &id acme
        #   ^^^ error[yaml/no-anchor-alias-merge] an anchor
        plan: *id
        #     ^^^ error[yaml/no-anchor-alias-merge] an alias
        author_profiles: { a: { name: A }, b: *id }
        #                                     ^^^ error[yaml/no-anchor-alias-merge]
        strategies: { a: { name: A, sections: [*id] } }
        #                                      ^^^ error[yaml/no-anchor-alias-merge]
      `,
    })
  })

  it('reports a merge key once, and not the keys that it would have brought', async () => {
    await lint({
      [FILE]: `
        id: acme
        plan: growth
        author_profiles:
          a: &a { name: A, tone: warm }
        #    ^^ error[yaml/no-anchor-alias-merge]
          b: { <<: *a, tone: cold }
        #      ^^ error[yaml/no-anchor-alias-merge] a merge key
          c: { tone: cold }
        # ^ error[schema/missing-key]
      `,
    })
  })

  it('speaks alone for a key that is there for the sake of its anchor or alias', async () => {
    await lint({
      [FILE]: `
        id: acme
        plan: growth
        common: &common { model: gpt-4o }
        #       ^^^^^^^ error[yaml/no-anchor-alias-merge] an anchor
        other: *common
        #      ^^^^^^^ error[yaml/no-anchor-alias-merge] an alias
        third: { a: *common }
        ^^^^^ error[schema/unknown-key]
        #           ^^^^^^^ error[yaml/no-anchor-alias-merge] an alias
        overrides: { openai: { <<: *common } }
        #                      ^^ error[yaml/no-anchor-alias-merge] a merge key
      `,
    })
  })

  it.each([
    ['anchors', (i: number) => `b${i}: &a${i} x\n`, 'an anchor'],
    ['aliases', (i: number) => `b${i}: *a\n`, 'an alias'],
    ['merge keys', (i: number) => `b${i}: { <<: *a }\n`, 'a merge key'],
  ])('tells a hundred %s one by one, and the others by their number', async (_, entry, what) => {
    for (const [count, others] of [
      [100, ''],
      [101, ''],
      [150, ' (and 49 more in this file)'],
    ] as const) {
      const lines = Array.from({ length: count }, (__, i) => entry(i)).join('')
      const all = await diagnosticsOf({ [FILE]: `id: acme\nplan: growth\n${lines}` })
      const found = all.filter(({ rule }) => rule === 'yaml/no-anchor-alias-merge')
      const told = Math.min(count, 101)
      expect(found).toHaveLength(told)
      expect(found.at(-1)).toMatchObject({ message: `${what} is not allowed${others}`, line: 2 + told })
    }
  })

  it('is not slowed down by a bomb of aliases', async () => {
    const lines = Array.from({ length: 30 }, (_, i) => `a${i}: &a${i} [${i === 0 ? 'x' : `*a${i - 1}, *a${i - 1}`}]`)
    const also = lines.flatMap((line, i) => {
      const [n, at] = [i + 1, line.indexOf('&') + 1]
      const marks = [...line.matchAll(/\*a\d+/g)].map(({ index, 0: { length } }) => [index + 1, index + 1 + length])
      return [[at, at + `&a${i}`.length], ...marks].map(([from, to]) => {
        return `error[yaml/no-anchor-alias-merge] ${FILE}:${n}:${from}-${n}:${to}`
      })
    })
    await lint(
      { [FILE]: `${lines.join('\n')}\n` },
      { also: [...also, ...['id', 'plan'].map(() => `error[schema/missing-key] ${FILE}:1:1-1:1`)] },
    )
  })
})
