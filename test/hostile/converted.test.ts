import { chmodSync, utimesSync, statSync, writeFileSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { git } from '../support/run.ts'
import { branchOf, checkoutOf, commit, errorsOf, head, judged, run, sample, write } from './support.ts'

const PATH = 'config/accounts/acme.yaml'

/** What git has is one thing, what it checks out another: `\xc2\xa5` is a backslash in ISO646-JP. */
const TWO_FACED = Buffer.from(
  '{ id: acme, plan: growth, name: "A\xc2\xa5", overrides: { openai: { temperature: 0.1 } }, ' +
    'author_profiles: { p: { name: x, tone: ", overrides: { openai: { temperature: 1.9, model: gpt-5.1 } }} #" } } }\n',
  'latin1',
)
const IDENT = 'id: acme\nplan: growth\n# $Id$\n'

/** A commit of these very bytes, and of the attributes by which git makes others of them. */
async function commitBytes(
  folder: string,
  bytes: string | Buffer,
  attributes: Readonly<Record<string, string>>,
): Promise<void> {
  writeFileSync(join(folder, 'bytes'), bytes)
  const id = (await git(folder, 'hash-object', '-w', '--no-filters', 'bytes')).stdout.trim()
  await git(folder, 'rm', '-q', '--cached', '--ignore-unmatch', 'bytes')
  write(folder, attributes)
  await git(folder, 'add', '-f', ...Object.keys(attributes))
  await git(folder, 'update-index', '--add', '--cacheinfo', `100644,${id},${PATH}`)
  await git(folder, 'commit', '-q', '-m', 'tidy up')
}

describe('a file that is not what was committed', () => {
  it.each([
    ['by working-tree-encoding', TWO_FACED, { '.gitattributes': `${PATH} working-tree-encoding=ISO646-JP\n` }],
    [
      'by attributes beside it',
      TWO_FACED,
      { 'config/accounts/.gitattributes': 'acme.yaml working-tree-encoding=ISO646-JP\n' },
    ],
    ['by a pattern', TWO_FACED, { 'config/.gitattributes': '*.yaml working-tree-encoding=ISO646-JP\n' }],
    ['by a macro', TWO_FACED, { '.gitattributes': `[attr]calm working-tree-encoding=ISO646-JP\n${PATH} calm\n` }],
    ['in UTF-16', 'id: acme\nplan: growth\n', { '.gitattributes': `${PATH} working-tree-encoding=UTF-16LE\n` }],
    ['by ident', IDENT, { '.gitattributes': `${PATH} ident\n` }],
  ] as const)('%s is an error, in the check, its review and the release', async (_, bytes, attributes) => {
    const base = await sample()
    const start = await head(base)
    const pr = await branchOf(base)
    await commitBytes(pr, bytes, attributes)
    const checkout = await checkoutOf(pr)
    const error = `error files/converted ${PATH}:1:1`
    for (const args of [[], ['--since', start], ['--since', start, '--policy', base]]) {
      const { code, all } = await judged(checkout, args)
      expect(code).toBe(1)
      expect(all).toContain(error)
    }
    for (const args of [
      ['compile'],
      ['release', '--allow-missing'],
      ['compile', '--flat', '-'],
      ['diff', start],
      ['review', '--base', start],
    ]) {
      expect(await run(args, checkout), args.join(' ')).toMatchObject({ code: 1 })
    }
    // A revision is read as it was committed.
    expect((await run(['release', '--at', 'HEAD', '--allow-missing'], checkout)).stderr).not.toContain(
      'files/converted',
    )
    expect((await judged(checkout, ['--at', 'HEAD'])).all).not.toContain(error)
  })

  it('is one too when the attributes alone changed, and says which', async () => {
    const base = await sample({ [PATH]: IDENT })
    const start = await head(base)
    const pr = await branchOf(base)
    write(pr, { '.gitattributes': `${PATH} ident\n` })
    await commit(pr, 'tidy up')
    const checkout = await checkoutOf(pr)
    const { stdout } = await run(['check', '--since', start, '--format', 'json'], checkout)
    expect(JSON.parse(stdout).diagnostics).toMatchObject([
      { rule: 'files/converted', file: PATH, line: 1, column: 1, related: [{ file: '.gitattributes', line: 1 }] },
    ])
    // What an earlier store knows of it does not help.
    const honest = await checkoutOf(base, 'main')
    await run(['compile'], honest)
    await git(honest, 'pull', '-q', pr, 'pr')
    await git(honest, 'checkout', '-q', '--', '.')
    await git(honest, 'rm', '-q', '--cached', PATH)
    await git(honest, 'reset', '-q', '--hard')
    expect((await run(['compile'], honest)).code).toBe(1)
  })

  it('is one by a filter that the user has, though we run none', async () => {
    const base = await sample({ [PATH]: 'id: acme\nplan: growth\n', '.gitattributes': `${PATH} filter=rot\n` })
    const checkout = await checkoutOf(base, 'main')
    for (const [key, value] of [
      ['clean', 'sed s/starter/growth/'],
      ['smudge', 'sed s/growth/starter/'],
    ])
      await git(checkout, 'config', `filter.rot.${key}`, value ?? '')
    await git(checkout, 'rm', '-q', '--cached', PATH)
    await git(checkout, 'reset', '-q', '--hard')
    expect(readFileSync(join(checkout, PATH), 'utf8')).toContain('starter')
    expect(await errorsOf(checkout)).toEqual([`error files/converted ${PATH}:1:1`])
  })

  it('is one where git does not see that it was changed', async () => {
    const base = await sample({ [PATH]: 'id: acme\nplan: growth\n' })
    const file = join(base, PATH)
    // Older than the index, so that git does not look again.
    const then = new Date('2026-01-01T00:00:00Z')
    utimesSync(file, then, then)
    await git(base, 'update-index', '--refresh')
    await git(base, 'config', 'core.trustctime', 'false')
    await git(base, 'config', 'core.checkStat', 'minimal')
    await git(base, 'update-index', '--really-refresh')
    const { atime, mtime } = statSync(file)
    writeFileSync(file, 'id: acme\nplan: scales\n'.replace('scales', 'scale '))
    utimesSync(file, atime, mtime)
    expect((await git(base, 'status', '--porcelain', '--', 'config')).stdout).toBe('')
    expect(await errorsOf(base)).toEqual([`error files/converted ${PATH}:1:1`])
  })
})

describe('what is judged as it is', () => {
  it.each([
    ['an edit that is not committed', {}, 'id: acme\nplan: growth\nname: other\n'],
    ['line ends', { '.gitattributes': '* text=auto eol=crlf\n' }, undefined],
    [
      'attributes of other files',
      { '.gitattributes': '*.png filter=lfs\n*.txt working-tree-encoding=UTF-16 ident\n' },
      undefined,
    ],
    ['attributes that convert nothing here', { '.gitattributes': 'config/** ident\n' }, undefined],
    ['a new file', {}, undefined],
  ] as const)('%s', async (name, files, edit) => {
    const base = await sample(files)
    const checkout = await checkoutOf(base, 'main')
    if (edit !== undefined) write(checkout, { [PATH]: edit })
    if (name === 'a new file') write(checkout, { 'config/accounts/new.yaml': 'id: new\nplan: free\n' })
    expect(await errorsOf(checkout)).toEqual([])
    expect(await errorsOf(checkout, ['--since', 'HEAD'])).toEqual([])
    expect((await run(['compile'], checkout)).code).toBe(0)
    if (name === 'line ends') {
      chmodSync(join(checkout, PATH), 0o644)
      expect(readFileSync(join(checkout, PATH), 'utf8')).toContain('\r\n')
    }
  })
})
