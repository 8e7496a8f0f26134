import { mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { BASE, temporaryFolder, writeConfig } from '../support/config.ts'
import { type Ran, commitAll, git, run, tenfold } from '../support/run.ts'
import { edit } from './support.ts'

const ACME = 'id: acme\nplan: growth\noverrides: { openai: { model: gpt-4, temperature: 0.8 } }\n'
const PATH = 'accounts/acme.yaml'
const temperature = (value: number): string => ACME.replace('0.8', String(value))
const settings = (from: string, to: string): string => (BASE['settings.yaml'] ?? '').replace(from, to)

interface Entry {
  readonly commit: string
  readonly date: string
  readonly author: string
  readonly changes: readonly {
    readonly field: string
    readonly old: unknown
    readonly new: unknown
    readonly layer: string
  }[]
}

const ran = (folder: string, ...args: string[]): Promise<Ran> => tenfold(['log', ...args], folder)

/** The entries, newest first. */
async function entries(folder: string, ...args: string[]): Promise<Entry[]> {
  const { code, stdout, stderr } = await ran(folder, ...args)
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
  return JSON.parse(stdout).entries
}

/** Each entry's changes in words. */
async function told(folder: string, ...args: string[]): Promise<string[][]> {
  return (await entries(folder, ...args)).map(({ changes }) =>
    changes.map(
      (one) =>
        `${one.field.replace('functions.generate_content.', '')} ${JSON.stringify(one.old)} → ${JSON.stringify(one.new)} ${one.layer}`,
    ),
  )
}

const day = (n: number): string => `2026-03-0${n}T12:00:00Z`

describe('every commit that changed the answer', () => {
  /** 1: created. 2: a default that it overrides, and one that it does not. 3: another account. 4: its own. */
  async function history(): Promise<{ folder: string; commits: string[] }> {
    const folder = writeConfig({ [PATH]: ACME })
    const commits = [await commitAll(folder, 'one', day(1))]
    edit(folder, 'settings.yaml', settings('temperature: 0.7, max_tokens: 8192', 'temperature: 0.6, max_tokens: 4096'))
    commits.push(await commitAll(folder, 'two', day(2)))
    edit(folder, 'accounts/globex.yaml', 'id: globex\nplan: free\n')
    commits.push(await commitAll(folder, 'three', day(3)))
    edit(folder, PATH, 'id: acme\nplan: scale\noverrides: { openai: { model: gpt-4 } }\n')
    commits.push(await commitAll(folder, 'four', day(4)))
    return { folder, commits }
  }

  test('newest first, with commit, date, author, old, new, and the layer of the winner', async () => {
    const { folder, commits } = await history()
    const { stdout } = await ran(folder, 'acme', 'generate_content', '--format', 'json')
    const author = 'Ada <ada@example.org>'
    const field = (name: string): string => `functions.generate_content.${name}`
    expect(JSON.parse(stdout)).toStrictEqual({
      account: 'acme',
      entries: [
        {
          commit: commits[3],
          date: day(4),
          author,
          changes: [{ field: field('temperature'), old: 0.8, new: 0.6, layer: 'provider' }],
        },
        {
          commit: commits[1],
          date: day(2),
          author,
          changes: [{ field: field('max_tokens'), old: 8192, new: 4096, layer: 'provider' }],
        },
        {
          commit: commits[0],
          date: day(1),
          author,
          changes: [
            { field: field('api_key'), old: null, new: { secret: 'OPENAI_API_KEY' }, layer: 'provider' },
            { field: field('max_tokens'), old: null, new: 8192, layer: 'provider' },
            { field: field('model'), old: null, new: 'gpt-4', layer: 'account' },
            { field: field('provider'), old: null, new: 'openai', layer: 'provider' },
            { field: field('temperature'), old: null, new: 0.8, layer: 'account' },
          ],
        },
      ],
    })
  })

  test('of everything, with the plan; of one field, by its whole name or its last part', async () => {
    const { folder } = await history()
    const all = await told(folder, 'acme')
    expect(all).toHaveLength(3)
    expect(all[0]).toEqual([
      'functions.auto_cluster.temperature 0.8 → 0.6 provider',
      'temperature 0.8 → 0.6 provider',
      'plan "growth" → "scale" account',
    ])
    expect(await told(folder, 'acme', '--field', 'plan')).toEqual([all[0]?.slice(2), ['plan null → "growth" account']])
    expect((await told(folder, 'acme', '--field', 'temperature'))[0]).toEqual(all[0]?.slice(0, 2))
    expect((await told(folder, 'acme', '--field', 'functions.generate_content.temperature'))[0]).toEqual(
      all[0]?.slice(1, 2),
    )
    expect(await told(folder, 'acme', 'generate_images', '--field', 'size')).toEqual([
      ['functions.generate_images.size null → "1024x1024" provider'],
    ])
    expect(await told(folder, 'acme', '--field', 'quality')).toEqual([])
  })

  test('since a day, from its beginning in UTC, or since a time', async () => {
    const { folder } = await history()
    const dates = async (since: string): Promise<string[]> =>
      (await entries(folder, 'acme', '--since', since)).map(({ date }) => date)
    expect(await dates('2026-03-02')).toEqual([day(4), day(2)])
    expect(await dates('2026-03-03')).toEqual([day(4)])
    expect(await dates('2026-03-04T12:00:00Z')).toEqual([day(4)])
    expect(await dates('2026-03-04T12:00:01Z')).toEqual([])
  })

  test.for([
    [['acme', 'generate_contnet'], 'did you mean "generate_content"'],
    [['acme', '--prompt', 'clusterin'], 'did you mean "clustering"'],
    [['acme', 'generate_content', '--prompt', 'clustering'], 'not both'],
    [['acme', '--field', 'modle'], 'did you mean "model"'],
    [['acme', '--field', 'functions.generate_content.modle'], 'did you mean "functions.generate_content.model"'],
    [['acme', 'generate_content', '--field', 'plan'], 'there is no field "plan" here'],
    [['acme', '--since', 'yesterday'], '2026-01-31'],
    [['acme', '--since', '2026-02-30'], 'no day'],
    [[], 'account'],
  ] as const)('%j is wrong usage', async ([args, help]) => {
    const { folder } = await history()
    const { code, stdout, stderr } = await ran(folder, ...args)
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' })
    expect(stderr).toContain(help)
  })

  test('a person reads a commit and its fields', async () => {
    const { folder, commits } = await history()
    const { stdout } = await ran(folder, 'acme', 'generate_content', '--since', '2026-03-02', '--format', 'pretty')
    const head = (n: number, what: string): string =>
      `${commits[n - 1]?.slice(0, 12)} ${day(n)}  Ada <ada@example.org>  ${what}\n`
    expect(stdout).toBe(
      `${head(4, 'four')}  functions.generate_content.temperature: 0.8 → 0.6  provider\n\n` +
        `${head(2, 'two')}  functions.generate_content.max_tokens: 8192 → 4096  provider\n`,
    )
    expect((await ran(folder, 'acme', 'generate_images', '--since', '2026-03-02', '--format', 'pretty')).stdout).toBe(
      'acme: no commit has changed this\n',
    )
  })
})

test('a prompt and its records, with no layers but the account and the globals', async () => {
  const folder = writeConfig({ [PATH]: ACME, 'author-profiles/house.yaml': 'name: House\n' })
  await commitAll(folder, 'one', day(1))
  edit(folder, 'prompts/clustering.yaml', (BASE['prompts/clustering.yaml'] ?? '').replace('Group', 'Sort'))
  await commitAll(folder, 'two', day(2))
  const own =
    '{ customized: true, value: "Mine [IGNY8_KEYWORDS]", default: "Sort these keywords: [IGNY8_KEYWORDS]\\n" }'
  edit(folder, PATH, `${ACME}prompts: { clustering: ${own} }\nauthor_profiles: { house: { name: Mine } }\n`)
  await commitAll(folder, 'three', day(3))
  edit(folder, PATH, `${ACME}author_profiles: { house: { active: false } }\n`)
  await commitAll(folder, 'four', day(4))
  const prompt = (await told(folder, 'acme', '--prompt', 'clustering')).map((one) =>
    one.map((line) => line.replace('prompts.clustering.', '')),
  )
  const [group, sort, mine] = [
    '"Group these keywords: [IGNY8_KEYWORDS]\\n"',
    '"Sort these keywords: [IGNY8_KEYWORDS]\\n"',
    '"Mine [IGNY8_KEYWORDS]"',
  ]
  expect(prompt).toEqual([
    ['is_customized true → false global', `prompt_value ${mine} → ${sort} global`],
    ['is_customized false → true account', `prompt_value ${sort} → ${mine} account`],
    [`default_prompt ${group} → ${sort} global`, `prompt_value ${group} → ${sort} global`],
    [
      `default_prompt null → ${group} global`,
      'is_customized null → false global',
      `prompt_value null → ${group} global`,
    ],
  ])
  expect((await told(folder, 'acme', '--field', 'house')).slice(0, 2)).toEqual([
    ['author_profiles.house {"name":"Mine"} → null account'],
    ['author_profiles.house {"name":"House"} → {"name":"Mine"} account'],
  ])
  const pretty = (await ran(folder, 'acme', '--prompt', 'clustering', '--format', 'pretty')).stdout
  expect(pretty).toContain(`prompt_value: ${sort} → Mine [IGNY8_KEYWORDS]  account\n`)
})

describe('each commit against its first parent', () => {
  test('a merge is told where it was merged, and its branch not', async () => {
    const folder = writeConfig({ [PATH]: ACME })
    await commitAll(folder, 'one', day(1))
    await git(folder, 'checkout', '-q', '-b', 'side')
    edit(folder, PATH, temperature(0.3))
    await commitAll(folder, 'side', day(2))
    edit(folder, PATH, temperature(0.4))
    await commitAll(folder, 'side again', day(3))
    await git(folder, 'checkout', '-q', 'main')
    edit(folder, 'settings.yaml', settings('max_tokens: 8192', 'max_tokens: 4096'))
    await commitAll(folder, 'main', day(4))
    await git(folder, 'merge', '-q', '--no-ff', '-m', 'merge', 'side')
    const merge = (await git(folder, 'rev-parse', 'HEAD')).stdout.trim()
    const found = await entries(folder, 'acme', 'generate_content', '--field', 'temperature')
    expect(found.map(({ commit }) => commit)[0]).toBe(merge)
    expect(found).toHaveLength(2)
    expect((await told(folder, 'acme', 'generate_content'))[0]).toEqual(['temperature 0.8 → 0.4 account'])
    // From the branch's own point of view, it was two commits, and what main brought came with the merge.
    await git(folder, 'checkout', '-q', 'side')
    expect((await told(folder, 'acme', 'generate_content')).slice(0, 2)).toEqual([
      ['temperature 0.3 → 0.4 account'],
      ['temperature 0.8 → 0.3 account'],
    ])
  })

  test('what a commit that cannot be understood changed is told of the next one that can', async () => {
    const folder = writeConfig({ [PATH]: ACME })
    const commits = [await commitAll(folder, 'one', day(1))]
    const texts = ['id: [\n', temperature(0.5), temperature(0.5).replace('gpt-4', 'gpt-9'), temperature(0.5)]
    for (const [i, text] of texts.entries()) {
      edit(folder, PATH, text)
      commits.push(await commitAll(folder, `edit ${i}`, day(i + 2)))
    }
    expect((await entries(folder, 'acme', 'generate_content')).map(({ commit }) => commit)).toEqual([
      commits[2],
      commits[0],
    ])
    expect((await told(folder, 'acme', 'generate_content'))[0]).toEqual(['temperature 0.8 → 0.5 account'])
    // A mistake in a file that this answer does not depend on is none of its business; of everything it is.
    edit(folder, 'prompts/clustering.yaml', 'title: [\n')
    edit(folder, PATH, temperature(0.6))
    commits.push(await commitAll(folder, 'half', day(6)))
    expect((await told(folder, 'acme', 'generate_content'))[0]).toEqual(['temperature 0.5 → 0.6 account'])
    const all = await ran(folder, 'acme')
    expect(JSON.parse(all.stdout).entries[0].commit).toBe(commits[2])
    expect(all.stderr).toMatch(
      new RegExp(
        `^note: the configuration cannot be understood since ${commits[5]?.slice(0, 12)}, .* is not told yet\n$`,
      ),
    )
  })

  test('nothing at all that can be understood', async () => {
    const folder = writeConfig({ [PATH]: 'id: [\n' })
    const commit = await commitAll(folder)
    const { code, stdout, stderr } = await ran(folder, 'acme')
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' })
    expect(stderr).toContain(`tenfold check --at ${commit.slice(0, 12)}`)
  })

  test('from nothing: before the configuration came there was no answer', async () => {
    const folder = temporaryFolder()
    await run('sh', ['-c', 'echo x > README.md'], folder)
    await commitAll(folder, 'readme', day(1))
    writeConfig({}, folder)
    await commitAll(folder, 'globals', day(2))
    mkdirSync(join(folder, 'config/accounts'))
    edit(folder, PATH, ACME)
    const created = await commitAll(folder, 'created', day(3))
    expect((await entries(folder, 'acme')).map(({ commit }) => commit)).toEqual([created])
    expect((await entries(folder, 'acme'))[0]?.changes.every((change) => change.old === null)).toBe(true)
  })
})

describe('an account that comes and goes', () => {
  test('deletion lists every field with null after it, and a new beginning is one', async () => {
    const folder = writeConfig({ [PATH]: ACME })
    await commitAll(folder, 'one', day(1))
    rmSync(join(folder, 'config', PATH))
    await commitAll(folder, 'two', day(2))
    edit(folder, 'settings.yaml', settings('max_tokens: 8192', 'max_tokens: 4096'))
    await commitAll(folder, 'three: nobody is here to notice', day(3))
    const gone = await entries(folder, 'acme', 'generate_content')
    expect(gone.map(({ date }) => date)).toEqual([day(2), day(1)])
    expect((await told(folder, 'acme', 'generate_content', '--field', 'model'))[0]).toEqual([
      'model "gpt-4" → null account',
    ])
    edit(folder, 'accounts/acme.yaml', temperature(0.1))
    await commitAll(folder, 'four', day(4))
    expect(await told(folder, 'acme', '--field', 'plan')).toEqual([
      ['plan null → "growth" account'],
      ['plan "growth" → null account'],
      ['plan null → "growth" account'],
    ])
  })

  test('a file that moves is no change; one that gets another id is another account, and a note names the former one', async () => {
    const text = (id: string, value: number): string =>
      `id: ${id}\nplan: growth\noverrides:\n  openai:\n    model: gpt-4\n    max_tokens: 4000\n    temperature: ${value}\n`
    const folder = writeConfig({ [PATH]: text('acme', 0.8) })
    await commitAll(folder, 'one', day(1))
    mkdirSync(join(folder, 'config/accounts/eu'))
    await git(folder, 'mv', `config/${PATH}`, 'config/accounts/eu/acme.yaml')
    await commitAll(folder, 'moved', day(2))
    edit(folder, 'accounts/eu/acme.yaml', text('acme', 0.5))
    await commitAll(folder, 'three', day(3))
    await git(folder, 'mv', 'config/accounts/eu/acme.yaml', 'config/accounts/eu/acme2.yaml')
    edit(folder, 'accounts/eu/acme2.yaml', text('acme2', 0.4))
    const renamed = await commitAll(folder, 'renamed', day(4))
    edit(folder, 'accounts/eu/acme2.yaml', text('acme2', 0.2))
    await commitAll(folder, 'five', day(5))
    const { stdout, stderr } = await ran(folder, 'acme2', 'generate_content', '--field', 'temperature')
    expect(stderr).toBe(
      `note: ${renamed.slice(0, 12)} renamed "acme" to "acme2": \`tenfold log acme\` tells what was before\n`,
    )
    const found: Entry[] = JSON.parse(stdout).entries
    expect(found.map(({ date, changes: [one] }) => [date, one?.old, one?.new])).toEqual([
      [day(5), 0.4, 0.2],
      [day(4), null, 0.4],
    ])
    expect(await told(folder, 'acme', 'generate_content', '--field', 'temperature')).toEqual([
      ['temperature 0.5 → null account'],
      ['temperature 0.8 → 0.5 account'],
      ['temperature null → 0.8 account'],
    ])
  })

  test('an account that takes the place of another in one commit is not told of its past, and keeps its own', async () => {
    const text = (id: string, value: number): string =>
      `${'# A line that every account of ours begins with.\n'.repeat(9)}id: ${id}\nplan: growth\noverrides: { openai: { temperature: ${value} } }\n`
    const folder = writeConfig({ 'accounts/d1.yaml': text('d1', 0.1), 'accounts/oldco.yaml': text('oldco', 0.3) })
    await commitAll(folder, 'one', day(1))
    await git(folder, 'rm', '-q', 'config/accounts/d1.yaml')
    await commitAll(folder, 'two', day(2))
    await git(folder, 'mv', 'config/accounts/oldco.yaml', 'config/accounts/newco.yaml')
    edit(folder, 'accounts/newco.yaml', text('newco', 0.9))
    await commitAll(folder, 'three', day(3))
    await git(folder, 'mv', 'config/accounts/newco.yaml', 'config/accounts/d1.yaml')
    edit(folder, 'accounts/d1.yaml', text('d1', 0.5))
    await commitAll(folder, 'four', day(4))
    const values = async (id: string): Promise<unknown[]> => {
      const { stdout } = await ran(folder, id, 'generate_content', '--field', 'temperature')
      const found: Entry[] = JSON.parse(stdout).entries
      return found.map(({ date, changes: [one] }) => [date, one?.old, one?.new])
    }
    expect(await values('newco')).toEqual([
      [day(4), 0.9, null],
      [day(3), null, 0.9],
    ])
    expect(await values('d1')).toEqual([
      [day(4), null, 0.5],
      [day(2), 0.1, null],
      [day(1), null, 0.1],
    ])
  })

  test('a shallow clone whose beginning cannot be understood invents no creation', async () => {
    const folder = writeConfig({ [PATH]: ACME })
    await commitAll(folder, 'one', day(1))
    const settings = (await git(folder, 'show', 'HEAD:config/settings.yaml')).stdout
    edit(folder, 'settings.yaml', settings.replace('provider: openai', 'provider: nosuch'))
    await commitAll(folder, 'broken', day(2))
    edit(folder, 'settings.yaml', settings)
    await commitAll(folder, 'mended', day(3))
    const clone = join(temporaryFolder(), 'clone')
    await git(folder, 'clone', '-q', '--depth', '2', `file://${folder}`, clone)
    const { code, stdout, stderr } = await ran(clone, 'acme')
    expect(code).toBe(0)
    expect(JSON.parse(stdout).entries).toEqual([])
    expect(stderr).toContain('this clone is shallow')
  })

  test('a clock that says anything, an author in another encoding, and settings of git are taken as they come', async () => {
    const folder = writeConfig({ [PATH]: ACME })
    await commitAll(folder, 'one', day(1))
    edit(folder, PATH, ACME.replace('gpt-4', 'gpt-4o'))
    await git(folder, 'config', 'i18n.commitEncoding', 'ISO-8859-1')
    const header = Buffer.from(
      'author J\xfcrgen <j@x> 1770000000 +0000\ncommitter J\xfcrgen <j@x> 99999999999999 +0000\nencoding ISO-8859-1\n\nx\n',
      'latin1',
    )
    await git(folder, 'add', '-A')
    const tree = (await git(folder, 'write-tree')).stdout.trim()
    const parent = (await git(folder, 'rev-parse', 'HEAD')).stdout.trim()
    writeFileSync(
      join(folder, '.git', 'made'),
      Buffer.concat([Buffer.from(`tree ${tree}\nparent ${parent}\n`), header]),
    )
    const made = (await git(folder, 'hash-object', '-t', 'commit', '-w', '--literally', '.git/made')).stdout.trim()
    await git(folder, 'update-ref', 'refs/heads/main', made)
    await git(folder, 'config', 'i18n.logOutputEncoding', 'UTF-16')
    await git(folder, 'config', 'diff.orderFile', '/nonexistent')
    const { code, stdout } = await ran(folder, 'acme', 'generate_content')
    expect(code).toBe(0)
    expect(JSON.parse(stdout).entries[0]).toMatchObject({
      commit: made,
      author: 'J\u00fcrgen <j@x>',
      date: '9999-12-31T23:59:59Z',
    })
    for (const args of [
      ['check'],
      ['get', 'acme', 'generate_content'],
      ['get', 'acme', 'generate_content', '--at', 'HEAD'],
      ['explain', 'acme'],
      ['status'],
      ['release'],
      ['diff', 'HEAD~1', 'HEAD'],
    ]) {
      const { code: ended, stderr } = await tenfold(args, folder)
      expect(ended, `${args.join(' ')}: ${stderr}`).toBe(0)
    }
  })

  test('an id that nobody ever had gets the globals, and the nearest name', async () => {
    const folder = writeConfig({ [PATH]: ACME })
    await commitAll(folder, 'one', day(1))
    edit(folder, 'settings.yaml', settings('temperature: 0.7', 'temperature: 0.6'))
    await commitAll(folder, 'two', day(2))
    const { code, stdout, stderr } = await ran(folder, 'amce', 'generate_content', '--field', 'temperature')
    expect(code).toBe(0)
    expect(JSON.parse(stdout).entries.map(({ changes }: Entry) => changes[0]?.new)).toEqual([0.6, 0.7])
    expect(stderr).toBe(
      'note: no account "amce" in this history: this is what an account without a file gets; did you mean "acme"?\n',
    )
  })
})

describe('where the history is', () => {
  test('a shallow clone tells nothing of what it has no parent for, and says so', async () => {
    const folder = writeConfig({ [PATH]: ACME })
    await commitAll(folder, 'one', day(1))
    for (const [i, value] of [0.1, 0.2, 0.3].entries()) {
      edit(folder, PATH, temperature(value))
      await commitAll(folder, `edit ${i}`, day(i + 2))
    }
    const clone = join(temporaryFolder(), 'clone')
    await git(folder, 'clone', '-q', '--depth', '2', `file://${folder}`, clone)
    const { stdout, stderr } = await ran(clone, 'acme')
    expect(JSON.parse(stdout).entries.map(({ date }: Entry) => date)).toEqual([day(4)])
    expect(stderr).toMatch(/^note: this clone is shallow: what was before [0-9a-f]{12} is not told/)
    // One that holds the whole line is as good as any other.
    await git(clone, 'fetch', '-q', '--depth', '10')
    expect(await entries(clone, 'acme')).toHaveLength(4)
  })

  test('a partial clone, and one without a working tree', async () => {
    const folder = writeConfig({ [PATH]: ACME })
    await commitAll(folder, 'one', day(1))
    edit(folder, PATH, temperature(0.1))
    await commitAll(folder, 'two', day(2))
    await git(folder, 'config', 'uploadpack.allowFilter', 'true')
    await git(folder, 'config', 'uploadpack.allowAnySHA1InWant', 'true')
    const clone = join(temporaryFolder(), 'clone')
    await git(folder, 'clone', '-q', '--filter=blob:none', '--no-checkout', `file://${folder}`, clone)
    const packs = (): number =>
      readdirSync(join(clone, '.git/objects/pack')).filter((name) => name.endsWith('.promisor')).length
    const before = packs()
    const { code, stdout } = await ran(clone, 'acme', 'generate_content')
    expect(code).toBe(0)
    expect(JSON.parse(stdout).entries).toHaveLength(2)
    // All that was missing came at once.
    expect(packs()).toBe(before + 1)
    const again = join(temporaryFolder(), 'clone')
    await git(folder, 'clone', '-q', '--filter=blob:none', '--no-checkout', `file://${folder}`, again)
    expect(await tenfold(['get', 'acme', 'generate_content', '--at', 'HEAD~1'], again)).toMatchObject({
      code: 0,
      stderr: '',
    })
    expect(readdirSync(join(again, '.git/objects/pack')).filter((name) => name.endsWith('.promisor'))).toHaveLength(2)
  })

  test('a configuration that is not in the top folder, one that is, and one whose folder is gone', async () => {
    const top = temporaryFolder()
    const inner = join(top, 'services', '[ai]')
    mkdirSync(inner, { recursive: true })
    writeConfig({ [PATH]: ACME }, inner)
    await commitAll(top, 'one', day(1))
    expect(await entries(inner, 'acme')).toHaveLength(1)
    await git(top, 'mv', 'services/[ai]/config', 'services/[ai]/settings')
    await commitAll(top, 'moved', day(2))
    // It begins anew under its new name; under the old one it has ended.
    expect((await entries(inner, 'acme', '--config', 'settings')).map(({ date }) => date)).toEqual([day(2)])
    const gone = await ran(inner, 'acme', '--config', 'config')
    expect(JSON.parse(gone.stdout).entries.map(({ date }: Entry) => date)).toEqual([day(1)])
    await git(join(inner, 'settings'), 'init', '-q', '-b', 'main')
    await git(join(inner, 'settings'), 'add', '-A')
    await git(join(inner, 'settings'), 'commit', '-q', '-m', 'alone')
    expect(await entries(join(inner, 'settings'), 'acme', '--config', '.')).toHaveLength(1)
  })

  test('without git, without a commit, and without the folder', async () => {
    const folder = writeConfig({ [PATH]: ACME })
    expect(await ran(folder, 'acme')).toMatchObject({ code: 2, stderr: expect.stringContaining('no git repository') })
    await git(folder, 'init', '-q', '-b', 'main')
    expect(await ran(folder, 'acme')).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('nothing is committed yet'),
    })
    await git(folder, 'commit', '-q', '--allow-empty', '-m', 'empty')
    expect(await ran(folder, 'acme')).toMatchObject({ code: 2, stderr: expect.stringContaining('no commit of HEAD') })
    await commitAll(folder)
    expect(await ran(folder, 'acme', '--config', 'confg')).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('did you mean "config"'),
    })
  })

  test('what is not committed is not told, and that is said', async () => {
    const folder = writeConfig({ [PATH]: ACME })
    await commitAll(folder)
    edit(folder, PATH, temperature(0.1))
    const { stdout, stderr } = await ran(folder, 'acme')
    expect(JSON.parse(stdout).entries).toHaveLength(1)
    expect(stderr).toBe(
      'note: what is not committed is not told: the working tree has changes in files that count here\n',
    )
  })
})

