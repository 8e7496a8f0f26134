import { describe, expect, it, test } from 'vitest'
import { BASE, placesOf, writeConfig } from '../support/config.ts'
import { tenfold } from '../support/run.ts'

const EXTRA = { 'plans.yaml': `${BASE['plans.yaml'] ?? ''}  pro: { title: Pro, may_override: [] }\n` }
const WITHOUT_STARTER = { 'plans.yaml': (BASE['plans.yaml'] ?? '').replace(/^ {2}starter:.*\n/m, '') }
const ACCOUNTS = {
  'accounts/a.yaml': 'id: a\nplan: growth\noverrides: { openai: { model: gpt-5.2 } }\n',
  'accounts/b.yaml': 'id: b\nplan: scale\noverrides: { openai: { max_tokens: 16001 } }\n',
  'accounts/c.yaml': 'id: c\nplan: starter\noverrides: { openai: { max_tokens: 16001 } }\n',
  'accounts/d.yaml': 'id: d\nplan: free\nprompts: {}\n',
}
const FOUND = [
  'plan/model-not-allowed accounts/a.yaml:3:31-3:38',
  'plan/limit-exceeded accounts/b.yaml:3:36-3:41',
  'plan/free-no-overrides accounts/d.yaml:3:1-3:8',
]

describe('a wrong set of plans', () => {
  it('leaves the plans that are there in force: only yaml and schema make a file opaque', async () => {
    expect(await placesOf({ ...EXTRA, ...ACCOUNTS })).toEqual([...FOUND, 'plan/four-plans plans.yaml:6:3-6:6'])
    expect(await placesOf({ ...WITHOUT_STARTER, ...ACCOUNTS })).toEqual([
      ...FOUND,
      'plan/four-plans plans.yaml:1:1-1:6',
    ])
  })

  it('keeps the layers of an account in its explanation, and compiles to nothing', async () => {
    const folder = writeConfig({ ...EXTRA, ...ACCOUNTS })
    const { code, stdout } = await tenfold(['explain', 'a', 'generate_content'], folder)
    expect(code).toBe(0)
    expect(JSON.parse(stdout)).toMatchObject({
      fields: {
        model: {
          layers: [{ layer: 'provider' }, { layer: 'account', stopped_by: { rule: 'plan/model-not-allowed' } }],
        },
      },
    })
    expect((await tenfold(['compile'], folder)).code).toBe(1)
  })
})

test('an account may be called constructor: its id has a pattern of its own', async () => {
  const folder = writeConfig({
    'accounts/constructor.yaml': 'id: constructor\nplan: growth\noverrides: { openai: { model: gpt-4o } }\n',
  })
  const known = JSON.parse((await tenfold(['get', 'constructor', 'generate_content'], folder)).stdout)
  expect(known).toMatchObject({ known: true, plan: 'growth', model: 'gpt-4o' })
  const flat = JSON.parse((await tenfold(['compile', '--flat', '-'], folder)).stdout)
  expect(Object.hasOwn(flat.accounts, 'constructor')).toBe(true)
})
