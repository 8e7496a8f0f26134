import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { openOrigin } from '../../src/source/open-configuration.ts'
import { findAccounts } from '../../src/ask/find/find-accounts.ts'
import { readQuery } from '../../src/ask/find/parse-query.ts'
import { BASE, temporaryFolder, writeConfig } from '../support/config.ts'
import { randomFrom, writeCorpus } from '../support/corpus.ts'
import { commitAll, git, tenfold } from '../support/run.ts'

const ACCOUNTS = {
  'accounts/acme.yaml':
    'id: acme\nplan: growth\noverrides:\n  openai: { model: gpt-4, temperature: 0.9 }\n  image: { provider: dalle }\n  dalle: { size: 1792x1024 }\n',
  // Its own model of openai counts for nothing, for anthropic answers.
  'accounts/beta.yaml':
    'id: beta\nplan: scale\noverrides:\n  text: { provider: anthropic }\n  openai: { model: gpt-4 }\n  anthropic: { temperature: 0.2 }\n',
  'accounts/eu/gamma.yaml':
    'id: gamma\nplan: starter\nauthor_profiles: { house: { name: House, tone: Very warm } }\nprompts: { clustering: { customized: true, value: "Mine: [IGNY8_KEYWORDS]", default: "Group these keywords: [IGNY8_KEYWORDS]\\n" } }\n',
  'accounts/free.yaml': 'id: free\nplan: free\n',
}

async function idsOf(folder: string, ...query: readonly string[]): Promise<string> {
  const { code, stdout, stderr } = await tenfold(['find', ...query], folder)
  expect(code, stderr).toBe(0)
  return stdout.trim().split('\n').join(' ')
}

describe('find', () => {
  test.each([
    ['plan:growth', 'acme'],
    ['plan=free', 'free'],
    ['plan:growth,scale', 'acme beta'],
    ['id:*a', 'beta gamma'],
    ['id:acme', 'acme'],
    ['id:a*e', 'acme'],
    ['id:a*a*e', ''],
    ['plan!=growth,scale', 'free gamma'],
    ['openai.model=gpt-4', 'acme'],
    ['generate_content.model=gpt-4', 'acme'],
    ['functions.generate_content.model=gpt-4', 'acme'],
    ['model=gpt-4', 'acme'],
    ['model~GPT-4', 'acme free gamma'],
    ['openai.model!=gpt-4', 'free gamma'],
    ['text.provider=anthropic', 'beta'],
    ['provider=dalle', 'acme'],
    ['image.max_in_article=2', 'acme beta free gamma'],
    ['generate_content.temperature>0.7', 'acme'],
    ['generate_content.temperature>=0.7', 'acme free gamma'],
    ['generate_content.temperature<0.70', 'beta'],
    ['generate_content.temperature<=.2', 'beta'],
    ['generate_content.temperature=2e-1', 'beta'],
    ['dalle.size=1792x1024', 'acme'],
    ['size>1', ''],
    ['overrides:openai', 'acme beta'],
    ['overrides:openai.temperature', 'acme'],
    ['overrides:dalle', 'acme'],
    ['overrides:prompts', 'gamma'],
    ['overrides:prompts.clustering', 'gamma'],
    ['overrides:author_profiles.house', 'gamma'],
    ['customized:clustering', 'gamma'],
    ['prompts.clustering.is_customized=false', 'acme beta free'],
    ['clustering.prompt_value~mine', 'gamma'],
    ['author_profiles.house.tone=Very warm', 'gamma'],
    ['openai.model=gpt-4 plan:growth', 'acme'],
    ['openai.model=gpt-4 plan:scale', ''],
  ])('%s', async (query, expected) => {
    expect(await idsOf(writeConfig(ACCOUNTS), query)).toBe(expected)
  })

  test('takes several conditions, and gives with JSON what met them', async () => {
    const { stdout } = await tenfold(
      ['find', 'openai.temperature>0.5', 'overrides:dalle', 'plan:growth', '--format', 'json'],
      writeConfig(ACCOUNTS),
    )
    expect(JSON.parse(stdout)).toEqual({
      query: ['openai.temperature>0.5', 'overrides:dalle', 'plan:growth'],
      total: 4,
      unread: [],
      accounts: [
        {
          account: 'acme',
          plan: 'growth',
          values: {
            'functions.auto_cluster.temperature': 0.9,
            'functions.generate_content.temperature': 0.9,
            'overrides.dalle': { size: '1792x1024' },
            plan: 'growth',
          },
        },
      ],
    })
  })

  test.each([
    [['plan:gorwth'], 'did you mean "growth"?'],
    [['openai.modle=x'], 'did you mean "model"?'],
    [['generate_contnt.model=x'], 'did you mean "generate_content"?'],
    [['overrides:dale'], 'did you mean "dalle"?'],
    [['overrides:dalle.sise'], 'did you mean "size"?'],
    [['customized:clusterin'], 'did you mean "clustering"?'],
    [['plans:growth'], 'did you mean "plan"?'],
    [['temprature>1'], 'did you mean "temperature"?'],
    [['temperature>warm'], 'compares with no number'],
    [['model='], 'has no value'],
    [['acme'], 'is no condition'],
    [['model != gpt-4'], 'leave out the spaces'],
    [['author_profiles.house.langauge=en'], 'did you mean "language"?'],
    [['strategies.launch.active=true'], 'their fields are'],
    [['author_profiles.house=x'], 'author_profiles.house.name'],
    [[], 'missing required argument'],
  ])('%j is wrong usage, with the way out', async (query, says) => {
    const { code, stdout, stderr } = await tenfold(['find', ...query], writeConfig(ACCOUNTS))
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' })
    expect(stderr).toContain(says)
  })

  test('leaves out what cannot be understood, and says so; a wrong global file is exit 1', async () => {
    const broken = await tenfold(
      ['find', 'plan:growth'],
      writeConfig({ ...ACCOUNTS, 'accounts/broken.yaml': 'id: [\n' }),
    )
    expect(broken).toMatchObject({
      code: 0,
      stdout: 'acme\n',
      stderr: expect.stringContaining('the file of broken cannot be understood'),
    })
    const global = await tenfold(['find', 'plan:growth'], writeConfig({ ...ACCOUNTS, 'models.yaml': 'models: [\n' }))
    expect(global).toMatchObject({ code: 1, stdout: '', stderr: expect.stringContaining('yaml/syntax') })
    expect(await tenfold(['find', 'plan:growth', 'id:b*'], writeConfig(ACCOUNTS))).toMatchObject({
      code: 0,
      stdout: '',
      stderr: expect.stringContaining('none of 4 accounts'),
    })
  })

  test('is quick with a pattern that nearly fits', async () => {
    const id = 'a'.repeat(63)
    const folder = writeConfig({ [`accounts/${id}.yaml`]: `id: ${id}\nplan: free\n` })
    expect(await idsOf(folder, `id:${'*a'.repeat(20)}*b`)).toBe('')
    expect(await idsOf(folder, `id:${'*a'.repeat(20)}*`)).toBe(id)
  })

  test('of a function is wrong configuration, and no wrong usage, where nobody knows which there are', async () => {
    const ran = await tenfold(['find', 'auto_cluster.model=x'], writeConfig({ ...ACCOUNTS, 'functions.yaml': null }))
    expect(ran).toMatchObject({ code: 1, stdout: '', stderr: expect.stringContaining('files/missing') })
  })

  test('looks into a revision, and at what is not checked out', async () => {
    const folder = writeConfig(ACCOUNTS)
    await commitAll(folder)
    await git(folder, 'sparse-checkout', 'set', '--no-cone', '/*', '!/config/accounts/acme.yaml')
    const { stdout, stderr } = await tenfold(['find', 'plan:growth'], folder)
    expect([stdout, stderr]).toEqual(['acme\n', expect.stringContaining('not checked out')])
    await git(folder, 'sparse-checkout', 'disable')
    await git(folder, 'rm', '-q', 'config/accounts/acme.yaml')
    expect(await idsOf(folder, 'plan:growth')).toBe('')
    expect(await idsOf(folder, 'plan:growth', '--at', 'HEAD')).toBe('acme')
  })
})

