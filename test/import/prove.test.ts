import { describe, expect, test } from 'vitest'
import { random } from '../lint/secret/planted.ts'
import { BASE_ROWS, ImportPlace, account, overrides, ownPrompt, prompt } from './dump.ts'

const ROWS = [
  ...BASE_ROWS,
  account(2, 'bird', { plan: 1 }),
  prompt(1, 'ideas', 'Ideas for [X]\n'),
  overrides(1, 1, 'openai', { temperature: '0.50', max_tokens: 4000 }),
  ownPrompt(1, 1, 'ideas', { prompt_value: 'Mine for [X]', default_prompt: 'Ideas for [X]\n' }),
]
const FUNCTION = 'write_article'

type Line = Readonly<Record<string, unknown>>

/** A dump, and what the old system answers. */
function asked(lines: readonly Line[] | string, rows: readonly unknown[] = ROWS): ImportPlace {
  const text = typeof lines === 'string' ? lines : lines.map((line) => `${JSON.stringify(line)}\n`).join('')
  return new ImportPlace(rows).write('flat.jsonl', text)
}

const PROVE = ['--prove', 'flat.jsonl']

/** The differences that are listed. */
async function differences(...lines: readonly Line[]): Promise<string[]> {
  const place = asked(lines)
  const { stdout, stderr } = await place.fails(1, ...PROVE)
  const [, list = ''] = /differences?:\n\n([^]*?)\n\n/.exec(stdout) ?? []
  const listed = list.split('\n')
  const count = listed.length === 1 ? '1 field' : `${listed.length} fields`
  expect(stderr).toContain(`nothing was written: ${count} would be answered differently`)
  expect(await place.run(...PROVE, '--dry-run')).toMatchObject({ code: 1 })
  return listed
}

describe('equal', () => {
  test('numbers, Decimals as text, texts, nulls, line ends; a field that a line lacks is not compared', async () => {
    const place = asked([
      { account: 1, function: FUNCTION, provider: 'openai', model: 'gpt-4o-mini', temperature: 0.5, max_tokens: 4000 },
      { account: 1, function: FUNCTION, temperature: '0.500', max_tokens: '4000.0', size: null, style: null },
      { account: '2', function: FUNCTION, temperature: '0.70', api_key: null },
      {
        account: 1,
        prompt: 'ideas',
        prompt_value: 'Mine for [X]',
        default_prompt: 'Ideas for [X]\r\n',
        is_customized: true,
      },
      { account: 2, prompt: 'ideas', prompt_value: 'Ideas for [X]\n', is_customized: false },
    ])
    const { code, stdout, stderr } = await place.run(...PROVE)
    expect(code, stdout + stderr).toBe(0)
    expect(stdout).toContain('### Proof\n\n5 answers compared, none differs.\n')
    expect(place.has('config/.import.json')).toBe(true)
  })

  test('no lines at all prove nothing', async () => {
    expect((await asked('\n').fails(1, ...PROVE)).stderr).toContain('flat.jsonl: it is empty')
  })
})

describe('different', () => {
  test.each<[string, Line, string[]]>([
    [
      'a number',
      { function: FUNCTION, temperature: 0.7 },
      ['`acme write_article` `temperature`: `0.7` there, `0.5` here'],
    ],
    [
      'a Decimal',
      { function: FUNCTION, temperature: '0.51' },
      ['`acme write_article` `temperature`: `"0.51"` there, `0.5` here'],
    ],
    [
      'a text',
      { function: FUNCTION, model: 'gpt-4' },
      ['`acme write_article` `model`: `"gpt-4"` there, `"gpt-4o-mini"` here'],
    ],
    [
      'a null',
      { function: FUNCTION, max_tokens: null },
      ['`acme write_article` `max_tokens`: `null` there, `4000` here'],
    ],
    ['nothing here', { function: FUNCTION, size: '1x1' }, ['`acme write_article` `size`: `"1x1"` there, nothing here']],
    [
      'a truth value',
      { function: FUNCTION, temperature: true },
      ['`acme write_article` `temperature`: `true` there, `0.5` here'],
    ],
    [
      'a list',
      { function: FUNCTION, model: ['gpt-4o-mini'] },
      ['`acme write_article` `model`: `["gpt-4o-mini"]` there, `"gpt-4o-mini"` here'],
    ],
    [
      'a prompt',
      { prompt: 'ideas', prompt_value: 'Other', is_customized: false },
      [
        '`acme --prompt ideas` `prompt_value`: `"Other"` there, `"Mine for [X]"` here',
        '`acme --prompt ideas` `is_customized`: `false` there, `true` here',
      ],
    ],
    [
      'a prompt that there is not',
      { prompt: 'poem', prompt_value: 'A' },
      ['`acme --prompt poem` `prompt_value`: `"A"` there, nothing here'],
    ],
    [
      'a name of JavaScript’s own',
      { prompt: 'constructor', name: 'A' },
      ['`acme --prompt constructor` `name`: `"A"` there, nothing here'],
    ],
  ])('%s', async (_, line, expected) => {
    expect(await differences({ account: 1, ...line })).toEqual(expected.map((one) => `- ${one}`))
  })

  test('an account that is not in the dump, or was refused', async () => {
    expect(await differences({ account: 9, function: FUNCTION, model: 'x' })).toEqual([
      '- `9 write_article` `account`: `9` there, nothing here',
    ])
    const place = asked([{ account: 3, function: FUNCTION, model: 'x' }], [...ROWS, account(3, 'c', { plan: 77 })])
    const { stdout, stderr } = await place.fails(1, ...PROVE)
    expect(stdout).toContain('`3 write_article` `account`: `3` there, nothing here')
    expect(stderr).toContain('1 row is refused')
  })

  test('many: the first are listed, the rest counted', async () => {
    const lines = Array.from({ length: 300 }, (_, i) => ({ account: 1, function: FUNCTION, [`field_${i}`]: i }))
    const { stdout } = await asked(lines).fails(1, ...PROVE)
    expect(stdout).toContain('300 answers compared, 300 differences:')
    expect(stdout).toContain('- and 100 more')
  })

  test('a name of a field is shown as code, on one line', async () => {
    expect(await differences({ account: 1, function: FUNCTION, 'x\n# <b>@a `b`': 1 })).toEqual([
      '- `acme write_article` `` x # <b>@a `b` ``: `1` there, nothing here',
    ])
  })

  test('--partial writes all the same, and ends with 1', async () => {
    const place = asked([{ account: 1, function: FUNCTION, temperature: 0.7 }])
    expect(await place.run(...PROVE, '--partial')).toMatchObject({ code: 1 })
    expect(place.has('config/settings.yaml')).toBe(true)
  })
})

