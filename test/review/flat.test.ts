import { join } from 'node:path'
import fc from 'fast-check'
import { beforeAll, expect, test } from 'vitest'
import { type Obj, isObject, object } from '../../src/store/format/decode-json.ts'
import { flat } from '../../src/domain/flat-form.ts'
import { check } from '../../src/check/check-configuration.ts'
import { accountsOf } from '../../src/check/previous/stored-accounts.ts'
import { compare } from '../../src/compare/compare-revisions.ts'
import { openConfiguration } from '../../src/source/open-configuration.ts'
import { FileBackend } from '../../src/store/backends/file-backend.ts'
import { filesOf, legalConfig } from '../properties/arbitrary.ts'
import { type Config, areLegalGlobals, isLegal } from '../properties/model.ts'
import { SLOW, runs, settle } from '../properties/seed.ts'
import { compileInto, inTemporary, writeFiles } from '../properties/stores.ts'
import { releaseIn } from '../support/trust.ts'

beforeAll(settle)

/** One configuration on its way to another: some of the one's parts and some of the other's, as long as they are legal. */
const pair: fc.Arbitrary<readonly [Config, Config]> = fc
  .tuple(legalConfig, legalConfig, fc.infiniteStream(fc.nat(3)))
  .map(([a, b, chance]) => {
    const takesB = (): boolean => chance.next().value === 0
    let mixed: Config = a
    for (const part of [
      'settings',
      'models',
      'plans',
      'functions',
      'prompts',
      'author_profiles',
      'strategies',
    ] as const) {
      if (!takesB()) continue
      const next: Config = { ...mixed, [part]: b[part] }
      if (areLegalGlobals(next)) mixed = next
    }
    const accounts: Config['accounts'][string][] = []
    for (const id of new Set([...Object.keys(a.accounts), ...Object.keys(b.accounts)])) {
      const account = takesB() ? b.accounts[id] : a.accounts[id]
      if (account === undefined) continue
      if (isLegal({ ...mixed, accounts: { [id]: account } }, id)) accounts.push(account)
    }
    return [a, { ...mixed, accounts: Object.fromEntries(accounts.map((account) => [account.id, account])) }]
  })

async function flatOf(folder: string): Promise<Obj> {
  const { globals, accounts, diagnostics } = await check(await openConfiguration(join(folder, 'config')))
  const errors = diagnostics.filter(({ severity }) => severity === 'error')
  if (globals === undefined || errors.length > 0) throw new Error(`not legal: ${JSON.stringify(errors)}`)
  return object(JSON.parse(flat(globals, accountsOf(accounts), null)), 'the flat form')
}

/** Every field of one account's flat form by its name, written here once more. */
function fieldsOf(account: unknown): Map<string, string> {
  const fields = new Map<string, string>()
  const all = isObject(account) ? account : {}
  if (all['plan'] !== undefined) fields.set('plan', JSON.stringify(all['plan']))
  for (const section of ['functions', 'prompts', 'author_profiles', 'strategies']) {
    for (const [name, value] of Object.entries(object(all[section] ?? {}, section))) {
      if (section === 'author_profiles' || section === 'strategies')
        fields.set(`${section}.${name}`, JSON.stringify(value))
      else
        for (const [field, one] of Object.entries(object(value, name)))
          fields.set(`${section}.${name}.${field}`, JSON.stringify(one))
    }
  }
  return fields
}

function bruteForce(before: unknown, after: unknown): object[] {
  const [then, now] = [fieldsOf(before), fieldsOf(after)]
  return [...new Set([...then.keys(), ...now.keys()])]
    .sort()
    .filter((field) => then.get(field) !== now.get(field))
    .map((field) => {
      return { field, old: JSON.parse(then.get(field) ?? 'null'), new: JSON.parse(now.get(field) ?? 'null') }
    })
}

function sortedKeys(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sortedKeys)
  if (!isObject(value)) return value
  return Object.fromEntries(
    Object.entries(value)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([key, one]) => [key, sortedKeys(one)]),
  )
}

