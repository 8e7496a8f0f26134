import { describe, it } from 'vitest'
import { lint } from '../expect.ts'

const FILE = 'accounts/acme.yaml'
const nested = (depth: number, close = ']'): string => {
  return `id: acme\nplan: growth\nname: ${'['.repeat(depth)}${close.repeat(depth)}\n`
}

describe('yaml/limits', () => {
  it('passes a file of exactly 1 MiB', async () => {
    const start = 'id: acme\nplan: growth\n# '
    await lint({ [FILE]: `${start}${'x'.repeat(1024 * 1024 - start.length - 1)}\n` })
  })

  it('refuses one byte more without reading it', async () => {
    await lint({ [FILE]: Buffer.alloc(1024 * 1024 + 1, 'x') }, { also: [`error[yaml/limits] ${FILE}:1:1-1:1`] })
  })

  it('lets 64 levels through to the schema, and refuses the 65th', async () => {
    await lint({ [FILE]: nested(63) }, { also: [`error[schema/wrong-type] ${FILE}:3:7-3:133`] })
    await lint({ [FILE]: nested(64) }, { also: [`error[yaml/limits] ${FILE}:3:70-3:71`] })
  })

  it('refuses a thousand brackets, closed or open, before anything is composed', async () => {
    await lint({ [FILE]: nested(1000) }, { also: [`error[yaml/limits] ${FILE}:3:70-3:71`] })
    await lint({ [FILE]: nested(1000, '') }, { also: [`error[yaml/limits] ${FILE}:3:70-3:71`] })
    await lint({ [FILE]: `${'- '.repeat(1000)}x\n` }, { also: [`error[yaml/limits] ${FILE}:1:129-1:130`] })
  })

  it('refuses deep indentation', async () => {
    const deep = Array.from({ length: 70 }, (_, i) => `${' '.repeat(i)}a:`).join('\n')
    await lint({ [FILE]: deep }, { also: [`error[yaml/limits] ${FILE}:65:65-65:66`] })
  })

  it('speaks alone of a file with tags, anchors, bytes and tabs', async () => {
    await lint(
      { [FILE]: `\ufeffa: !x &a b\n\tc: "\u202e"\n${nested(64)}` },
      { also: [`error[yaml/limits] ${FILE}:5:70-5:71`] },
    )
  })

  it('refuses a file of too many values', async () => {
    await lint(
      { [FILE]: `id: acme\nplan: growth\nname: [${'1,'.repeat(300_000)}]\n` },
      { also: [`error[yaml/limits] ${FILE}:1:1-1:1`] },
    )
  })
})
