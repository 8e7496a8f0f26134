import { Failure } from '../../../base/failure.ts'
import { type Configuration, openConfiguration } from '../../../source/open-configuration.ts'
import type { Changed } from '../../../release/keys/key-files.ts'
import { type KeyFolder, changeRecipient, changeSecret, initKeys, rotate } from '../../../release/keys/change-root.ts'
import { ROOT_FILE } from '../../../check/read-root-of-trust.ts'
import { globalContents, tenfoldIn } from '../../../check/check-global-files.ts'
import { epochOf } from '../../../trust/root-descent.ts'
import { type Root, rootDigest } from '../../../trust/root-document.ts'
import type { Role } from '../../../trust/public-key.ts'
import { isRecipient } from '../../../trust/seal-keys.ts'
import type { ExitCode } from '../../exit-code.ts'
import { type CommandIo, type CommonFlags, formatOf, out, outJson } from '../../io.ts'
import { checkEnvironment, rootHere } from '../../open/trust-of-machine.ts'
import type { FlagsOf } from '../command-spec.ts'
import type { CeremonyFlags, keysInit, keysRecipient, keysRotate, keysSecret } from './keys.flags.ts'

export async function init(flags: FlagsOf<typeof keysInit>, io: CommandIo): Promise<ExitCode> {
  const rootKeys = counted('--root-keys', flags.rootKeys)
  checkEnvironment(flags.env)
  const threshold = counted('--threshold', flags.threshold ?? flags.rootKeys)
  if (threshold > rootKeys) {
    throw new Failure(
      'usage',
      `a threshold of ${threshold} is more than ${rootKeys} root keys`,
      'make more keys with --root-keys',
    )
  }
  const first = { environment: flags.env, rootKeys, threshold }
  return run(flags, io, (configuration, where) => initKeys(configuration, where, first))
}

export async function rotateKeys(what: string, flags: FlagsOf<typeof keysRotate>, io: CommandIo): Promise<ExitCode> {
  return run(flags, io, async (configuration, where) => {
    return rotate(configuration, where, what, await environmentOf(configuration, flags))
  })
}

export async function recipient(
  name: string,
  key: string | undefined,
  flags: FlagsOf<typeof keysRecipient>,
  io: CommandIo,
): Promise<ExitCode> {
  if (!/^[a-z0-9][a-z0-9_-]{0,62}$/.test(name)) {
    throw new Failure('usage', `"${name}" cannot name a recipient`, 'use lower-case letters, digits, - and _')
  }
  if (key !== undefined && !(await isRecipient(key))) {
    throw new Failure(
      'usage',
      'this is not an age recipient',
      'a recipient begins with age1; an identity (AGE-SECRET-KEY-1…) stays where it is',
    )
  }
  return run(flags, io, async (configuration, where) => {
    const environment = await environmentOf(configuration, flags)
    return changeRecipient(configuration, where, { environment, name, recipient: key, remove: flags.remove === true })
  })
}

export async function secret(
  provider: string,
  name: string,
  flags: FlagsOf<typeof keysSecret>,
  io: CommandIo,
): Promise<ExitCode> {
  return run(flags, io, (configuration, where) =>
    changeSecret(configuration, where, provider, name, flags.remove === true),
  )
}

/** Prints the root in force. Nothing in it is private. */
export async function show(flags: CommonFlags, io: CommandIo): Promise<ExitCode> {
  const format = formatOf(flags, ['pretty', 'json'], 'pretty')
  const document = await rootHere(flags.config)
  if (document === undefined) {
    throw new Failure('usage', 'there is no root of trust yet', 'make one with `tenfold keys init`')
  }
  const { signed } = document
  const digest = rootDigest(document)
  if (format === 'json') {
    const { version, recipients, secrets } = signed
    outJson(io, {
      version,
      digest,
      epoch: epochOf(document),
      root: plain(signed.root),
      release: plain(signed.release),
      refresh: plain(signed.refresh),
      recipients,
      secrets,
    })
  } else out(io, `root ${signed.version}, sha256 ${digest}\n${tableOf(signed)}`)
  return 0
}

async function run(
  flags: CeremonyFlags,
  io: CommandIo,
  change: (configuration: Configuration, where: KeyFolder) => Promise<Changed>,
): Promise<ExitCode> {
  const format = formatOf(flags, ['pretty', 'json'], 'pretty')
  const configuration = await openConfiguration(flags.config)
  const { document, wrote } = await change(configuration, { folder: flags.keys, env: process.env })
  const file = configuration.show(ROOT_FILE)
  const digest = rootDigest(document)
  if (format === 'json') outJson(io, { root: file, version: document.signed.version, digest, private: wrote })
  else out(io, `wrote ${file}: root ${document.signed.version}, sha256 ${digest}\n${adviceOn(wrote)}`)
  return 0
}

const ADVICE: readonly (readonly [ending: RegExp, advice: string])[] = [
  [/root(?:-\d+)?\.pem$/, 'signs the next root and nothing else: move it off this machine'],
  [/release(?:-\d+)?\.pem$/, 'signs releases: CI has it as the secret TENFOLD_RELEASE_KEY'],
  [/refresh(?:-\d+)?\.pem$/, 'prolongs releases: the scheduled job has it as the secret TENFOLD_REFRESH_KEY'],
  [/break-glass\.age$/, 'opens the sealed keys in an emergency: keep it offline'],
  [/\.age$/, 'opens the sealed keys: give it to the services that read them'],
]

function adviceOn(files: readonly string[]): string {
  const lines = files.map((file) => `private: ${file}\n  ${ADVICE.find(([ending]) => ending.test(file))?.[1] ?? ''}\n`)
  return `${lines.join('')}Commit the root; pin its digest in CI as TENFOLD_ROOT; never commit a private file.\n`
}

async function environmentOf(configuration: Configuration, flags: { readonly env?: string }): Promise<string> {
  checkEnvironment(flags.env)
  if (flags.env !== undefined) return flags.env
  return tenfoldIn(await globalContents(configuration.tree.files, configuration.contents))?.environment ?? 'production'
}

function counted(flag: string, text: string): number {
  if (/^(?:[1-9]|1[0-6])$/.test(text)) return Number(text)
  throw new Failure('usage', `${flag} takes a number from 1 to 16, not "${text}"`, `write ${flag} 3`)
}

function plain({ threshold, keys }: Role): object {
  return { threshold, keyids: keys.map(({ keyid }) => keyid) }
}

function tableOf({ root, release, refresh, recipients, secrets }: Root): string {
  const roles = Object.entries({ root, release, refresh }).map(([name, { threshold, keys }]) => {
    const ids = keys.map(({ keyid }) => keyid.slice(0, 16))
    return `${name}: ${threshold} of ${ids.join(', ')}\n`
  })
  const sealed = Object.entries(recipients).flatMap(([environment, all]) => {
    return Object.entries(all).map(([name, key]) => `${environment} ${name}: ${key}\n`)
  })
  const named = Object.entries(secrets).map(([provider, names]) => `${provider}: ${names.join(', ') || 'no secret'}\n`)
  return [...roles, ...sealed, ...named].join('')
}