test('what somebody wrote into a name, a message or a value repaints no terminal, and no credential is shown', async () => {
  const key = `sk-proj-${'Ab3dE6gH9jK2mN5pQ8sT1vW4'.repeat(2)}`
  const folder = writeConfig({ [PATH]: ACME })
  await commitAll(folder, 'one \u001b[2J\u202e', day(1))
  edit(folder, PATH, ACME.replace('gpt-4', key))
  await commitAll(folder, key, day(2))
  edit(folder, PATH, `${ACME}author_profiles: { spare: { name: "x", tone: "warm" } }\n`)
  await commitAll(folder, `use ${key}`, day(3))
  await git(folder, 'commit', '-q', '--amend', '--no-edit', '--author', '\u202eEve\u0085 <eve@example.org>')
  const hostile = 'config/accounts/a\u001b[31m\u202e.yaml'
  await git(folder, 'mv', `config/${PATH}`, hostile)
  await commitAll(folder, 'away', day(4))
  await git(folder, 'mv', hostile, `config/${PATH}`)
  await commitAll(folder, 'and back', day(5))
  for (const format of ['pretty', 'json']) {
    const { stdout, stderr } = await ran(folder, 'acme', '--format', format)
    expect(stderr).toContain('renamed')
    expect(stdout).toContain('spare')
    expect(stdout).toContain('Eve')
    expect(stderr).not.toMatch(/[\u001b\u202e]/)
    expect(stdout).not.toMatch(/[\u001b\u0007\u202e]/)
    expect(stdout + stderr).not.toContain(key.slice(0, 24))
  }
})
