import { spawn } from 'node:child_process'
import { mkdirSync, renameSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { expectNoTrace, expectRefused, unchanged } from '../faults/support.ts'
import { writeConfig } from '../support/config.ts'
import { CLI, ROOT, commitAll, run, tenfold } from '../support/run.ts'
import { WARNED, WRONG, edit, withAccount } from './support.ts'

const EVERY = ['--config', '--format', '--no-color', '--quiet', '--help']
const COMMANDS: Readonly<Record<string, readonly string[]>> = {
  check: ['--at', '--since', '--policy', '--fix', '--max-warnings'],
  compile: ['--out', '--at', '--flat'],
  release: ['--env', '--to'],
  publish: ['--to', '--from'],
  verify: ['<store>'],
  get: ['<account>', '[function]', '--prompt', '--plan', '--store'],
  explain: ['<account>', '[function]'],
}

test('--help of every command names each flag, and exits with 0', async () => {
  const all = await Promise.all(Object.keys(COMMANDS).map((command) => tenfold([command, '--help'], ROOT)))
  for (const [i, [command, flags]] of Object.entries(COMMANDS).entries()) {
    expect(all[i]).toMatchObject({ code: 0, stderr: '' })
    for (const flag of [...EVERY, ...flags]) expect(all[i]?.stdout, command).toContain(flag)
  }
  const whole = await tenfold(['--help'], ROOT)
  expect(whole).toMatchObject({ code: 0, stderr: '' })
  for (const command of Object.keys(COMMANDS)) expect(whole.stdout).toContain(`  ${command} `)
})

test('the help fits into 80 columns, and says what an edit is told after the accounts', async () => {
  const asked = [[], ['keys'], ['prompt'], ['review'], ['set'], ['prompt', 'reset']]
  const all = await Promise.all(asked.map((command) => tenfold([...command, '--help'], ROOT)))
  for (const { stdout } of all) expect(stdout.split('\n').filter((line) => line.length > 80)).toEqual([])
  expect(all[4]?.stdout).toContain('Usage: tenfold set [options] <account...> <field> <value>\n')
  expect(all[5]?.stdout).toContain('Usage: tenfold prompt reset [options] <account...> <type>\n')
})

test('--version', async () => {
  expect(await tenfold(['--version'], ROOT)).toMatchObject({
    code: 0,
    stdout: expect.stringMatching(/^\d+\.\d+\.\d+\n$/),
  })
})

test('called without a command it shows the help, and that is wrong usage', async () => {
  expect(await tenfold([], ROOT)).toMatchObject({ code: 2, stdout: '', stderr: expect.stringContaining('Commands:') })
})

describe('wrong usage is exit 2, with the nearest name, and changes nothing', () => {
  test.for([
    [['chek'], 'check'],
    [['check', '--sinc', 'HEAD'], '--since'],
    [['release', '--envv', 'x'], '--env'],
    [['get', 'acme', '--promt', 'clustering'], '--prompt'],
    [['check', '--format', 'jsno'], 'json'],
    [['compile', '--format', 'sarif'], 'pretty, json'],
    [['get', 'acme', 'generate_content', '--format', 'prety'], 'pretty'],
    [['get', 'acme', 'generate_contnet'], 'generate_content'],
    [['explain', 'acme', 'generate_contnet'], 'generate_content'],
    [['get', 'acme', '--prompt', 'clusterin'], 'clustering'],
    [['get', 'acme', 'generate_content', '--plan', 'grwoth'], 'growth'],
    [['get', 'acme', 'generate_content', '--plan', 'toString'], 'growth'],
    [['get', 'acme', 'constructor'], 'generate_content'],
    [['get', 'acme', '--prompt', '__proto__'], 'clustering'],
    [['get', 'acme'], 'get ACCOUNT FUNCTION'],
    [['get', 'acme', 'generate_content', '--prompt', 'clustering'], 'not both'],
    [['get'], 'account'],
    [['get', 'acme', 'generate_content', 'more'], 'arguments'],
    [['verify'], 'store'],
    [['check', '--max-warnings', 'few'], '--max-warnings'],
    [['check', '--max-warnings', '-1'], '--max-warnings'],
    [['check', '--at', 'HEAD', '--fix'], '--at'],
    [['check', '--config', 'confgi'], 'config'],
    [['compile', '--config', 'no/where'], 'no/where'],
    [['release', '--env', 'Not An Environment'], 'environment'],
    [['check', '--config', 'config/settings.yaml'], 'did you mean "config"?'],
    [['check', '--config', 'config/accounts/config'], 'did you mean "config"?'],
    [['check', '--config='], '--config'],
    [['check', '--config', 'config', 'chek'], 'arguments'],
    [['--config', 'config', 'check'], 'flags stand after the command'],
    [['compile', '--out', ''], '--out'],
    [['release', '--to', '.tenfold/store', '--to='], '--to'],
    [['publish', '--to', 's4:bucket'], 's4:bucket'],
    [['verify', ''], 'file:DIR'],
    [['verify', 'file:'], 'file:DIR'],
    [['verify', 'file://elsewhere/store'], 'file:DIR'],
    [['get', 'acme', 'generate_content', '--store', 'file:///%zz'], 'file:DIR'],
    [['get', 'acme', 'generate_content', '--store', 'file:///a%00b'], 'file:DIR'],
  ] as const)('%j', async ([args, names]) => {
    const folder = withAccount('id: acme\nplan: growth\n')
    const ran = await unchanged(folder, () => tenfold(args, folder))
    expect(ran).toMatchObject({ code: 2, stdout: '' })
    expect(ran.stderr).toContain(names)
    expectNoTrace(ran)
  })

  test('a revision that is not there, one that is a flag, and one where there is no git', async () => {
    const folder = withAccount('id: acme\nplan: growth\n')
    expectRefused(await tenfold(['check', '--at', 'HEAD'], folder), 2, 'is in no git repository')
    expectRefused(await tenfold(['check', '--since', 'HEAD'], folder), 2, 'is in no git repository')
    await commitAll(folder)
    for (const args of [
      ['check', '--at'],
      ['check', '--since'],
      ['check', '--policy'],
      ['compile', '--at'],
    ]) {
      expectRefused(
        await unchanged(folder, () => tenfold([...args, 'mian'], folder)),
        2,
        'there is no revision "mian"',
        'did you mean "main"?',
      )
    }
    expectRefused(await tenfold(['check', '--at=--output=x'], folder), 2, 'there is no revision "--output=x"')
  })
})

test('a key among the arguments is not repeated', async () => {
  const key = `sk-ant-api03-${'Zq8Wv2Lm9Xc4Rt7Yp1Kd6Hf3Js5Gb0Na'.repeat(3)}`
  for (const args of [
    [key],
    ['check', `--api-key=${key}`],
    ['keys', key],
    ['prompt', key, 'acme'],
    ['get', 'a', 'b', key],
  ]) {
    const ran = await tenfold(args, ROOT)
    expect(ran).toMatchObject({ code: 2, stdout: '', stderr: expect.stringMatching(/^error: (?:unknown|too many)/) })
    expect(ran.stderr).not.toContain('Zq8Wv2')
  }
})

describe('wrong usage comes before a wrong configuration', () => {
  test.for([
    ['get acme generate_contnet', 'generate_content'],
    ['get acme --prompt clusterin', 'clustering'],
    ['explain acme generate_contnet', 'generate_content'],
    ['set acm openai.temperature 0.5', 'did you mean "acme"? create it with `plan ACCOUNT PLAN`'],
    ['prompt customize acm ideas', 'did you mean "acme"? create it with `plan ACCOUNT PLAN`'],
  ] as const)('%s', async ([args, names]) => {
    const folder = withAccount(WRONG)
    rmSync(join(folder, 'config', 'models.yaml'))
    edit(folder, 'prompts/ideas.yaml', 'titel: Ideas\n')
    expectRefused(await unchanged(folder, () => tenfold(args.split(' '), folder)), 2, names)
  })
})

test('a missing folder: one spelled alike, the one further up, or the one beside it is named as it would be written', async () => {
  const folder = withAccount('id: acme\nplan: growth\n')
  mkdirSync(join(folder, 'more'))
  expectRefused(await tenfold(['check'], join(folder, 'more')), 2, 'did you mean "../config"?')
  expectRefused(await tenfold(['check', '--config', '../confgi'], join(folder, 'more')), 2, 'did you mean "../config"?')
  renameSync(join(folder, 'config'), join(folder, 'settings'))
  expectRefused(await tenfold(['check'], folder), 2, 'did you mean "settings"?')
})

test('a slip in the name of a target is no new folder', async () => {
  const folder = withAccount('id: acme\nplan: growth\n')
  edit(folder, 'tenfold.yaml', 'targets: { production: "file:out" }\n')
  const ran = await unchanged(folder, () => tenfold(['release', '--to', 'prodcution'], folder))
  expectRefused(ran, 2, 'tenfold.yaml has no target "prodcution"', 'did you mean "production"?', 'file:prodcution')
})

test('compile tells which objects of the release were there already, also where nothing changed', async () => {
  const folder = withAccount('id: acme\nplan: growth\n')
  const compiled = async (): Promise<unknown> =>
    JSON.parse((await tenfold(['compile', '--format', 'json'], folder)).stdout)
  expect(await compiled()).toMatchObject({ files_reused: 0, objects_reused: 0 })
  const again: unknown = await compiled()
  expect(again).toMatchObject({ files_parsed: 0, objects_written: 0, bytes_written: 0 })
  expect(again).not.toHaveProperty('objects_reused', 0)
})

const COMPILED = [
  'store',
  'root',
  'accounts',
  'files_parsed',
  'files_reused',
  'objects_written',
  'objects_reused',
  'bytes_written',
  'duration_ms',
] as const

describe('what a program reads goes to stdout alone', () => {
  test.for([
    [
      ['check', '--format', 'json'],
      ['diagnostics', 'summary'],
    ],
    [['compile', '--format', 'json'], COMPILED],
    [
      ['release', '--format', 'json'],
      [...COMPILED, 'seq', 'environment', 'published'],
    ],
    [
      ['get', 'acme', 'generate_content'],
      ['account', 'known', 'plan', 'function', 'provider', 'model', 'temperature', 'max_tokens', 'api_key'],
    ],
    [
      ['get', 'acme', 'generate_images', '--plan', 'growth'],
      ['account', 'known', 'plan', 'live_plan', 'function', 'provider', 'model', 'size', 'max_in_article', 'api_key'],
    ],
    [
      ['get', 'acme', '--prompt', 'clustering'],
      ['account', 'known', 'plan', 'prompt', 'prompt_value', 'default_prompt', 'is_customized'],
    ],
    [
      ['get', 'nobody', 'generate_content', '--format', 'json'],
      ['account', 'known', 'plan', 'function', 'provider', 'model', 'temperature', 'max_tokens', 'api_key'],
    ],
    [
      ['explain', 'acme', 'generate_content', '--format', 'json'],
      ['account', 'function', 'fields'],
    ],
    [
      ['compile', '--flat', '-'],
      ['accounts', 'commit', 'defaults', 'functions'],
    ],
  ] as const)('%j', async ([args, keys]) => {
    const folder = withAccount(WARNED)
    const ran = await tenfold(args, folder)
    expect(ran.code).toBe(0)
    expect(Object.keys(Object(JSON.parse(ran.stdout))).sort()).toEqual([...keys].sort())
  })

  test('an unknown account gets the globals', async () => {
    const ran = await tenfold(['get', 'nobody', 'generate_content'], withAccount(WARNED))
    expect(JSON.parse(ran.stdout)).toMatchObject({ account: 'nobody', known: false, plan: null, model: 'gpt-4o-mini' })
  })

  test('errors of the configuration are told on stderr, and stdout stays empty', async () => {
    const folder = withAccount(WRONG)
    const commands = ['compile --format json', 'compile --flat -', 'release --format json', 'get acme generate_content']
    for (const args of commands.map((command) => command.split(' '))) {
      const ran = await unchanged(folder, () => tenfold(args, folder))
      expect(ran).toMatchObject({ code: 1, stdout: '' })
      expect(ran.stderr).toContain('error[schema/unknown-key]')
      expect(ran.stderr).toContain('did you mean "model"')
    }
  })
})

const TERM = { TERM: 'xterm', NO_COLOR: '' }

describe('--quiet, and colours', () => {
  test('a count of warnings says whether it is all of them', async () => {
    const folder = withAccount(WARNED)
    expect((await tenfold(['compile'], folder)).stderr).toBe('note: 1 warning; `tenfold check` shows it\n')
    edit(folder, 'accounts/other.yaml', WARNED.replace('acme', 'other'))
    expect((await tenfold(['compile'], folder)).stderr).toBe(
      'note: 1 warning in the files that were parsed; `tenfold check` shows all\n',
    )
  })

  test('--quiet keeps notes back, and errors not', async () => {
    const folder = withAccount(WARNED)
    expect((await tenfold(['compile'], folder)).stderr).toContain('1 warning')
    expect((await tenfold(['compile', '--quiet'], folder)).stderr).toBe('')
    expect((await tenfold(['release', '--quiet'], folder)).stderr).toBe('')
    expect((await tenfold(['compile', '--quiet'], withAccount(WRONG))).stderr).toContain('error[')
  })

  // `script` gives the program a terminal, which is where it would use colours.
  test('a terminal has colours, unless --no-color or NO_COLOR asks for none', async ({ skip }) => {
    const folder = withAccount(WRONG)
    const terminal = (args: string, env: Record<string, string> = {}): ReturnType<typeof run> =>
      run('script', ['-qec', `'${process.execPath}' '${CLI}' check ${args}`, '/dev/null'], folder, { ...TERM, ...env })
    const coloured = await terminal('').catch(() => undefined)
    if (coloured === undefined) return skip('there is no `script` here to make a terminal')
    expect(coloured.stdout).toContain('\u001b[')
    expect((await terminal('--no-color')).stdout).not.toContain('\u001b[')
    expect((await terminal('', { NO_COLOR: '1' })).stdout).not.toContain('\u001b[')
    expect((await terminal('--format json')).stdout).not.toContain('\u001b[')
  })

  test('a pipe has none', async () => {
    expect((await tenfold(['check'], withAccount(WRONG), { FORCE_COLOR: '1' })).stdout).not.toContain('\u001b[')
  })
})

test('a reader that closes the pipe ends the program without a word', async () => {
  const wrong = Array.from({ length: 300 }, (_, i) => [`accounts/a${i}.yaml`, `id: a${i}\nplan: growth\nwrong: 1\n`])
  const folder = writeConfig(Object.fromEntries(wrong))
  for (const args of [
    ['check', '--format', 'json'],
    ['check', '--format', 'sarif'],
    ['check', '--format', 'github'],
  ]) {
    const ran = await run('bash', ['-c', '"$0" "$@" | head -1', process.execPath, CLI, ...args], folder)
    expect(ran.code).toBe(0)
    expect(ran.stdout.split('\n')).toHaveLength(2)
    expect(ran.stderr).toBe('')
  }
  const stderrClosed = await new Promise<number | null>((resolve) => {
    const child = spawn(process.execPath, [CLI, 'compile'], { cwd: folder, stdio: ['ignore', 'ignore', 'pipe'] })
    child.stderr.destroy()
    child.on('close', resolve)
  })
  expect(stderrClosed).toBe(1)
})
