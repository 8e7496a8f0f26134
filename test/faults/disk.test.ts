import { execFileSync, spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, rmSync, statSync, truncateSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, onTestFinished, test } from 'vitest'
import { temporaryFolder, writeConfig } from '../support/config.ts'
import { CLI, run, tenfold } from '../support/run.ts'
import { trustFolder } from '../support/trust.ts'
import { ACME, expectNoTrace, expectRefused, treeOf, unchanged } from './support.ts'

const CAN_MOUNT = canMount()

/** Several objects, one of them of 40 kB. */
function configuration(folder = temporaryFolder(), temperature = '0.8'): string {
  const text = `Group these [IGNY8_KEYWORDS] ${temperature} ${'well '.repeat(8000)}`
  return trustFolder(
    writeConfig(
      {
        'accounts/acme.yaml': ACME.replace('0.8', temperature),
        'prompts/clustering.yaml': `title: Clustering\nplaceholders: brackets\nvariables: { IGNY8_KEYWORDS: {} }\nvalue: ${JSON.stringify(text)}\n`,
      },
      folder,
    ),
  )
}

// A file system of its own takes root; elsewhere the limit on a file's size below stands for a full disk.
describe.skipIf(!CAN_MOUNT)('a full disk leaves the store as it was', () => {
  test('no room for the data, at whatever point it runs out', async () => {
    const folder = configuration()
    const outcomes = new Set<number | null>()
    for (const pages of [1, 2, 4, 8, 12, 14, 16, 24]) outcomes.add(await releaseInto(folder, `size=${pages * 4}k`))
    expect(outcomes).toEqual(new Set([0, 3]))
  })

  test('no room for another name, at whatever point it runs out', async () => {
    const folder = configuration()
    const outcomes = new Set<number | null>()
    for (let inodes = 2; inodes <= 30; inodes += 2) outcomes.add(await releaseInto(folder, `nr_inodes=${inodes}`))
    expect(outcomes).toEqual(new Set([0, 3]))
  })

  test('a second release onto a disk that the first one left almost full', async () => {
    const folder = configuration()
    const disk = mount('size=400k')
    const args = ['release', '--to', `file:${disk}/store`]
    expect(await tenfold(args, folder)).toMatchObject({ code: 0 })
    writeFileSync(join(disk, 'ballast'), '')
    expect(spawnSync('dd', ['if=/dev/zero', `of=${join(disk, 'ballast')}`, 'bs=4k']).status).not.toBe(0)
    configuration(folder, '0.9')
    for (const command of [
      args,
      ['compile', '--out', `${disk}/compiled`],
      ['compile', '--flat', `${disk}/flat.json`],
    ]) {
      const before = treeOf(disk)
      expectRefused(await tenfold(command, folder), 3, 'no space left on the disk')
      expect(treeOf(disk)).toEqual(before)
    }
    rmSync(join(disk, 'ballast'))
    expect(await tenfold(args, folder)).toMatchObject({ code: 0 })
    expect(await tenfold(['verify', `${disk}/store`], folder)).toMatchObject({ code: 0 })
  })

  test('a fix that no longer fits: no file is half-written', async () => {
    const disk = mount('size=64k')
    writeConfig({ 'accounts/acme.yaml': `\uFEFF${ACME}`, 'accounts/b.yaml': '\uFEFFid: b\nplan: free\n' }, disk)
    spawnSync('dd', ['if=/dev/zero', `of=${join(disk, 'ballast')}`, 'bs=4k'])
    expectRefused(await unchanged(disk, () => tenfold(['check', '--fix'], disk)), 3, 'no space left on the disk')
  })
})

describe.skipIf(!CAN_MOUNT)('a full disk leaves the keys as they were', () => {
  test('no first root, at whatever point the room runs out: no file and no folder of it', async () => {
    for (const pages of [0, 1, 4, 5]) {
      const disk = mount('size=96k')
      writeConfig({ 'accounts/acme.yaml': ACME }, disk)
      fillUp(disk, pages)
      expectRefused(
        await unchanged(disk, () => tenfold(['keys', 'init', '--keys', 'offline/keys'], disk)),
        3,
        'no space left on the disk',
      )
    }
  })

  test('no rotation: the keys of the root in force stay in their places', async () => {
    for (const pages of [0, 1]) {
      const disk = mount('size=128k')
      writeConfig({ 'accounts/acme.yaml': ACME }, disk)
      expect(await tenfold(['keys', 'init'], disk)).toMatchObject({ code: 0 })
      fillUp(disk, pages)
      for (const what of ['root', 'release', 'runtime']) {
        expectRefused(
          await unchanged(disk, () => tenfold(['keys', 'rotate', what], disk)),
          3,
          'no space left on the disk',
        )
      }
    }
  })
})

