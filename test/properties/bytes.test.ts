import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import fc from 'fast-check'
import { beforeAll, expect, test } from 'vitest'
import { stringify, parse } from 'yaml'
import { flat } from '../../src/domain/flat-form.ts'
import { check } from '../../src/check/check-configuration.ts'
import { accountsOf } from '../../src/check/previous/stored-accounts.ts'
import { openConfiguration, openOrigin } from '../../src/source/open-configuration.ts'
import { checkSince } from '../../src/check/since/check-since.ts'
import { ACME } from '../faults/support.ts'
import { BASE } from '../support/config.ts'
import { commitAll, git } from '../support/run.ts'
import { filesOf, legalConfig } from './arbitrary.ts'
import { SLOW, runs, settle } from './seed.ts'
import { inTemporary, mustEqualScratch, objectsOf, rootOf, writeFiles } from './stores.ts'

beforeAll(settle)

test(
  'the same bytes from any order of files, any folder, any earlier store',
  async () => {
    const cases = legalConfig.chain((config) => {
      const files = Object.entries(filesOf(config))
      return fc.tuple(fc.constant(files), fc.shuffledSubarray(files, { minLength: files.length }), legalConfig)
    })
    await fc.assert(
      fc.asyncProperty(cases, async ([files, shuffled, earlier]) => {
        await inTemporary(async (folder) => {
          const [a, b, c] = [join(folder, 'a'), join(folder, 'b', 'with space', 'ü'), join(folder, 'c')]
          writeFiles(a, files)
          writeFiles(b, shuffled)
          writeFiles(c, Object.entries(filesOf(earlier)))
          const root = await rootOf(a, join(a, 'store'))
          expect(await rootOf(b, join(b, 'store'))).toBe(root)
          expect(objectsOf(join(b, 'store'))).toEqual(objectsOf(join(a, 'store')))
          await rootOf(c, join(c, 'store'))
          expect(await rootOf(a, join(c, 'store'))).toBe(root)
          await mustEqualScratch(join(c, 'store'), join(a, 'store'))
        })
      }),
      runs(15),
    )
  },
  SLOW,
)

test(
  'the same root with git and without, of the working tree and of its commit',
  async () => {
    await fc.assert(
      fc.asyncProperty(legalConfig, async (config) => {
        await inTemporary(async (above) => {
          const folder = join(above, 'repository')
          const [without, store] = [join(above, 'without'), join(above, 'with')]
          writeFiles(folder, Object.entries(filesOf(config)))
          const root = await rootOf(folder, without)
          const commit = await commitAll(folder)
          expect(await rootOf(folder, store)).toBe(root)
          expect(await rootOf(folder, join(above, 'at'), commit)).toBe(root)
          expect(await rootOf(folder, store, 'HEAD')).toBe(root)
          await mustEqualScratch(store, without)
        })
      }),
      runs(6),
    )
  },
  SLOW,
)

test.each([
  ['a checkout has CRLF where the commit has LF', '\n', ['-c', 'core.autocrlf=true']],
  ['the commit has CRLF', '\r\n', ['-c', 'core.autocrlf=false']],
] as const)(
  'the same root where %s',
  async (_, lineEnd, flags) => {
    await inTemporary(async (above) => {
      const [origin, folder, store] = [join(above, 'origin'), join(above, 'folder'), join(above, 'store')]
      const files = Object.entries({
        ...BASE,
        'accounts/acme.yaml': ACME,
        'accounts/boreal.yaml': 'id: boreal\nplan: free\n',
      })
      writeFiles(
        origin,
        files.map(([path, text]) => [path, text.replaceAll('\n', lineEnd)]),
      )
      await git(origin, 'init', '-q')
      await git(origin, 'config', 'core.autocrlf', 'false')
      await commitAll(origin)
      await git(above, ...flags, 'clone', '-q', ...flags, origin, folder)
      expect(readFileSync(join(folder, 'config', 'settings.yaml'), 'utf8')).toContain('\r\n')
      const root = await rootOf(folder, join(above, 'at'), 'HEAD')
      expect(await rootOf(folder, store)).toBe(root)
      // What has not changed is known again, and so is what has.
      writeFileSync(join(folder, 'config', 'accounts', 'boreal.yaml'), ['id: boreal', 'plan: scale', ''].join('\r\n'))
      await commitAll(folder)
      const next = await rootOf(folder, store)
      expect(next).not.toBe(root)
      expect(await rootOf(folder, join(above, 'at'), 'HEAD')).toBe(next)
      await mustEqualScratch(store, join(above, 'at'))
      const since = await checkSince(
        await openOrigin(join(folder, 'config'), 'HEAD'),
        await openOrigin(join(folder, 'config')),
        { fingerprint: 'test' },
      )
      expect([...since.changed]).toEqual([])
    })
  },
  SLOW,
)

/** Every mapping's keys in another order. */
function reversed(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(reversed)
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(
    Object.entries(value)
      .reverse()
      .map(([key, one]) => [key, reversed(one)]),
  )
}

test(
  'the order of keys in the files is nothing to the answers, nor is the style in which they are written',
  async () => {
    const answers = async (folder: string): Promise<string> => {
      const { globals, accounts } = await check(await openConfiguration(join(folder, 'config')))
      if (globals === undefined) throw new Error('no globals')
      return flat(globals, accountsOf(accounts), null)
    }
    await fc.assert(
      fc.asyncProperty(legalConfig, async (config) => {
        await inTemporary(async (folder) => {
          const files = Object.entries(filesOf(config))
          writeFiles(join(folder, 'a'), files)
          writeFiles(
            join(folder, 'b'),
            files.map(([path, text]) => [path, stringify(reversed(parse(text)))]),
          )
          writeFiles(
            join(folder, 'c'),
            files.map(([path, text]) => [path, `${JSON.stringify(parse(text))}\n`]),
          )
          const expected = await answers(join(folder, 'a'))
          expect(await answers(join(folder, 'b'))).toBe(expected)
          expect(await answers(join(folder, 'c'))).toBe(expected)
        })
      }),
      runs(15),
    )
  },
  SLOW,
)
