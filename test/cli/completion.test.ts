import { chmodSync, mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { temporaryFolder, writeConfig } from '../support/config.ts'
import { CLI, commitAll, run, tenfold } from '../support/run.ts'

const FILES = {
  'accounts/acme.yaml': 'id: acme\nplan: growth\n',
  'accounts/eu/apex.yaml': 'id: apex\nplan: free\n',
  'accounts/broken.yaml': 'id: [\n',
}

describe('what may come next', () => {
  test.each([
    [['se'], ['set', 'serve']],
    [
      ['account', ''],
      ['remove', 'rename'],
    ],
    [
      ['prompt', 're'],
      ['reset', 'rebase'],
    ],
    [
      ['check', '--s'],
      ['--staged', '--since'],
    ],
    [
      ['check', '--format', ''],
      ['pretty', 'json', 'github', 'sarif', 'junit'],
    ],
    [
      ['check', '--format=j'],
      ['--format=json', '--format=junit'],
    ],
    [
      ['get', 'a'],
      ['acme', 'apex', 'auto_cluster'],
    ],
    [
      ['get', 'acme', 'gen'],
      ['generate_content', 'generate_images'],
    ],
    [['get', 'acme', '--prompt', 'c'], ['clustering']],
    [
      ['get', 'acme', '--plan', 's'],
      ['starter', 'scale'],
    ],
    [
      ['set', 'acme', 'dalle.s'],
      ['dalle.size', 'dalle.style'],
    ],
    [['plan', 'acme', 'gr'], ['growth']],
    [['check', '--since', 'ma'], ['main']],
    [
      ['completion', ''],
      ['bash', 'zsh', 'fish'],
    ],
    [['get', '--config', ''], [':folders']],
    [['get', '--trust', ''], [':files']],
    [['no-such-command', 'x'], []],
    [
      ['set', 'acme', 'name', '-'],
      ['--config', '--format', '--no-color', '--quiet', '--pr', '--remote', '--base', '--forge', '--help'],
    ],
  ])('%j', async (words, expected) => {
    const folder = writeConfig(FILES)
    await commitAll(folder)
    const { code, stdout, stderr } = await tenfold(['__complete', '--', ...words], folder)
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
    expect(
      stdout
        .split('\n')
        .filter((line) => line !== '')
        .map((line) => line.split('\t')[0]),
    ).toEqual(expected)
  })

  test('is no error where there is no configuration, and follows --config', async () => {
    const folder = writeConfig(FILES)
    const elsewhere = temporaryFolder()
    expect(await tenfold(['__complete', '--', 'get', 'a'], elsewhere)).toEqual({ code: 0, stdout: '', stderr: '' })
    expect(
      (await tenfold(['__complete', '--', 'get', '--config', join(folder, 'config'), 'ac'], elsewhere)).stdout,
    ).toBe('acme\n')
    await commitAll(folder)
    const since = ['__complete', '--', 'check', '--config', join(folder, 'config'), '--since', 'm']
    expect((await tenfold(since, elsewhere)).stdout).toBe('main\n')
  })

  test('is no command that anybody is told of', async () => {
    expect((await tenfold(['--help'], temporaryFolder())).stdout).not.toContain('__complete')
    expect(await tenfold(['completion', 'bsh'], temporaryFolder())).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('did you mean "bash"?'),
    })
  })
})

describe('in bash', () => {
  async function reply(line: string): Promise<string[]> {
    const folder = writeConfig(FILES)
    const bin = temporaryFolder()
    mkdirSync(bin, { recursive: true })
    writeFileSync(join(bin, 'tenfold'), `#!/bin/sh\nexec '${process.execPath}' '${CLI}' "$@"\n`)
    chmodSync(join(bin, 'tenfold'), 0o755)
    const script = [
      'source <(tenfold completion bash)',
      'COMP_LINE=$1; COMP_POINT=${#1}; read -ra COMP_WORDS <<<"$1"; [[ $1 == *" " ]] && COMP_WORDS+=("")',
      'COMP_CWORD=$(( ${#COMP_WORDS[@]} - 1 )); compopt() { :; }; _tenfold; printf "%s\\n" "${COMPREPLY[@]}"',
    ].join('\n')
    const ran = await run('bash', ['-c', script, 'bash', line], folder, { PATH: `${bin}:${process.env['PATH'] ?? ''}` })
    expect(ran).toMatchObject({ code: 0, stderr: '' })
    return ran.stdout.split('\n').filter((word) => word !== '')
  }

  test.each([
    ['tenfold ac', ['account']],
    ['tenfold get ', ['acme', 'broken', 'apex', 'auto_cluster', 'generate_content', 'generate_images']],
    ['tenfold set acme openai.te', ['openai.temperature']],
    ['tenfold check --format ', ['pretty', 'json', 'github', 'sarif', 'junit']],
  ])('%s', async (line, words) => {
    expect((await reply(line)).sort()).toEqual([...words].sort())
  })
})
