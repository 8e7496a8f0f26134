import { spawn } from 'node:child_process'
import { childEnvironment } from '../../../base/child-environment.ts'
import { Failure } from '../../../base/failure.ts'
import { serveConsole } from '../../../console/serve-console.tsx'
import { openOrigin } from '../../../source/open-configuration.ts'
import type { ExitCode } from '../../exit-code.ts'
import { type CommandIo, formatOf, note } from '../../io.ts'
import { storeAtHand } from '../../open/store-at-hand.ts'
import { localStore } from '../../open/trust-of-machine.ts'
import { redacted } from '../../redact-keys.ts'
import { FINGERPRINT } from '../../version.ts'
import type { FlagsOf } from '../command-spec.ts'
import type { consoleCommand } from './console.flags.ts'

type Flags = FlagsOf<typeof consoleCommand>

/** Serves the console until it is interrupted. */
export async function console(flags: Flags, io: CommandIo): Promise<ExitCode> {
  const format = formatOf(flags, ['pretty', 'json'], 'pretty')
  const port = portOf(flags.port)
  // A folder that is missing is reported here and now.
  await openOrigin(flags.config)
  const store = await localStore()
  // Who reads the address may end us at once.
  const end = interrupted()
  const running = await serveConsole({
    config: flags.config,
    port,
    readOnly: flags.readOnly === true,
    fingerprint: FINGERPRINT,
    env: process.env,
    onBug: (text) => io.stderr.write(`${redacted(text)}\n`),
    release: () => storeAtHand(flags),
    ...(store !== undefined && { store }),
  })
  const { address } = running
  // Not by way of what masks credentials: the address has one, and is printed for it.
  io.stdout.write(format === 'json' ? `${JSON.stringify({ address })}\n` : `${address}\n`)
  note(io, 'the address is good once, in one browser; Ctrl+C ends the console')
  if (flags.open && io.stdout.isTTY === true) openBrowser(address)
  await end
  await running.close()
  return 0
}

function portOf(text: string | undefined): number {
  if (text === undefined) return 0
  const port = Number(text)
  if (/^\d+$/.test(text) && port > 0 && port < 65_536) return port
  throw new Failure(
    'usage',
    `--port takes a number from 1 to 65535, not "${text}"`,
    'leave it out for one that is free',
  )
}

function interrupted(): Promise<void> {
  return new Promise((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => resolve())
  })
}

/** Where there is no browser, the address is printed all the same. */
function openBrowser(address: string): void {
  const [command, ...args] = OPENERS[process.platform] ?? ['xdg-open']
  if (command === undefined) return
  const child = spawn(command, [...args, address], {
    stdio: 'ignore',
    detached: true,
    env: childEnvironment(process.env),
  })
  child.on('error', () => {})
  child.unref()
}

const OPENERS: Readonly<Record<string, readonly string[]>> = {
  darwin: ['open'],
  win32: ['cmd', '/c', 'start', ''],
}