test.skipIf(process.platform === 'win32')('a new repository for which npm has no room', async () => {
  const folder = temporaryFolder()
  mkdirSync(join(folder, 'bin'))
  const npm =
    '#!/bin/sh\necho "npm error code ENOSPC\nnpm error syscall write\nnpm error nospc ENOSPC: no space left on device" >&2\nexit 1\n'
  writeFileSync(join(folder, 'bin', 'npm'), npm, { mode: 0o755 })
  const PATH = `${join(folder, 'bin')}:${process.env['PATH'] ?? ''}`
  expectRefused(
    await unchanged(folder, () => tenfold(['init', 'new'], folder, { PATH })),
    3,
    'no space left on the disk',
  )
})

// Root or not, a process may be told that no file of its own grows beyond a size: the write fails as on a full disk.
describe.skipIf(process.platform === 'win32')('a file that may not grow', () => {
  test.for([['compile'], ['release'], ['compile', '--flat', 'flat.json']])('%s', async (args) => {
    const folder = configuration()
    const limited = (): ReturnType<typeof run> =>
      run('bash', ['-c', 'ulimit -f 16; exec "$0" "$@"', process.execPath, CLI, ...args], folder)
    expectRefused(await unchanged(folder, limited), 3, 'the file would be larger than is allowed')
    expect(await tenfold(['release'], folder)).toMatchObject({ code: 0 })
    configuration(folder, '0.9')
    expectRefused(await unchanged(folder, limited), 3, 'the file would be larger than is allowed')
    expect(await tenfold(['verify', '.tenfold/store'], folder)).toMatchObject({ code: 0 })
  })
})

describe.skipIf(process.platform !== 'linux')('an output that nobody gets', () => {
  test.for([['check'], ['get', 'acme', 'generate_content'], ['compile', '--flat', '-'], ['--help']])(
    '%s onto a full disk: exit 3, and it says so',
    async (args) => {
      const ran = await run('bash', ['-c', '"$0" "$@" > /dev/full', process.execPath, CLI, ...args], configuration())
      expectRefused(ran, 3, 'cannot write to stdout: no space left on the disk')
    },
  )

  test.for([
    [['compile', '--confg', 'x'], 2],
    [['get', 'acme', 'nothing'], 2],
    [['verify', 'nowhere'], 3],
    [['compile'], 0],
  ] as const)('%s: messages that cannot be written change no exit code', async ([args, code]) => {
    for (const sink of ['> /dev/full 2> /dev/full', '2> /dev/full', '2> >(true)']) {
      const command =
        sink.startsWith('> ') && code < 2 ? `"$0" "$@" ${sink}; [ $? = 3 ]` : `"$0" "$@" ${sink}; [ $? = ${code} ]`
      expect(await run('bash', ['-c', command, process.execPath, CLI, ...args], configuration())).toMatchObject({
        code: 0,
        stderr: '',
      })
    }
  })
})

/** Releases into a new file system of that size: it succeeds whole, or is refused with nothing written. */
async function releaseInto(folder: string, size: string): Promise<number | null> {
  const disk = mount(size)
  const before = treeOf(disk)
  const ran = await tenfold(['release', '--to', `file:${disk}/a/store`], folder)
  if (ran.code === 0) expect(await tenfold(['verify', `${disk}/a/store`], folder)).toMatchObject({ code: 0 })
  else {
    expectRefused(ran, 3, 'no space left on the disk')
    expect(treeOf(disk)).toEqual(before)
  }
  expectNoTrace(ran)
  unmount(disk)
  return ran.code
}

function mount(options: string): string {
  const folder = join(temporaryFolder(), 'disk')
  mkdirSync(folder)
  execFileSync('mount', ['-t', 'tmpfs', '-o', options, 'tmpfs', folder])
  onTestFinished(() => unmount(folder))
  return folder
}

/** Leaves that many pages of room. */
function fillUp(disk: string, pages: number): void {
  const ballast = join(disk, 'ballast')
  spawnSync('dd', ['if=/dev/zero', `of=${ballast}`, 'bs=4k'])
  truncateSync(ballast, statSync(ballast).size - pages * 4096)
}

function unmount(folder: string): void {
  if (existsSync(folder)) spawnSync('umount', [folder])
}

function canMount(): boolean {
  if (process.platform !== 'linux' || process.getuid?.() !== 0) return false
  // In a mount namespace of its own, so that the trial leaves nothing behind.
  return spawnSync('unshare', ['-m', 'mount', '-t', 'tmpfs', '-o', 'size=4k', 'tmpfs', '/mnt']).status === 0
}
