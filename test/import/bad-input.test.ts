import { execFileSync } from 'node:child_process'
import {
  chmodSync,
  existsSync,
  mkdirSync,
  readFileSync,
  readdirSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { describe, expect, onTestFinished, test } from 'vitest'
import { CAN_BE_UNPRIVILEGED, expectNoTrace, openAgain, treeOf, unprivileged } from '../faults/support.ts'
import { KINDS, random } from '../lint/secret/planted.ts'
import { some, stride } from '../properties/seed.ts'
import { killed } from '../support/killed.ts'
import { CLI, run, tenfold } from '../support/run.ts'
import {
  BASE_ROWS,
  ImportPlace,
  PLANS,
  type Row,
  SETTINGS,
  account,
  overrides,
  ownPrompt,
  prompt,
  row,
} from './dump.ts'

const TEMPLATE = join(import.meta.dirname, '..', '..', 'template', 'config')

/** The global rows, without an account. */
const GLOBAL = [...PLANS, SETTINGS]

/** What a dump is refused with: what, where, why, and the way out. */
async function refusal(rows: readonly unknown[] | string, ...args: readonly string[]): Promise<string> {
  const place = new ImportPlace()
  if (typeof rows === 'string') place.write('dump.json', rows)
  else place.dump(rows)
  const { stdout, stderr } = await place.fails(1, ...args)
  expect(stdout + stderr).toMatch(/Way out: \S|^ help: \S/m)
  return stdout + stderr
}

/** What a call is refused with. */
async function usage(args: readonly string[], rows = BASE_ROWS, files: Readonly<Record<string, string>> = {}) {
  const place = new ImportPlace(rows)
  for (const [path, text] of Object.entries(files)) place.write(path, text)
  const { stderr } = await place.fails(2, ...args)
  expect(stderr).toMatch(/^ help: \S/m)
  return stderr
}

const dumped = JSON.stringify(BASE_ROWS)

describe('a file that is no dump', () => {
  test.each([
    ['', 'dump.json: it is empty'],
    ['[', 'dump.json:1: the file ends'],
    [dumped.slice(0, 30), 'dump.json:1: the file ends within row 1, which begins here'],
    [dumped.slice(0, -1), 'before the "]" that closes the list'],
    [dumped.slice(0, -40), 'the file ends within row 6'],
    [dumped.slice(0, -2), 'the file ends within row 6'],
    [`Loaded 3 rows\n${dumped}`, 'dump.json:1: it does not begin with a list of rows'],
    [`${dumped}${dumped}`, 'the list has ended after row 6'],
  ])('%j', async (text, says) => {
    expect(await refusal(text)).toContain(says)
  })

  test('a row over the bound, among others', async () => {
    const said = await refusal([...BASE_ROWS, row('x.y', 1, { text: 'a'.repeat(17 * 1024 * 1024) })])
    expect(said).toMatch(/`row 7`: line \d+, byte \d+: /)
    expect(said).toContain('the row is over 16 MiB')
    expect(said).toContain('1 refused.')
  })

  test('NaN and Infinity', async () => {
    const rows = JSON.stringify([...BASE_ROWS, overrides(1, 1, 'openai', { temperature: '@' })])
    for (const word of ['NaN', '-Infinity']) {
      expect(await refusal(rows.replace('"@"', word))).toContain('the row has NaN or Infinity')
    }
  })

  test.each([[3], [null], ['x'], [[]], [{}], [{ model: 'auth.account', pk: 2 }], [{ model: '', pk: 1, fields: {} }]])(
    'the row %j',
    async (one) => {
      const said = await refusal([...BASE_ROWS, one])
      expect(said).toContain('it is no row of a dump.\n  Way out: a row is `{"model": …, "pk": …, "fields": {…}}`.')
    },
  )

  test('a format that there is not, a file that there is not, and a folder', async () => {
    expect(await usage(['--format', 'xml'])).toContain('there is no format "xml"')
    const place = new ImportPlace()
    expect((await place.failsOf('nope.json', 2)).stderr).toContain('cannot read nope.json: no such file')
    expect((await place.failsOf('.', 2)).stderr).toContain('cannot read .: it is not a file')
  })

  const deep = '['.repeat(100_000) + ']'.repeat(100_000)
  test.each([
    ['a row', overrides(1, 1, 'openai', '@'), 'more than 64 deep'],
    ['JSON as text', overrides(1, 1, 'openai', `{"model":${deep}}`), 'its config is no JSON object'],
    [
      'a list as text',
      row('x.globalstrategy', 1, { name: 's', section_logic: `[${deep}]` }),
      'section_logic is no list',
    ],
  ])('deep JSON: %s', async (_, one, says) => {
    expect(await refusal(JSON.stringify([...BASE_ROWS, one]).replace('"@"', deep))).toContain(says)
  })
})

describe('primary and foreign keys', () => {
  test('an account that is there twice is refused twice, with what belongs to it', async () => {
    const said = await refusal([...BASE_ROWS, account('1', 'beta'), overrides(1, 1, 'openai', { model: 'gpt-4o' })])
    expect(said).toContain('`auth.account 1`: row 7 has the same primary key')
    expect(said).toContain('`auth.account 1`: row 6 has the same primary key')
    expect(said).toContain('`system.integrationsettings 1`: its account (auth.account 1) is refused')
    expect(said).toContain('3 refused')
  })

  test('another row that is there twice is refused once', async () => {
    const one = overrides(1, 1, 'openai', { model: 'gpt-4o' })
    expect(
      await refusal([...BASE_ROWS, one, { ...one, fields: { ...one.fields, integration_type: 'dalle' } }]),
    ).toContain('`system.integrationsettings 1`: row 7 has the same primary key')
  })

  test.each([
    [404, 'its account (404) is not in this dump'],
    ['1x', 'its account ("1x") is not in this dump'],
    [['nobody'], 'its account ("["nobody"]") is not in this dump'],
    [null, 'it belongs to no account'],
    ['', 'it belongs to no account'],
    [{}, 'its account ("{}") is not in this dump'],
  ])('of the account %j', async (owner, says) => {
    expect(
      (await refusal([...BASE_ROWS, overrides(1, owner, 'openai', { model: 'gpt-4o' })])).replaceAll('`', '"'),
    ).toContain(says)
  })

  test('no key is the key of no account: not even of one without a key', async () => {
    const rows = [null, 'null', undefined].map((owner, i) => overrides(i, owner, 'openai', { model: 'gpt-4o' }))
    const said = await refusal([...GLOBAL, account(null, 'acme'), account(undefined, 'beta'), ...rows])
    expect(said).toContain('3 refused')
    expect(said).toContain('it belongs to no account')
  })

  test('a key that numbers cannot hold', async () => {
    expect(
      await refusal(dumped.replace('"pk":1,"fields":{"slug":"acme"', '"pk":9007199254740993,"fields":{"slug":"acme"')),
    ).toContain('its primary key is too large to be read exactly')
  })
})

describe('ids', () => {
  test('slugs that meet are all refused', async () => {
    const said = await refusal([...BASE_ROWS, account(2, 'Acme'), account(3, 'ACME!')])
    expect(said).toContain('its id would be acme, as of accounts 2 and 3')
    expect(said).toContain('give one of them another id: `--id 3=ID`')
    expect(said).toContain('3 refused')
  })

  test('--id that meets another id', async () => {
    expect(await refusal([...BASE_ROWS, account(2, 'beta')], '--id', '2=acme')).toContain('its id would be acme')
  })

  test.each([
    ['1=Acme Ltd', '--id: "Acme Ltd" is no id of an account'],
    ['1=../x', '--id: "../x" is no id of an account'],
    [`1=${'x'.repeat(64)}`, 'is no id of an account'],
    ['7=acme', '--id: no account has the primary key "7"'],
    ['null=acme', '--id: no account has the primary key "null"'],
    ['acme', '--id takes PK=ID, not "acme"'],
    ['1=', '--id takes PK=ID, not "1="'],
  ])('--id %s', async (id, says) => {
    expect(await usage(['--id', id])).toContain(says)
  })

  test('--id twice', async () => {
    expect(await usage(['--id', '1=a', '--id', '1=b'])).toContain('--id says two things of "1"')
  })

  test('names of all sorts become ids, each listed', async () => {
    const slugs = ['con', '-', '', 'x'.repeat(200), 'İstanbul', 'Москва', '🎉', '__proto__', 'constructor', 'a/../../b']
    const place = new ImportPlace([...GLOBAL, ...slugs.map((slug, i) => account(i + 1, slug))])
    const { code, stdout } = await place.run()
    expect(code).toBe(0)
    const written = readdirSync(join(place.folder, 'config', 'accounts'), { recursive: true, encoding: 'utf8' })
    const ids = written
      .filter((path) => path.endsWith('.yaml'))
      .map((path) => path.replace(/^.*[/\\](.*)\.yaml$/, '$1'))
    const long = 'x'.repeat(63)
    expect(ids.sort()).toEqual(['2', '3', '6', '7', 'a-b', 'con', 'constructor', 'istanbul', long, 'proto__'].sort())
    for (const said of ['slug `-` became 2', 'no slug: its id became 3', 'slug `Москва` became 6']) {
      expect(stdout).toContain(said)
    }
    expect(await tenfold(['check'], place.folder)).toMatchObject({ code: 0 })
  })

  test('prompts and profiles whose names name no file', async () => {
    const types = ['../../x', '__proto__', 'p'.repeat(300), '', 'A B', null]
    const named = [
      row('x.globalauthorprofile', 1, { name: '🎉' }),
      row('x.authorprofile', 1, { account: 1, name: '🎉🎉' }),
    ]
    const said = await refusal([
      ...BASE_ROWS,
      ...types.map((type, i) => row('x.globalaiprompt', i, { prompt_type: type, prompt_value: 'a' })),
      ...named,
    ])
    expect(said).toContain('its prompt_type names no file.\n  Way out: a type has small letters, digits, - and _.')
    expect(said).toContain('its name gives no id.\n  Way out: give it a name with letters or digits')
    expect(said).toContain('8 refused')
  })

  test('a prompt that is called as JavaScript calls something of its own', async () => {
    const said = await refusal([
      ...BASE_ROWS,
      prompt(1, 'constructor', 'a'),
      ownPrompt(1, 1, 'constructor', { prompt_value: 'b' }),
    ])
    expect(said).toContain('`system.globalaiprompt 1`: prompts/constructor.yaml:1: `constructor` cannot be an id')
    expect(said).toContain('2 refused')
  })
})

describe('plans', () => {
  const plans = [
    row('auth.plan', 1, { slug: 'Free', name: 'Free' }),
    row('auth.plan', 2, { slug: 'free-plan', name: 'Free Plan' }),
  ]
  const rows = [
    ...plans,
    SETTINGS,
    account(1, 'a', { plan: 1 }),
    account(2, 'b', { plan: 2 }),
    account(3, 'c', { plan: null }),
    account(4, 'd', { plan: 99 }),
    account(5, 'e', { plan: 'Growth Plan' }),
    account(6, 'f', { plan: ['Free'] }),
  ]

  test('each is refused with the words to write', async () => {
    const said = await refusal(rows)
    expect(said).toContain('its plan `Free` is none of free, starter, growth and scale')
    for (const answer of ['Free', 'free-plan', 'null', '99', "'Growth Plan'"]) {
      expect(said).toContain(`say which it is: \`--plan ${answer}=PLAN\`, where PLAN is free, starter, growth or scale`)
    }
    expect(said).toContain('6 refused')
  })

  test('and comes over once they are written', async () => {
    const place = new ImportPlace(rows)
    const answers = ['Free=free', 'Free Plan=starter', 'null=free', '99=growth', 'Growth Plan=growth']
    expect(await place.run(...answers.flatMap((answer) => ['--plan', answer]))).toMatchObject({ code: 0 })
    expect(place.read('config/accounts/b/b.yaml')).toContain('plan: starter')
  })

  test.each([
    [['fre=free'], '--plan: no plan of the dump is called "fre"'],
    [['free=gold'], '--plan: there is no plan "gold"'],
    [['free=Free'], '--plan: there is no plan "Free"'],
    [['free='], '--plan takes OLD=NEW, not "free="'],
    [['free'], '--plan takes OLD=NEW, not "free"'],
    [['free=free', 'free=scale'], '--plan says two things of "free"'],
  ])('--plan %j', async (answers, says) => {
    expect(await usage(answers.flatMap((answer) => ['--plan', answer]))).toContain(says)
  })
})

describe('a second row of one type', () => {
  test('is refused, and does not take the place of a first one that a check refuses', async () => {
    const said = await refusal([
      ...BASE_ROWS,
      prompt(1, 'ideas', 'Ideas\u0000'),
      prompt(2, 'ideas', 'Ideas for [X]'),
      overrides(1, 1, 'openai', { temperature: 9 }),
      overrides(2, 1, 'openai', { temperature: 1 }),
      prompt(3, 'poem', 'A poem about [X]'),
      ownPrompt(1, 1, 'poem', { prompt_value: 'A poem', default_prompt: 'A poem about [X]' }),
      ownPrompt(2, 1, 'poem', { prompt_value: 'My poem about [X]', default_prompt: 'A poem about [X]' }),
    ])
    expect(said).toContain('row 7 is the ideas prompt already')
    expect(said).toContain("system.integrationsettings 1 is this account's openai already")
    expect(said).toContain("system.aiprompt 1 is this account's poem prompt already")
    expect(said).toContain('Way out: delete the character from the text in the database.')
    expect(said).toContain('6 refused')
  })

  test('counts alone, where the first one is switched off, however that is written', async () => {
    for (const off of [false, 0, '0', 'f', 'False']) {
      const first = overrides(1, 1, 'openai', { temperature: 0.5 })
      const second = overrides(2, 1, 'openai', { temperature: 1 })
      const place = new ImportPlace([...BASE_ROWS, { ...first, fields: { ...first.fields, is_active: off } }, second])
      expect(await place.run()).toMatchObject({ code: 0 })
      expect(place.read('config/accounts/ac/acme.yaml')).toContain('temperature: 1')
    }
  })
})

test('two rows of global settings are refused both', async () => {
  const said = await refusal([...BASE_ROWS, { ...SETTINGS, pk: 2 }], '--partial')
  expect(said).toContain('there are 2 rows of global settings')
  expect(said).toContain('there are no settings without it')
  expect(said).not.toContain('create settings.yaml')
})

test('what leads a key elsewhere', async () => {
  const config = { base_url: 'https://example.org/v1', headers: { a: 'b' }, organization: 'org-1', model: 'gpt-4o' }
  const said = await refusal([...BASE_ROWS, overrides(1, 1, 'openai', config)])
  expect(said).toContain("it would send the platform's key elsewhere (base_url, headers and organization)")
})

describe('keys reach no file and no output', () => {
  const key = `sk-proj-${random(74, 3)}`
  const google = `AIzaSy${random(33, 9)}`

  /** Imports, and looks for the keys in all that there is, in any case. */
  async function searched(rows: readonly unknown[], ...args: readonly string[]): Promise<string> {
    const place = new ImportPlace(rows)
    const { stdout, stderr } = await place.run('--partial', '--report', 'report.json', ...args)
    rmSync(join(place.folder, 'dump.json'))
    const files = readdirSync(place.folder, { recursive: true, encoding: 'utf8', withFileTypes: true })
    const texts = files.flatMap((file) => [
      file.name,
      ...(file.isFile() ? [readFileSync(join(file.parentPath, file.name), 'utf8')] : []),
    ])
    const all = [...texts, stdout, stderr].join('\n')
    for (const secret of [key, google, Buffer.from(key).toString('base64')]) {
      for (const part of [secret.slice(8, 28), secret.slice(-20)]) {
        expect(all.toLowerCase()).not.toContain(part.toLowerCase())
      }
    }
    return stdout + stderr + (existsSync(join(place.folder, 'report.json')) ? place.read('report.json') : '')
  }

  const disguises: readonly (readonly [string, string, number])[] = [
    ['plain', key, 0],
    ['of small letters and capitals', google, 1],
    ['in base64', Buffer.from(key).toString('base64'), 2],
    ['in a sentence', `use ${key}, please`, 3],
    ['in JSON as text', JSON.stringify({ a: [{ b: key }] }), 4],
  ]
  const rows: readonly Row[] = [
    ...BASE_ROWS,
    account(2, 'beta', { owner: 1, notes: 'x' }),
    overrides(1, 1, 'openai', { model: 'gpt-4o', temperature: 0.5 }),
    prompt(1, 'ideas', 'Ideas for [X]'),
    ownPrompt(1, 1, 'ideas', { prompt_value: 'My ideas for [X]', default_prompt: 'Ideas for [X]' }),
    row('system.globalauthorprofile', 1, { name: 'Calm', tone: 'calm', structure_template: { a: 'b' } }),
    row('system.authorprofile', 1, { account: 1, name: 'Bold', tone: 'bold' }),
    row('system.globalstrategy', 1, { name: 'Plan', description: 'x', section_logic: ['a'] }),
    row('system.strategy', 1, { account: 1, name: 'Own', description: 'x', sector: 'y' }),
    row('system.accountintegrationoverride', 1, { account: 1, value: 'x' }),
    row('other.session', 1, { data: 'x' }),
  ]
  const places = rows.flatMap((one, i) =>
    Object.keys(one.fields).map((column) => [`${one.model} ${i}`, i, column] as const),
  )

  test.each(disguises)('%s, in every column of every model', async (_, secret, turn) => {
    for (const [, at, column] of some(places, turn)) {
      const planted = rows.map((one, i) => (i === at ? { ...one, fields: { ...one.fields, [column]: secret } } : one))
      await searched(planted)
    }
  })

  test.each(disguises)('%s, as a primary key, a model, a column, and a member of JSON', async (_, secret, turn) => {
    for (const at of rows.keys()) {
      const changes = [
        (one: Row) => ({ ...one, pk: secret, fields: { ...one.fields, token: key } }),
        (one: Row) => ({ ...one, model: secret }),
        (one: Row) => ({ ...one, fields: { ...one.fields, [secret]: 'x', more: { [secret]: [secret] } } }),
        (one: Row) => ({ ...one, fields: { ...one.fields, config: { [secret]: secret, api_key: secret } } }),
        (one: Row) => ({ [secret]: secret, model: one.model }),
      ]
      for (const change of some(changes, at + turn)) {
        await searched(rows.map((one, i) => (i === at ? change(one) : one)))
      }
    }
  })

  test('an id is made of no key, in whatever case the key is written', async () => {
    const said = await searched([
      ...GLOBAL,
      account(1, google, { name: 'Acme' }),
      account(google, google, { name: google }),
    ])
    expect(said).toContain('became acme')
    expect(said).toContain('neither its name nor its primary key gives an id')
    for (const { kind, body, key: secret } of KINDS) {
      const place = new ImportPlace([...GLOBAL, account(1, secret, { name: 'Acme' })])
      const { stdout } = await place.run()
      expect(stdout.toLowerCase(), kind).not.toContain(body.slice(0, 12).toLowerCase())
    }
  })

  test('a key that is cut off in a message is masked before', async () => {
    await searched([...BASE_ROWS, overrides(1, `${'x '.repeat(25)}${key}`, 'openai', { model: 'gpt-4o' })])
  })

  test('in what is asked for', async () => {
    for (const args of [
      ['--select', `${key}=acme`],
      ['--id', `1=${key}`],
      ['--plan', `${key}=growth`],
      ['--plan', `free=${key}`],
    ]) {
      await searched(BASE_ROWS, ...args)
    }
  })

  test('the report says where they are, and what to do', async () => {
    const said = await searched([...rows, overrides(2, 2, 'openai', { api_key: random(32, 9), model: key })])
    expect(said).toContain('- `system.integrationsettings 2`: `config.api_key`')
    expect(said).toContain('it has a credential of its own (api_key and model)')
    const text = await searched([...BASE_ROWS, prompt(1, 'ideas', `Use ${key}`)])
    expect(text).toContain('Way out: revoke the credential, and delete it from the row.')
    const unknown = await searched([...BASE_ROWS, { data: { deep: key } }])
    expect(unknown).toContain('- `(none)`: `data.deep`')
  })

  test('in a CSV, in cells that are wrong too', async () => {
    const place = new ImportPlace().write(
      'a.csv',
      `id;plan;openai.temperature\nacme;growth;${key}\n${key};free;\nb;${google};\nc;d\n`,
    )
    const { stdout, stderr } = await place.failsOf('a.csv', 1)
    expect(stdout + stderr).not.toMatch(new RegExp(`${key.slice(8, 28)}|${google.slice(8, 28)}`, 'i'))
    expect(stdout).toContain('`account acme`: `openai.temperature`')
    expect(stdout).toContain('`account b`: `plan`')
  })
})

describe('a CSV', () => {
  test.each([
    ['German', 'id;plan;openai.temperature\r\nacme;growth;0,7\r\n', 'openai.temperature has a decimal comma'],
    [
      'French',
      'id;plan;openai.max_tokens\r\nacme;growth;4\u202f000\r\n',
      'openai.max_tokens has its thousands separated',
    ],
    ['a mangled id', 'id,plan\n1E5,growth\n', 'the id is a number as a spreadsheet shortens it'],
    ['an id twice', 'id,plan\na,growth\na,free\n', 'the account is in line 2 already'],
    ['another plan', 'id,plan\na,Growth\n', 'the plan is not free, starter, growth or scale'],
  ])('%s', async (_, text, says) => {
    const place = new ImportPlace().write('a.csv', text)
    const { stdout } = await place.failsOf('a.csv', 1)
    expect(stdout).toContain(says)
    expect(stdout).toMatch(/Way out: \S/)
  })

  test('Windows-1252, and columns that there are not', async () => {
    const place = new ImportPlace().write('a.csv', Buffer.from('id,plan,name\na,free,M\xfcller\n', 'latin1'))
    expect((await place.failsOf('a.csv', 1)).stderr).toContain('a.csv:2: it is not UTF-8')
    place.write('a.csv', 'id,plan,openai.modle\na,free,x\n')
    expect((await place.failsOf('a.csv', 1)).stderr).toContain('did you mean "openai.model"?')
  })

  test.each([['--plan', 'a=free'], ['--id', 'a=b'], ['--map', 'map.yaml'], ['--follow']])(
    'takes no %s',
    async (...args) => {
      const place = new ImportPlace().write('a.csv', 'id,plan\na,free\n').write('map.yaml', 'models: {}\n')
      expect((await place.failsOf('a.csv', 2, ...args)).stderr).toContain(`${args[0]} is for a database’s dump`)
    },
  )
})

describe('a map', () => {
  test.each([
    ['models: { session: { becomes: nothing } }', 'no row of the dump is of the model "session", which the map names'],
    ['models: { account: { becomes: account, id: [slugg], plan: plan } }', 'no row of account has the column "slugg"'],
    [
      'models: { account: { becomes: acount, id: [slug], plan: plan } }',
      'map.yaml:1:31: models.account.becomes is none',
    ],
    ['models: { account: { becomes: account, id: [slug] } }', 'map.yaml:1:20: models.account lacks "plan"'],
    [
      'models: { globalintegrationsettings: { becomes: settings, fields: { openai_model: providers.openai.modle } } }',
      'gives globalintegrationsettings.openai_model to "providers.openai.modle", and there is no such place',
    ],
    ['models: { plan: { becomes: overrides, type: slug, config: name } }', 'models.plan lacks "account"'],
    ['models: { account: { becomes: account', 'map.yaml:1:38: this is no YAML'],
    ['models: {}\nmodels: {}\n', 'map.yaml:2:1: this is no YAML'],
    ['models:\n  account: &a { becomes: account, id: [slug], plan: plan }\n  plan: *a\n', 'map.yaml has an alias'],
    ['models: {}\n---\nmodels: {}\n', 'this is no YAML: MULTIPLE_DOCS'],
    ['', 'the map is not a mapping of names to values'],
    ['- a', 'the map is not a mapping of names to values'],
    ['models: []', 'map.yaml:1:9: models is not a mapping of names to values'],
    ['models: { account: { becomes: account, id: slug, plan: plan } }', 'models.account.id is not a list'],
    ['models: { __proto__: { becomes: nothing } }', 'no row of the dump is of the model "__proto__"'],
    ['models: { Account: { becomes: nothing } }', 'small letters'],
    ['models: {}\nprompts: { ideas: { placeholders: braces } }', 'no global prompt of the dump is of the type "ideas"'],
    ['models: {}\nprompts: { ideas: { placeholders: curly } }', 'prompts.ideas.placeholders is none of the values'],
  ])('%j', async (map, says) => {
    expect(await usage(['--map', 'map.yaml'], BASE_ROWS, { 'map.yaml': map })).toContain(says)
  })

  test('that there is not', async () => {
    expect(await usage(['--map', 'nope.yaml'])).toContain('there is no map nope.yaml')
  })
})

describe('--select', () => {
  const rows = [...BASE_ROWS, account(2, 'bird', { plan: 1 }), overrides(1, 1, 'dalle', { size: '1024x1024' })]
  test.each([
    [['x'], '--select takes PROVIDER=ACCOUNTS, not "x"'],
    [['dalle='], '--select takes PROVIDER=ACCOUNTS'],
    [['=acme'], '--select takes PROVIDER=ACCOUNTS'],
    [['dall=acme'], 'did you mean "dalle"?'],
    [['text=acme'], '--select: "text" is no provider'],
    [['dalle=nobody'], '--select: there is no account "nobody"'],
    [['dalle=*,nobody'], '--select: there is no account "nobody"'],
    [['dalle=bird'], '--select: "bird" is on Free, which overrides nothing'],
    [['dalle=acme', 'runware=1'], '--select: runware and dalle are both selected for "1"'],
    [['dalle=*', 'runware=*'], '--select: runware and dalle are both selected for all'],
  ])('%j', async (selects, says) => {
    expect(
      await usage(
        selects.flatMap((one) => ['--select', one]),
        rows,
      ),
    ).toContain(says)
  })

  test('what is said of an account counts before what is said of all', async () => {
    const place = new ImportPlace([...rows, account(3, 'cat'), overrides(2, 3, 'dalle', { size: '1024x1024' })])
    expect(await place.run('--select', 'runware=acme', '--select', 'dalle=*')).toMatchObject({ code: 0 })
    expect(place.read('config/accounts/ac/acme.yaml')).toContain('provider: runware')
    expect(place.read('config/accounts/ca/cat.yaml')).toContain('provider: dalle')
    expect(place.read('config/accounts/bi/bird.yaml')).not.toContain('provider')
  })
})

describe('a folder with work in it', () => {
  test.each<[Readonly<Record<string, string>>, string]>([
    [{ 'config/settings.yaml': 'text: { provider: openai }\n' }, 'no import wrote (no .import.json): settings.yaml'],
    [{ 'config/accounts/z.yaml': 'id: z\nplan: free\n' }, 'accounts/z.yaml'],
    [{ 'config/accounts': 'x' }, 'config/accounts: "accounts" is not a YAML file'],
    [{ config: 'x' }, 'config is not a folder'],
    [{ 'config/notes.txt': 'x' }, 'config/notes.txt: "notes.txt" is not a YAML file'],
  ])('%j', async (files, says) => {
    expect(await usage([], BASE_ROWS, files)).toContain(says)
  })

  test.each<[Readonly<Record<string, string>>, string]>([
    [{ 'config/models.yaml': 'models: { a: [ }\n' }, 'config/models.yaml:1'],
    [{ 'config/providers.yaml': 'kinds: [\n' }, 'config/providers.yaml is wrong'],
    [
      { 'config/functions.yaml': 'functions:\n  f: { kind: text, prompts: [nowhere] }\n' },
      'no prompt type "nowhere": there is no prompts/nowhere.yaml',
    ],
  ])('%j', async (files, says) => {
    const place = new ImportPlace()
    for (const [path, text] of Object.entries(files)) place.write(path, text)
    const { stdout, stderr } = await place.fails(1)
    expect(stdout + stderr).toContain(says)
    expect(stderr).toMatch(/help: \S/)
  })

  test('another vocabulary: what it lacks is refused', async () => {
    const place = new ImportPlace([...BASE_ROWS, overrides(1, 1, 'anthropic', { temperature: 0.5 })])
    const vocabulary = readFileSync(join(TEMPLATE, 'providers.yaml'), 'utf8')
    place.write('config/providers.yaml', vocabulary.replace(/^ {2}anthropic:\n(?: {4}.*\n|\n)+/m, ''))
    expect((await place.fails(1)).stdout).toContain('`anthropic` is no provider')
  })

  test.skipIf(process.platform === 'win32')('a link in place of accounts/, or of the folder', async () => {
    const place = new ImportPlace()
    mkdirSync(join(place.folder, 'elsewhere'))
    mkdirSync(join(place.folder, 'config'))
    symlinkSync(join(place.folder, 'elsewhere'), join(place.folder, 'config', 'accounts'))
    const { stderr } = await place.fails(2)
    expect(stderr).toContain('accounts')
    expect(readdirSync(join(place.folder, 'elsewhere'))).toEqual([])
  })

  test.skipIf(!CAN_BE_UNPRIVILEGED)('that nobody may write to, or beside', async () => {
    const place = new ImportPlace()
    const config = join(place.folder, 'config')
    mkdirSync(config)
    for (const closed of [config, place.folder]) {
      chmodSync(closed, 0o555)
      onTestFinished(() => openAgain(closed))
      const before = treeOf(place.folder)
      const ran = await unprivileged(['import', 'dump.json'], place.folder)
      chmodSync(closed, 0o555)
      expectNoTrace(ran)
      expect(ran, ran.stdout + ran.stderr).toMatchObject({ code: 3 })
      expect(ran.stderr).toMatch(/^error: cannot write .*\n help: \S/m)
      expect(Object.keys(treeOf(place.folder))).toEqual(Object.keys(before))
      openAgain(closed)
    }
  })

  test('--report over what is read', async () => {
    expect(await usage(['--report', './dump.json'])).toContain('--report would overwrite dump.json')
  })

  test('--report where nothing can be written, and --pr where there is no repository', async () => {
    const place = new ImportPlace()
    expect((await place.fails(3, '--report', 'no/r.json')).stderr).toContain('cannot write no/r.json')
    expect((await place.fails(2, '--pr')).stderr).toContain('config is in no git repository')
  })
})

/** An account whose file is long. */
const LONG = [
  ...BASE_ROWS,
  prompt(1, 'ideas', 'Ideas for [X]'),
  ownPrompt(1, 1, 'ideas', { prompt_value: `${'well '.repeat(40_000)}[X]`, default_prompt: 'Ideas for [X]' }),
]

/** An empty configuration as `init` writes it, so that an import moves single files into folders that exist. */
function initialised(rows: readonly Row[]): ImportPlace {
  const place = new ImportPlace(rows)
  for (const path of readdirSync(TEMPLATE, { recursive: true, encoding: 'utf8' })) {
    if (path.endsWith('.yaml')) place.write(join('config', path), readFileSync(join(TEMPLATE, path)))
  }
  return place
}

describe.skipIf(process.platform === 'win32')('a disk that is full, and an end in the middle', () => {
  test.each([10, 100])('no file over %i blocks can be written: nothing is', async (blocks) => {
    for (const place of [new ImportPlace(LONG), initialised(LONG)]) {
      const before = treeOf(place.folder)
      const ran = await run(
        'sh',
        ['-c', `ulimit -f ${blocks}; exec "$0" "$@"`, process.execPath, CLI, 'import', 'dump.json'],
        place.folder,
      )
      expectNoTrace(ran)
      expect(ran.code, ran.stderr).toBe(3)
      expect(ran.stderr).toMatch(/^error: cannot write .*\n help: \S/m)
      expect(treeOf(place.folder)).toEqual(before)
    }
  })

  test('killed at any write to its place: as before or whole, or whole after a second run', async () => {
    const whole = initialised(BASE_ROWS)
    await whole.run()
    const files = (place: ImportPlace): object => {
      const all = Object.entries(treeOf(join(place.folder, 'config')))
      return Object.fromEntries(all.filter(([path]) => !/(^|\/)\.[^/]*\.tmp$/.test(path)))
    }
    const expected = files(whole)
    let ended = 0
    for (let at = 0; ended < 1; at += stride(2)) {
      const place = initialised(BASE_ROWS)
      const before = files(place)
      const ran = await killed(['import', 'dump.json'], place.folder, { at, near: '/config/' })
      if (ran.code !== null) ended++
      else if (!existsSync(join(place.folder, 'config', '.import.unfinished'))) {
        expect([before, expected]).toContainEqual(files(place))
      }
      if (ran.code !== null) expect(ran.code, ran.stderr).toBe(0)
      if (place.has('config/.import.json') && !place.has('config/.import.unfinished')) {
        expect(files(place)).toEqual(expected)
      }
      const again = await tenfold(['import', 'dump.json'], place.folder)
      expect(again, again.stderr).toMatchObject({ code: 0 })
      expect(files(place)).toEqual(expected)
    }
  })

  test('a new folder appears whole, or not at all', async () => {
    let ended = false
    for (let at = 0; !ended; at += stride(9)) {
      const place = new ImportPlace()
      const ran = await killed(['import', 'dump.json'], place.folder, { at })
      ended = ran.code !== null
      expect(place.has('config/settings.yaml')).toBe(place.has('config/.import.json'))
      if (place.has('config')) expect(await tenfold(['check'], place.folder)).toMatchObject({ code: 0 })
    }
  })

  test.each(['SIGINT', 'SIGTERM', 'SIGHUP'] as const)('%s leaves nothing', async (signal) => {
    const accounts = Array.from({ length: 3000 }, (_, i) => account(i + 2, `account-${i}`))
    const place = new ImportPlace([...BASE_ROWS, ...accounts])
    const before = treeOf(place.folder)
    const hook = `
      import fs from 'node:fs'
      import { syncBuiltinESMExports } from 'node:module'
      const real = fs.mkdtempSync
      fs.mkdtempSync = (...args) => {
        if (String(args[0]).includes('-import-')) process.kill(process.pid, '${signal}')
        return real(...args)
      }
      syncBuiltinESMExports()`
    const flags = ['--import', `data:text/javascript,${encodeURIComponent(hook)}`]
    const ran = await run(process.execPath, [...flags, CLI, 'import', 'dump.json'], place.folder)
    expect(ran.code).toBeNull()
    expect(treeOf(place.folder)).toEqual(before)
  })
})

test('a full disk', async (context) => {
  if (process.platform !== 'linux' || process.getuid?.() !== 0) return context.skip()
  const disk = join(new ImportPlace().folder, 'disk')
  mkdirSync(disk)
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=64k', 'tmpfs', disk], { stdio: 'ignore' })
  } catch {
    return context.skip()
  }
  onTestFinished(() => {
    execFileSync('umount', [disk])
  })
  const place = new ImportPlace(LONG)
  writeFileSync(join(disk, 'keep'), '')
  const before = treeOf(disk)
  const ran = await tenfold(['import', 'dump.json', '--out', join(disk, 'config')], place.folder)
  expectNoTrace(ran)
  expect(ran, ran.stderr).toMatchObject({ code: 3 })
  expect(ran.stderr).toContain('no space left on the disk')
  expect(treeOf(disk)).toEqual(before)
})