test('agrees with the flat form on random accounts, with a store and without', async () => {
  const random = randomFrom(11)
  const folder = temporaryFolder()
  writeCorpus(folder, { accounts: 200, seed: 5 }, BASE)
  const { stdout } = await tenfold(['compile', '--flat', '-'], folder)
  const { accounts }: { accounts: Record<string, Record<string, Record<string, Record<string, unknown>>>> } =
    JSON.parse(stdout)
  await tenfold(['compile'], folder)
  const fields = new Map<string, unknown[]>()
  for (const { functions = {}, prompts = {} } of Object.values(accounts)) {
    for (const [group, all] of [
      ['functions', functions],
      ['prompts', prompts],
    ] as const) {
      for (const [name, answer] of Object.entries(all)) {
        for (const [field, value] of Object.entries(answer)) {
          if (typeof value === 'object' || /\s/.test(String(value))) continue
          const key = `${group}.${name}.${field}`
          fields.set(key, [...(fields.get(key) ?? []), value])
        }
      }
    }
  }
  expect(fields.size).toBeGreaterThan(10)
  const origin = await openOrigin(join(folder, 'config'))
  for (const [key, values] of fields) {
    const value = random.of(values)
    const [group = '', name = '', field = ''] = key.split('.')
    const expected = Object.entries(accounts)
      .filter(([, all]) => all[group]?.[name]?.[field] === value)
      .map(([id]) => id)
      .sort()
    const found = await findAccounts(origin, (names) => readQuery([`${key}=${String(value)}`], names), {
      fingerprint: 'nobody',
    })
    expect(found.is === 'found' && found.accounts.map(({ account }) => account), `${key}=${String(value)}`).toEqual(
      expected,
    )
    expect(expected.length).toBeGreaterThan(0)
  }
  const [key, [value]] = [...fields][0] ?? ['', []]
  expect((await tenfold(['find', `${key}=${String(value)}`], folder)).stdout.trim().split('\n').length).toBeGreaterThan(
    1,
  )
})
