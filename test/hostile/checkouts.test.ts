import { cpSync, existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { temporaryFolder } from '../support/config.ts'
import { git } from '../support/run.ts'
import { publishingKeys } from './keys.ts'
import { checkoutOf, commit, errorsOf, head, judged, run, sample } from './support.ts'

async function sparse(base: string, ...without: readonly string[]): Promise<string> {
  const checkout = await checkoutOf(base, 'main')
  await git(checkout, 'sparse-checkout', 'set', '--no-cone', '/*', ...without.map((path) => `!/${path}`))
  return checkout
}

const LEFT_OUT = ['config/accounts/publishers/', 'config/author-profiles/', 'config/strategies/']
const PLACE = 'config/accounts/publishers/evergreen.yaml:1:1'

describe('a checkout that lacks files of HEAD', () => {
  it('is checked with a warning, and made nothing of', async () => {
    const base = await sample()
    const keys = await publishingKeys(base)
    await commit(base, 'trust')
    const checkout = await sparse(base, ...LEFT_OUT)
    const { code, all } = await judged(checkout, [])
    expect(code).toBe(0)
    expect(all).toContain(`warning files/not-checked-out ${PLACE}`)
    for (const args of [['release', '--to', 'file:store'], ['compile'], ['compile', '--out', 'out'], ['release']]) {
      const ran = await run(args, checkout, keys)
      expect(ran, args.join(' ')).toMatchObject({
        code: 1,
        stderr: expect.stringContaining(
          '7 account files, 3 author profiles and 2 strategies of HEAD are not checked out',
        ),
      })
    }
    expect(['store', 'out', '.tenfold'].filter((name) => existsSync(join(checkout, name)))).toEqual([])
    expect(await run(['compile', '--at', 'HEAD'], checkout)).toMatchObject({ code: 0 })
  })

  it('is compared as HEAD is', async () => {
    const base = await sample()
    const checkout = await sparse(base, ...LEFT_OUT)
    for (const args of [
      ['review', '--base', 'HEAD', '--format', 'json'],
      ['diff', 'HEAD', '--format', 'json'],
    ]) {
      const ran = await run(args, checkout)
      expect(JSON.parse(ran.stdout)).toMatchObject({
        accounts: [],
        globals: [],
        summary: { accounts_changed: 0, accounts_total: 17 },
      })
      expect(ran.stderr).toContain('not checked out')
    }
  })

  it('is not edited: what is missing would be written anew', async () => {
    const base = await sample()
    const checkout = await sparse(base, 'config/accounts/publishers/')
    for (const args of [
      ['set', 'kestrel', 'openai.model', 'gpt-4'],
      ['plan', 'kestrel', 'growth'],
      ['unset', 'kestrel', 'name'],
    ]) {
      const ran = await run(args, checkout)
      expect(ran, args.join(' ')).toMatchObject({ code: 1, stderr: expect.stringContaining('not checked out') })
    }
    expect(existsSync(join(checkout, 'config', 'accounts', 'kestrel.yaml'))).toBe(false)
    expect(await run(['set', 'acme', 'name', 'Acme'], checkout)).toMatchObject({ code: 0 })
  })

  it.each([
    ['rules of the repository’s own', 'config/rules/', { 'config/rules/house.ts': 'export default []\n' }],
    ['the root of trust', 'config/trust/', {}],
  ])('%s count', async (_, path, files) => {
    const base = await sample(files)
    await publishingKeys(base)
    await commit(base, 'trust')
    const checkout = await sparse(base, path)
    expect(
      (await judged(checkout, [])).all.some((one) => one.startsWith('warning files/not-checked-out config/')),
    ).toBe(true)
    expect((await run(['compile'], checkout)).code).toBe(1)
  })

  it('because it was cloned without one', async () => {
    const base = await sample()
    const clone = join(temporaryFolder(), 'clone')
    await git(base, 'clone', '-q', '--no-checkout', base, clone)
    expect(await run(['check'], clone)).toMatchObject({ code: 2, stderr: expect.stringContaining('--at HEAD') })
    // Somebody unpacked a part of it by hand.
    cpSync(join(base, 'config', 'settings.yaml'), join(clone, 'config', 'settings.yaml'))
    expect((await judged(clone, [])).all.some((one) => one.startsWith('warning files/not-checked-out'))).toBe(true)
    expect((await run(['compile'], clone)).code).toBe(1)
    expect(await errorsOf(clone, ['--at', 'HEAD'])).toEqual([])
  })

  it('is whole where what is left out is not of the configuration, and where a file was deleted on purpose', async () => {
    const base = await sample({ 'docs/long.md': 'x\n' })
    const checkout = await sparse(base, 'docs/')
    expect((await judged(checkout, [])).all.join('\n')).not.toContain('not-checked-out')
    await git(checkout, 'rm', '-q', 'config/accounts/acme.yaml')
    expect((await judged(checkout, [])).all.join('\n')).not.toContain('not-checked-out')
    expect((await run(['compile'], checkout)).code).toBe(0)
    expect(readFileSync(join(checkout, 'config', 'plans.yaml'), 'utf8')).not.toBe('')
    expect(await head(checkout)).toMatch(/^[0-9a-f]{40}$/)
  })
})
