import { CLI, type Ran, run } from './run.ts'

/**
 * Changes the file system under a program, which then ends as by `kill -9` at a definite point, however fast the
 * machine is: before the write operation of a number, of those whose paths contain a text. A file that is being
 * written is there empty at one point, and by half at the next.
 */
const KILLED = `
  import fs from 'node:fs'
  import { syncBuiltinESMExports } from 'node:module'
  const { KILLED_AT, KILLED_NEAR = '' } = process.env
  const paths = new Map()
  let n = 0
  const reach = (...at) => {
    if (!at.some((path) => String(paths.get(path) ?? path).includes(KILLED_NEAR)) || n++ !== Number(KILLED_AT)) return
    process.kill(process.pid, 'SIGKILL')
    for (;;);
  }
  for (const name of ['renameSync', 'linkSync', 'rmSync', 'mkdirSync']) {
    const real = fs[name]
    fs[name] = (...args) => { reach(args[0], args[1]); return real(...args) }
  }
  const open = fs.openSync
  fs.openSync = (file, flags, mode) => {
    if (/[wax]/.test(String(flags))) reach(file)
    const handle = open(file, flags, mode)
    paths.set(handle, file)
    return handle
  }
  const write = fs.writeFileSync
  fs.writeFileSync = (file, text, options) => {
    reach(file)
    write(file, text.slice(0, text.length / 2), options)
    reach(file)
    if (typeof file === 'number') write(file, text.slice(text.length / 2), options)
    else write(file, text, { ...(typeof options === 'string' ? { encoding: options } : options), flag: 'w' })
  }
  for (const name of ['rename', 'rm', 'mkdir']) {
    const real = fs.promises[name]
    fs.promises[name] = async (...args) => { reach(args[0], args[1]); return real(...args) }
  }
  const openLater = fs.promises.open
  fs.promises.open = async (file, flags, mode) => {
    if (/[wax]/.test(String(flags))) reach(file)
    const handle = await openLater(file, flags, mode)
    const writeLater = handle.writeFile.bind(handle)
    handle.writeFile = async (bytes, options) => {
      reach(file)
      await writeLater(bytes.slice(0, bytes.length / 2), options)
      reach(file)
      await writeLater(bytes.slice(bytes.length / 2), options)
    }
    return handle
  }
  syncBuiltinESMExports()`

/** Which point it is; -1 is none. */
export interface Point {
  readonly at: number
  /** What is in the paths that count. */
  readonly near?: string
}

/** The arguments and the environment with which node runs something that is killed. */
export function killing({ at, near = '' }: Point): { readonly flags: string[]; readonly env: Record<string, string> } {
  return { flags: ['--import', importOf(KILLED)], env: { KILLED_AT: String(at), KILLED_NEAR: near } }
}

/** Runs the built program and kills it at a point; its code is null where it got there. */
export function killed(args: readonly string[], folder: string, point: Point): Promise<Ran> {
  const { flags, env } = killing(point)
  return run(process.execPath, [...flags, CLI, ...args], folder, env)
}

/** Runs the built program under a change of what node brings. */
export function under(hook: string, args: readonly string[], folder: string): Promise<Ran> {
  return run(process.execPath, ['--import', importOf(hook), CLI, ...args], folder)
}

function importOf(hook: string): string {
  return `data:text/javascript,${encodeURIComponent(hook)}`
}
