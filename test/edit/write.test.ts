import { execFileSync } from 'node:child_process'
import {
  chmodSync,
  lstatSync,
  mkdirSync,
  readFileSync,
  readdirSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { writeFiles } from '../../src/base/write-files.ts'
import { temporaryFolder, writeConfig } from '../support/config.ts'
import { CLI, run, tenfold } from '../support/run.ts'

describe('what is written to', () => {
  test('a new file, and one that keeps its mode', () => {
    const folder = temporaryFolder()
    const [old, other] = [join(folder, 'old.json'), join(folder, 'new.json')]
    writeFileSync(old, 'before')
    chmodSync(old, 0o640)
    writeFiles([
      [old, 'after'],
      [other, 'new'],
    ])
    expect([readFileSync(old, 'utf8'), statSync(old).mode & 0o777, readFileSync(other, 'utf8')]).toEqual([
      'after',
      0o640,
      'new',
    ])
    expect(readdirSync(folder).sort()).toEqual(['new.json', 'old.json'])
  })

  test('a link goes on leading to its file', () => {
    const folder = temporaryFolder()
    writeFileSync(join(folder, 'file.json'), 'before')
    symlinkSync('file.json', join(folder, 'link.json'))
    writeFiles([[join(folder, 'link.json'), 'after']])
    expect(lstatSync(join(folder, 'link.json')).isSymbolicLink()).toBe(true)
    expect(readFileSync(join(folder, 'file.json'), 'utf8')).toBe('after')
  })

  test('a folder, and a path through a file: refused, and nothing is left', () => {
    const folder = temporaryFolder()
    mkdirSync(join(folder, 'folder'))
    writeFileSync(join(folder, 'file'), 'x')
    expect(() => writeFiles([[join(folder, 'folder'), 'x']])).toThrow('it is a folder')
    expect(() =>
      writeFiles([
        [join(folder, 'new'), 'x'],
        [join(folder, 'file', 'x'), 'x'],
      ]),
    ).toThrow('a part of the path is not a folder')
    expect(readdirSync(folder).sort()).toEqual(['file', 'folder'])
  })

  test.skipIf(process.platform === 'win32')('a pipe stays a pipe, as a device stays a device', async () => {
    const folder = writeConfig({ 'accounts/acme.yaml': 'id: acme\nplan: free\n' })
    const pipe = join(folder, 'pipe')
    execFileSync('mkfifo', [pipe])
    const ran = await run(
      'bash',
      ['-c', 'cat pipe & "$0" "$@"; wait', process.execPath, CLI, 'compile', '--flat', 'pipe'],
      folder,
    )
    expect(JSON.parse(ran.stdout)).toMatchObject({ accounts: { acme: { plan: 'free' } } })
    expect(lstatSync(pipe).isFIFO()).toBe(true)
  })
})

test('what a kill leaves behind is no part of the configuration', async () => {
  const folder = writeConfig({ 'accounts/acme.yaml': 'id: acme\nplan: free\n' })
  const names: string[] = []
  // The second text is asked for when the first one stands beside its place.
  const texts = function* (): Generator<readonly [string, string]> {
    yield [join(folder, 'config/accounts/acme.yaml'), 'id: acme\nplan: growth\n']
    for (const name of readdirSync(join(folder, 'config/accounts'))) if (name !== 'acme.yaml') names.push(name)
  }
  writeFiles(texts())
  expect(names).toHaveLength(1)
  for (const name of names) writeFileSync(join(folder, 'config/accounts', name), 'id: acme\npl')
  expect(await tenfold(['check', '--format', 'json'], folder)).toMatchObject({ code: 0 })
})
