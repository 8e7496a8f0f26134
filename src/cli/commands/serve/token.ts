import { readFileSync } from 'node:fs'
import { Failure, codeOf } from '../../../base/failure.ts'
import { didYouMean } from '../../../base/did-you-mean.ts'
import { PLANS, isPlan } from '../../../domain/settings-types.ts'
import { MAX_TTL_SECONDS, type TokenKeys, signToken } from '../../../serve/access/account-tokens.ts'
import { parseTokenKeys, requireTokenKeys } from '../../../serve/access/token-files.ts'
import { isId } from '../../../store/format/account-leaf.ts'
import type { ExitCode } from '../../exit-code.ts'
import { type CommandIo, formatOf, note } from '../../io.ts'
import { checkEnvironment, tenfoldHere } from '../../open/trust-of-machine.ts'
import { parseDuration } from '../../parse-duration.ts'
import type { FlagsOf } from '../command-spec.ts'
import type { tokenCommand } from './token.flags.ts'

type Flags = FlagsOf<typeof tokenCommand>

const DEFAULT_ENVIRONMENT = 'production'

/** Prints a token for one account. */
export async function token(account: string, flags: Flags, io: CommandIo): Promise<ExitCode> {
  const format = formatOf(flags, ['pretty', 'json'], 'pretty')
  if (!isId(account)) {
    throw new Failure('usage', `"${account}" is no account id`, 'use lower-case letters, digits, - and _')
  }
  const { plan } = flags
  if (plan !== undefined && !isPlan(plan)) {
    throw new Failure('usage', `no plan "${plan}"`, `${didYouMean(plan, PLANS)}the plans are ${PLANS.join(', ')}`)
  }
  const ttlMs = parseDuration(flags.ttl)
  if (ttlMs === undefined || ttlMs < 1_000 || ttlMs > MAX_TTL_SECONDS * 1_000) {
    throw new Failure('usage', `--ttl takes a time from 1s to 24h, not "${flags.ttl}"`, 'write 15m, or 1h')
  }
  checkEnvironment(flags.env)
  const environment = flags.env ?? (await tenfoldHere(flags.config))?.environment ?? DEFAULT_ENVIRONMENT
  const [key, secret] = keyFrom(read(flags.tokenKeys), flags.key)
  const expires = Math.floor((Date.now() + ttlMs) / 1_000)
  const text = signToken('token', { key, expires, account, plan }, secret, environment)
  const until = new Date(expires * 1_000).toISOString()
  if (format === 'pretty') note(io, `for the environment ${environment}, until ${until}`)
  // Not by way of what masks credentials: it is one, and printed to be given to a browser.
  io.stdout.write(format === 'json' ? `${JSON.stringify({ token: text, account, environment, until })}\n` : `${text}\n`)
  return 0
}

function read(path: string): TokenKeys {
  let text: string
  try {
    text = readFileSync(path, 'utf8')
  } catch (error) {
    const help = 'make one with: echo "k1 $(openssl rand -base64 32)" > token-keys'
    throw new Failure('usage', `cannot read ${path} (${codeOf(error) || 'unknown error'})`, help, { cause: error })
  }
  const keys = parseTokenKeys(text, path)
  requireTokenKeys(keys, path)
  return keys
}

function keyFrom(keys: TokenKeys, name: string | undefined): readonly [name: string, key: Uint8Array] {
  const [first] = keys
  const secret = name === undefined ? undefined : keys.get(name)
  if (name !== undefined && secret !== undefined) return [name, secret]
  if (name === undefined && first !== undefined) return first
  throw new Failure('usage', `no key "${name}"`, `the keys are ${[...keys.keys()].join(', ')}`)
}
