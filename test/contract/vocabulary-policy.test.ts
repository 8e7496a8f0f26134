import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { WIDER } from '../support/vocabulary.ts'
import { written } from '../support/written-vocabulary.ts'
import { writeConfig } from '../support/config.ts'
import { git, tenfold } from '../support/run.ts'

const ACCOUNT = 'id: acme\nplan: scale\noverrides:\n  openai: { reasoning_effort: low, logprob: true }\n'
let folder = ''

/** A base without a vocabulary of its own, and a change that brings one and uses it at once. */
beforeAll(async () => {
  folder = writeConfig({}, mkdtempSync(join(tmpdir(), 'tenfold-')))
  await git(folder, 'init', '-q', '-b', 'main')
  await git(folder, 'add', '-A')
  await git(folder, 'commit', '-qm', 'base')
  writeConfig({ 'providers.yaml': WIDER, 'accounts/acme.yaml': ACCOUNT }, folder)
})

afterAll(() => rmSync(folder, { recursive: true, force: true }))

describe('a vocabulary that comes with what uses it', () => {
  it('does not judge its own change, which says what to do', async () => {
    const { code, stdout } = await tenfold(['check', '--policy', 'main', '--format', 'json'], folder)
    expect(code).toBe(1)
    const { diagnostics } = JSON.parse(stdout)
    expect(diagnostics).toMatchObject([
      {
        rule: 'schema/unknown-key',
        message: expect.stringContaining('reasoning_effort'),
      },
      { rule: 'schema/unknown-key', message: expect.stringContaining('logprob') },
    ])
  })

  it('tells what the vocabulary to come allows', async () => {
    writeConfig({ 'providers.yaml': WIDER, 'accounts/acme.yaml': ACCOUNT.replace(', logprob: true', '') }, folder)
    const { stdout } = await tenfold(['check', '--policy', 'main', '--format', 'json'], folder)
    expect(JSON.parse(stdout).diagnostics).toMatchObject([
      { rule: 'schema/unknown-key', help: expect.stringContaining('bring that file in a change before this one') },
    ])
    expect((await tenfold(['check'], folder)).stdout).toContain('model/mismatch')
  })

  it('is reported itself where it is wrong', async () => {
    writeConfig(
      {
        'providers.yaml': 'kinds: {}\nproviders: { a: { kind: b } }\n',
        'accounts/acme.yaml': 'id: acme\nplan: free\n',
      },
      folder,
    )
    const { code, stdout } = await tenfold(['check', '--policy', 'main', '--format', 'json'], folder)
    expect(code).toBe(1)
    expect(JSON.parse(stdout).diagnostics).toMatchObject([
      { rule: 'schema/not-allowed', file: 'config/providers.yaml', line: 2 },
    ])
  })
})

it('judges a clean checkout by the base as well', async () => {
  writeConfig({ 'providers.yaml': written(), 'accounts/acme.yaml': 'id: acme\nplan: free\n' }, folder)
  await git(folder, 'add', '-A')
  await git(folder, 'commit', '-qm', 'the built-in vocabulary, written out')
  await git(folder, 'branch', '-f', 'main')
  await git(folder, 'checkout', '-qb', 'seed')
  const seed = written().replace('    parameters:\n', '    parameters:\n      seed: { type: integer }\n')
  writeConfig(
    {
      'providers.yaml': seed,
      'accounts/acme.yaml': ACCOUNT.replace('reasoning_effort: low, logprob: true', 'seed: 3'),
    },
    folder,
  )
  await git(folder, 'commit', '-qam', 'a parameter, and its use')
  for (const more of [[], ['--since', 'main']]) {
    const { code, stdout } = await tenfold(['check', '--policy', 'main', '--format', 'json', ...more], folder)
    expect({ code, found: JSON.parse(stdout).diagnostics }).toMatchObject({
      code: 1,
      found: [{ rule: 'schema/unknown-key', message: expect.stringContaining('seed') }],
    })
  }
})
