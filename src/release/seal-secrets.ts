import { own } from '../domain/plain-data.ts'
import { type StoredObject, toObject } from '../store/format/object-ref.ts'
import { Failure } from '../base/failure.ts'
import { flawOfSealed } from '../trust/api-key-flaws.ts'
import type { Root } from '../trust/root-document.ts'
import { seal } from '../trust/seal-keys.ts'
import type { CheckedGlobals } from '../check/check-globals.ts'

export interface Sealing {
  readonly root: Root
  readonly environment: string
  /** The variables in which CI provides the keys. */
  readonly env: Readonly<Record<string, string | undefined>>
  /** Whether a release may go without a missing key. */
  readonly mayMiss: boolean
  readonly note: (text: string) => void
}

/**
 * Seals the platform's keys to the recipients that the root has for the environment, or to those of them that
 * tenfold.yaml leaves. Null where there is no recipient, or nothing to seal. @throws {Failure}
 */
export async function sealSecrets(
  { context: { known } }: CheckedGlobals,
  { root, environment, env, mayMiss, note }: Sealing,
): Promise<StoredObject | null> {
  const permitted = own(root.recipients, environment) ?? {}
  const wanted = known.tenfold?.recipients
  for (const one of wanted ?? []) {
    if (Object.hasOwn(permitted, one) || Object.values(permitted).includes(one)) continue
    // The check has verified the environment of tenfold.yaml; --env may name another.
    throw new Failure(
      'refused',
      `the root of trust has no recipient "${one}" for ${environment}`,
      'tenfold.yaml may leave recipients out and add none; have the root keys add it: `tenfold keys recipient`',
    )
  }
  const recipients = Object.entries(permitted).filter(([name, key]) => {
    return wanted === undefined || wanted.includes(name) || wanted.includes(key)
  })
  if (recipients.length === 0) {
    note(
      `nothing is sealed: the root of trust has no recipients for ${environment}, ` +
        'so a service reads the keys from its own environment',
    )
    return null
  }
  const wantedBy = Object.entries(known.settings?.providers ?? {}).map(([provider, { secret }]) => ({
    provider,
    secret,
  }))
  const names = [...new Set(wantedBy.map(({ secret }) => secret))].sort()
  const missing = names.filter((name) => (env[name] ?? '') === '')
  const flawed = flawsIn(wantedBy, env)
  // What is no key is not missing: it was meant to go with the release.
  if (flawed.size > 0) throw flawedSecrets(flawed, mayMiss ? [] : missing)
  if (missing.length > 0 && !mayMiss) throw missingSecrets(missing)
  if (missing.length > 0) note(`released without ${missing.join(', ')}: not set here`)
  const values = new Map<string, string>()
  for (const name of names) {
    const value = env[name]
    if (value !== undefined && value !== '') values.set(name, value)
  }
  if (values.size === 0) return null
  return toObject(
    await seal(
      values,
      environment,
      recipients.map(([, recipient]) => recipient),
    ),
  )
}

/** Returns why the values that are set are not keys, by the names of their secrets, sorted. */
function flawsIn(
  wanted: readonly { readonly provider: string; readonly secret: string }[],
  env: Sealing['env'],
): ReadonlyMap<string, string> {
  const flaws = wanted.flatMap(({ provider, secret }) => {
    const value = env[secret] ?? ''
    const flaw = value === '' ? undefined : flawOfSealed(value, provider)
    return flaw === undefined ? [] : [[secret, flaw] as const]
  })
  return new Map(flaws.sort(([a], [b]) => (a < b ? -1 : 1)))
}

/** Reports all at once: each try may be a run of CI. */
function flawedSecrets(flawed: ReadonlyMap<string, string>, missing: readonly string[]): Failure {
  const problems = [...flawed].map(([name, flaw]) => `the secret ${name} is no key: ${flaw}`)
  const names = [...flawed.keys(), ...missing]
  return new Failure(
    'world',
    [...problems, ...missing.map((name) => `the secret ${name} is missing from the environment`)].join('; '),
    `set ${names.length === 1 ? 'it' : 'each'} to the key alone, as the provider shows it, ` +
      'without quotes, spaces or line breaks',
  )
}

function missingSecrets(missing: readonly string[]): Failure {
  const [first = ''] = missing
  const are = missing.length === 1 ? `the secret ${first} is missing` : `the secrets ${missing.join(', ')} are missing`
  return new Failure(
    'world',
    `${are} from the environment`,
    `set ${missing.length === 1 ? 'it' : 'them'} where this runs (in GitHub Actions, in the env of this step: ` +
      `${first}: \${{ secrets.${first} }}), or release without: --allow-missing`,
  )
}
