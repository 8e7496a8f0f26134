import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { writeConfig } from '../../support/config.ts'
import { commitAll, git, tenfold } from '../../support/run.ts'

const IDENT = 'id: acme\nplan: growth\n# $Id$\n'

/** What check says of a checkout whose files git has just written anew. */
async function found(attributes: string, text: string, at = '.gitattributes'): Promise<unknown[]> {
  const folder = writeConfig({ 'accounts/acme.yaml': text, [join('..', at)]: attributes })
  await commitAll(folder)
  rmSync(join(folder, 'config', 'accounts', 'acme.yaml'))
  await git(folder, 'checkout', '-q', '--', '.')
  const { diagnostics }: { diagnostics: unknown[] } = JSON.parse(
    (await tenfold(['check', '--format', 'json'], folder)).stdout,
  )
  return diagnostics
}

describe('files/converted', () => {
  it.each(['.gitattributes', 'config/.gitattributes', 'config/accounts/.gitattributes'])(
    'is an error at the file, with %s beside it',
    async (at) => {
      expect(await found('*.yaml ident\n', IDENT, at)).toMatchObject([
        {
          rule: 'files/converted',
          severity: 'error',
          file: 'config/accounts/acme.yaml',
          line: 1,
          column: 1,
          end_line: 1,
          end_column: 1,
          related: [{ file: at, line: 1, column: 1 }],
        },
      ])
    },
  )

  it.each([
    ['an attribute that is taken off again', '*.yaml ident\nconfig/** -ident\n', IDENT],
    ['one that finds nothing to convert', '*.yaml ident\n', 'id: acme\nplan: growth\n'],
    ['one of other files', '*.md ident filter=lfs\n', IDENT],
    ['a filter that nobody has', '*.yaml filter=lfs\n', IDENT],
    ['line ends', '*.yaml text eol=crlf\n', IDENT],
  ])('passes %s', async (_, attributes, text) => {
    expect(await found(attributes, text)).toEqual([])
  })
})