describe('a file that is no list of answers', () => {
  const FORM = 'a line is {"account": PK, "function": NAME, …} or {"account": PK, "prompt": TYPE, …}'
  const right = JSON.stringify({ account: 1, function: FUNCTION })
  test.each([
    [`${right}\n{oops}\n${right}\n`, 'flat.jsonl:2: the row is not JSON', FORM],
    [`${right}\n3\n`, 'flat.jsonl:2: it is no object', FORM],
    ['{"account":1,"function":"x","a":NaN}\n', 'flat.jsonl:1: the row has NaN', FORM],
    ['{"function":"write_article"}\n', 'flat.jsonl:1: it names no account', FORM],
    ['{"account":null,"function":"write_article"}\n', 'flat.jsonl:1: it names no account', FORM],
    ['{"account":1}\n', 'flat.jsonl:1: it names neither a function nor a prompt', FORM],
    ['{"account":1,"function":3}\n', 'flat.jsonl:1: it names neither a function nor a prompt', FORM],
    [
      '{"account":1,"function":"write_artcle"}\n',
      'flat.jsonl:1: there is no function "write_artcle"',
      'did you mean "write_article"?',
    ],
    [
      '{"account":1,"function":"constructor"}\n',
      'flat.jsonl:1: there is no function "constructor"',
      'functions.yaml has',
    ],
  ])('%j', async (text, says, help) => {
    const { stderr } = await asked(text).fails(2, ...PROVE)
    expect(stderr).toContain(`error: ${says}`)
    expect(stderr).toContain(` help: ${help}`)
  })

  test('none, and a list', async () => {
    expect((await new ImportPlace(ROWS).fails(2, ...PROVE)).stderr).toContain('cannot read flat.jsonl: no such file')
    expect((await asked(`[${right}]`).fails(1, ...PROVE)).stderr).toContain('one value a line is expected')
  })
})

test('global files that are wrong: said, and nothing is compared', async () => {
  const place = asked([{ account: 1, function: FUNCTION, temperature: 0.7 }]).write(
    'config/functions.yaml',
    'functions: [\n',
  )
  const { stdout, stderr } = await place.fails(1, ...PROVE, '--partial')
  expect(stderr).toContain('--> config/functions.yaml:')
  expect(stderr).toContain('nothing was written: no answer can be compared while the global files are wrong')
  expect(stdout).not.toContain('### Proof')
})

test('keys are neither compared nor shown', async () => {
  const secret = `sk-proj-${random(74, 3)}`
  const plain = random(20, 5)
  const place = asked([
    { account: 1, function: FUNCTION, api_key: secret, openai_api_key: plain, apiKey: plain, token: plain },
    { account: 1, function: FUNCTION, model: secret, [secret]: 1, size: `${'a'.repeat(100)} ${secret}` },
    { account: secret, function: FUNCTION, size: { api_key: secret } },
    { account: 1, prompt: 'ideas', prompt_value: `Use ${Buffer.from(secret).toString('base64')}` },
  ])
  const { stdout, stderr } = await place.run(...PROVE, '--report', 'report.json', '--partial')
  const all = stdout + stderr + place.read('report.json') + place.read('config/.import.json')
  expect(stdout).toContain('4 answers compared, 5 differences:')
  for (const part of [
    secret.slice(8, 20),
    secret.slice(-12),
    plain,
    Buffer.from(secret).toString('base64').slice(8, 20),
  ]) {
    expect(all).not.toContain(part)
  }
  const wrong = asked(`{"account":1,"function":"${secret}"}\n`)
  expect((await wrong.fails(2, ...PROVE)).stderr).not.toContain(secret.slice(8, 20))
})