test(
  'a diff is what comparing the two flat forms field by field gives, with and without a store',
  async () => {
    await fc.assert(
      fc.asyncProperty(pair, fc.constantFrom('none', 'before', 'after'), async ([before, after], stored) => {
        await inTemporary(async (folder) => {
          const [a, b] = [join(folder, 'a'), join(folder, 'b')]
          writeFiles(a, Object.entries(filesOf(before)))
          writeFiles(b, Object.entries(filesOf(after)))
          const [then, now] = [await flatOf(a), await flatOf(b)]
          const store = join(folder, 'store')
          if (stored !== 'none') await compileInto(stored === 'before' ? a : b, store)
          const target = new FileBackend(store)
          const known = stored === 'none' ? undefined : { target, release: await releaseIn(target) }
          const [base, head] = await Promise.all([
            openConfiguration(join(a, 'config')),
            openConfiguration(join(b, 'config')),
          ])
          const { compared, diagnostics } = await compare({ commit: null, configuration: base }, head, {
            fingerprint: 'test',
            ...(known !== undefined && { store: known }),
          })
          expect(diagnostics.filter(({ severity }) => severity === 'error')).toEqual([])
          const { accounts, unknown_accounts, summary } = compared?.diff ?? {}
          const [left, right] = [object(then['accounts'], 'accounts'), object(now['accounts'], 'accounts')]
          const expected = [...new Set([...Object.keys(left), ...Object.keys(right)])].sort().flatMap((id) => {
            const changes = bruteForce(left[id], right[id])
            return changes.length === 0
              ? []
              : [{ account: id, plan: object(right[id] ?? left[id], id)['plan'], changes }]
          })
          expect(sortedKeys(accounts)).toEqual(sortedKeys(expected))
          expect(sortedKeys(unknown_accounts)).toEqual(sortedKeys(bruteForce(then['defaults'], now['defaults'])))
          expect(summary).toMatchObject({
            accounts_changed: expected.length,
            accounts_total: Object.keys(right).length,
          })
          for (const [plan, { changed, total }] of Object.entries(summary?.by_plan ?? {})) {
            expect([plan, changed]).toEqual([plan, expected.filter((one) => one.plan === plan).length])
            expect([plan, total]).toEqual([
              plan,
              Object.values(right).filter((one) => object(one, 'account')['plan'] === plan).length,
            ])
          }
          expectShielded(
            compared?.diff.shielded ?? {},
            compared?.diff.globals.map(({ field }) => field) ?? [],
            after,
            left,
            right,
          )
        })
      }),
      runs(20),
    )
  },
  SLOW * 2,
)

/** Of a provider's moved fields: whoever writes the field itself, resolves the provider and gets the same as before. */
function expectShielded(
  shielded: Readonly<Record<string, readonly string[]>>,
  moved: readonly string[],
  after: Config,
  left: Obj,
  right: Obj,
): void {
  for (const name of moved) {
    const [, provider = '', field = ''] = /^providers\.(\w+)\.(\w+)$/.exec(name) ?? []
    if (field === '') continue
    const ids = Object.keys(right).filter((id) => {
      const written = after.accounts[id]?.overrides?.[provider]?.[field]
      if (left[id] === undefined || written === undefined || written === null) return false
      return Object.entries(object(object(right[id], id)['functions'], 'functions')).some(([fn, answer]) => {
        const [now, then] = [object(answer, fn), object(object(left[id], id)['functions'], 'functions')[fn]]
        const defaults = after.functions[fn]?.defaults ?? {}
        // A function's own default stands between the two: then it is that one which the account is shielded from.
        const own =
          field === 'model'
            ? isObject(defaults['models']) && defaults['models'][provider] !== undefined
            : defaults[field] !== undefined
        return (
          !own &&
          now['provider'] === provider &&
          now[field] !== undefined &&
          isObject(then) &&
          then[field] === now[field]
        )
      })
    })
    expect([name, shielded[name] ?? []]).toEqual([name, expect.arrayContaining(ids)])
    for (const id of shielded[name] ?? [])
      expect(after.accounts[id]?.overrides?.[provider]?.[field] ?? null).not.toBeNull()
  }
}
