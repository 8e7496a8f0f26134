import { describe, expect, it } from 'vitest'
import { fixed, lint } from '../expect.ts'

const FILE = 'accounts/acme.yaml'
const RULE = 'yaml/encoding'
const START = 'id: acme\nplan: growth\n'

describe(RULE, () => {
  it('passes emoji, flags, joiners, marks of direction and Windows line ends in free text', async () => {
    const names = ['👩‍👩‍👧', '🏴󠁧󠁢󠁥󠁮󠁧󠁿', '🇩🇪', 'می\u200cخواهم', 'a\u200eb', 'a\u200bb', 'a\u00adb']
    await lint({ [FILE]: `${START}strategies: { a: { name: "${names.join(' ')}" } }\n`.replaceAll('\n', '\r\n') })
  })

  it('passes a tab in a block text, and written as an escape', async () => {
    await lint({ [FILE]: `${START}name: "a\\tb"\nstrategies:\n  a:\n    name: A\n    description: |\n      a\tb\n` })
  })

  it('reports a byte order mark, and removes it', async () => {
    await lint({ [FILE]: `\ufeff${START}` }, { also: [`error[${RULE}] ${FILE}:1:1-1:2`] })
    expect(await fixed(FILE, `\ufeff${START}`, RULE)).toBe(START)
  })

  it('reports a byte that is not UTF-8 at its own place, and nothing else', async () => {
    const bytes = Buffer.concat([Buffer.from(`${START}name: "Gr`), Buffer.from([0xfc]), Buffer.from('n"\n')])
    await lint({ [FILE]: bytes }, { also: [`error[${RULE}] ${FILE}:3:10-3:11`] })
  })

  it('reports a character that is cut off, and a surrogate as bytes', async () => {
    await lint(
      { [FILE]: Buffer.concat([Buffer.from('id: é'), Buffer.from([0xe2, 0x82])]) },
      { also: [`error[${RULE}] ${FILE}:1:6-1:7`] },
    )
    await lint(
      { [FILE]: Buffer.concat([Buffer.from('id: '), Buffer.from([0xed, 0xa0, 0x80])]) },
      { also: [`error[${RULE}] ${FILE}:1:5-1:6`] },
    )
  })

  it('reports a binary file once', async () => {
    await lint(
      { [FILE]: Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a, 0, 0, 0, 0xff]) },
      { also: [`error[${RULE}] ${FILE}:1:1-1:2`] },
    )
    await lint({ [FILE]: Buffer.from([0x50, 0x4b, 3, 4, 0, 0, 0, 0]) }, { also: [`error[${RULE}] ${FILE}:1:3-1:4`] })
  })

  it('reports NUL, raw and escaped', async () => {
    await lint({ [FILE]: 'id: acme\nplan: gro\0wth\n' }, { also: [`error[${RULE}] ${FILE}:2:10-2:11`] })
    await lint({
      [FILE]: `
        id: acme
        plan: growth
        name: "a\\0b"
        #     ^^^^^^ error[yaml/encoding]
      `,
    })
  })

  it('reports half of a surrogate pair, which only an escape can write', async () => {
    await lint({
      [FILE]: `
        id: acme
        plan: growth
        name: "a\\ud83db"
        #     ^^^^^^^^^^ error[yaml/encoding] surrogate
      `,
    })
  })

  it('reports a tab outside block texts, in comments too, once with how many more there are', async () => {
    const [found] = await lint(
      { [FILE]: `${START}name:\tAcme\t# a\tcomment\n` },
      { also: [`error[${RULE}] ${FILE}:3:6-3:7`] },
    )
    expect(found?.message).toContain('2 more')
  })

  it('speaks alone for a tab that breaks the YAML', async () => {
    await lint({ [FILE]: `${START}overrides:\n\topenai: {}\n` }, { also: [`error[${RULE}] ${FILE}:4:1-4:2`] })
  })

  it('reports a character that turns the reading direction anywhere, once with how many more there are', async () => {
    const [found] = await lint(
      { [FILE]: `${START}name: "a\u202eb\u202c" # \u2066\n` },
      { also: [`error[${RULE}] ${FILE}:3:9-3:10`] },
    )
    expect(found?.message).toContain('2 more')
    await lint({
      [FILE]: `
        id: acme
        plan: growth
        name: "a\\u202eb"
        #     ^^^^^^^^^^ error[yaml/encoding]
      `,
    })
  })

  const invisible = ['\u200b', '\u200d', '\u200f', '\u2060', '\u00ad', '\ufeff']
  it.each(invisible)('reports an invisible character in a key: %j', async (character) => {
    const profiles = `author_profiles:\n  ho${character}use: { name: House }\n  "ho${character}me": { name: Home }\n`
    await lint(
      { [FILE]: START + profiles },
      {
        also: [`error[${RULE}] ${FILE}:4:3-4:9`, `error[${RULE}] ${FILE}:5:3-5:10`],
      },
    )
  })

  it('reports one that turns the direction of a key once', async () => {
    await lint(
      { [FILE]: `${START}author_profiles: { a\u202eb: { name: A } }\n` },
      { also: [`error[${RULE}] ${FILE}:3:21-3:22`] },
    )
  })

  it('speaks before the schema for an id', async () => {
    await lint({ [FILE]: 'id: ac\u200bme\nplan: growth\n' }, { also: [`error[${RULE}] ${FILE}:1:5-1:10`] })
    await lint({ [FILE]: 'id: ac\u202eme\nplan: growth\n' }, { also: [`error[${RULE}] ${FILE}:1:7-1:8`] })
  })
})
