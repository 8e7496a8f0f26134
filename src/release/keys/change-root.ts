import { own } from '../../domain/plain-data.ts'
import { readVocabulary } from '../../check/read-vocabulary.ts'
import { Failure } from '../../base/failure.ts'
import { didYouMean } from '../../base/did-you-mean.ts'
import { signingKeys } from '../../trust/private-keys.ts'
import { type RootDocument, SECRET_NAME } from '../../trust/root-document.ts'
import { firstRoot, nextRoot, roleOf } from '../../trust/next-root.ts'
import type { PrivateKey } from '../../trust/sign-head.ts'
import { checkGlobals } from '../../check/check-globals.ts'
import type { Configuration } from '../../source/open-configuration.ts'
import { type Changed, KeyFiles } from './key-files.ts'
import { ROOT_FILE, rootOfTrust } from '../../check/read-root-of-trust.ts'

/** The folder in which a ceremony reads and writes private keys. */
export interface KeyFolder {
  readonly folder: string
  readonly env: NodeJS.ProcessEnv
}

export interface First {
  readonly environment: string | undefined
  readonly rootKeys: number
  readonly threshold: number
}

const ONE_PROVIDER = 'a secret belongs to one provider, so that no key is sent to another vendor'

/** Makes the first root: keys for every role, and two recipients for the environment. @throws {Failure} */
export async function initKeys(
  configuration: Configuration,
  where: KeyFolder,
  { environment, rootKeys, threshold }: First,
): Promise<Changed> {
  if ((await rootOfTrust(configuration)) !== undefined) {
    throw new Failure(
      'usage',
      `there is a root of trust in ${configuration.show(ROOT_FILE)} already`,
      'change it with `tenfold keys rotate`, `keys recipient` and `keys secret`',
    )
  }
  const common = await checkGlobals(configuration, {})
  const name = environment ?? common.environment
  const files = new KeyFiles(where.folder)
  const root = Array.from({ length: rootKeys }, (_, i) => files.key(rootKeys === 1 ? 'root' : `root-${i + 1}`))
  const release = files.key('release')
  const refresh = files.key('refresh')
  const recipients = {
    [name]: {
      runtime: await files.identity(name, 'runtime'),
      'break-glass': await files.identity(name, 'break-glass'),
    },
  }
  const vocabulary = await readVocabulary(configuration)
  const providers = common.context.known.settings?.providers ?? {}
  const twice = Object.values(providers)
    .map(({ secret }) => secret)
    .find((secret, i, all) => all.indexOf(secret) < i)
  if (twice !== undefined) {
    throw new Failure(
      'refused',
      `two providers of settings.yaml use the secret ${twice}`,
      `name one for each, even where the key is the same: ${ONE_PROVIDER}`,
    )
  }
  const secretOf = (provider: string): string => {
    return own(providers, provider)?.secret ?? `${provider.toUpperCase()}_API_KEY`
  }
  const secrets = Object.fromEntries(
    Object.keys(vocabulary.providers).map((provider) => [provider, [secretOf(provider)]]),
  )
  const roles = { root: roleOf(root, threshold), release: roleOf([release], 1), refresh: roleOf([refresh], 1) }
  const document = firstRoot({ ...roles, recipients, secrets }, root)
  return files.writeWith(configuration, document)
}

/** Replaces the keys of a role, or the identity of a recipient. @throws {Failure} */
export async function rotate(
  configuration: Configuration,
  where: KeyFolder,
  what: string,
  environment: string,
): Promise<Changed> {
  const { document, keys } = await open(configuration, where)
  const { signed } = document
  const files = new KeyFiles(where.folder)
  if (what === 'root') {
    const {
      threshold,
      keys: { length },
    } = signed.root
    const fresh = Array.from({ length }, (_, i) => files.key(length === 1 ? 'root' : `root-${i + 1}`))
    return files.writeWith(configuration, nextRoot(document, { root: roleOf(fresh, threshold) }, [...keys, ...fresh]))
  }
  if (what === 'release' || what === 'refresh') {
    const { length } = signed[what].keys
    const fresh = Array.from({ length }, (_, i) => files.key(length === 1 ? what : `${what}-${i + 1}`))
    return files.writeWith(configuration, nextRoot(document, { [what]: roleOf(fresh, signed[what].threshold) }, keys))
  }
  const known = own(signed.recipients, environment) ?? {}
  if (own(known, what) === undefined) {
    const names = Object.keys(known)
    const near = didYouMean(what, ['root', 'release', 'refresh', ...names])
    const listed = names.join(', ') || 'there are none'
    throw new Failure(
      'usage',
      `there is nothing called "${what}" to rotate`,
      `${near}name root, release, refresh, or a recipient of ${environment}: ${listed}`,
    )
  }
  const change = { ...signed.recipients, [environment]: { ...known, [what]: await files.identity(environment, what) } }
  return files.writeWith(configuration, nextRoot(document, { recipients: change }, keys))
}

export interface RecipientChange {
  readonly environment: string
  readonly name: string
  /** `age1…`; without it, an identity is made. */
  readonly recipient: string | undefined
  readonly remove: boolean
}

/** Adds a recipient, or removes one. @throws {Failure} */
export async function changeRecipient(
  configuration: Configuration,
  where: KeyFolder,
  change: RecipientChange,
): Promise<Changed> {
  const { environment, name, recipient, remove } = change
  const { document, keys } = await open(configuration, where)
  const files = new KeyFiles(where.folder)
  const { [name]: before, ...others } = own(document.signed.recipients, environment) ?? {}
  if (remove && before === undefined) {
    const names = Object.keys(others)
    const help = `${didYouMean(name, names)}its recipients are ${names.join(', ') || 'none'}`
    throw new Failure('usage', `${environment} has no recipient "${name}"`, help)
  }
  if (!remove && before !== undefined) {
    throw new Failure(
      'usage',
      `${environment} has a recipient "${name}" already`,
      `replace it with \`tenfold keys rotate ${name}\`, or take it away with --remove`,
    )
  }
  const after = remove ? others : { ...others, [name]: recipient ?? (await files.identity(environment, name)) }
  const recipients = { ...document.signed.recipients, [environment]: after }
  return files.writeWith(configuration, nextRoot(document, { recipients }, keys))
}

/** Lets a provider use a secret, or no longer. @throws {Failure} */
export async function changeSecret(
  configuration: Configuration,
  where: KeyFolder,
  provider: string,
  name: string,
  remove: boolean,
): Promise<Changed> {
  const { providers } = await readVocabulary(configuration)
  if (!Object.hasOwn(providers, provider)) {
    const names = Object.keys(providers)
    throw new Failure(
      'usage',
      `there is no provider "${provider}"`,
      `${didYouMean(provider, names)}the providers are ${names.join(', ')}`,
    )
  }
  if (!SECRET_NAME.test(name)) {
    throw new Failure(
      'usage',
      `"${name}" cannot name a secret`,
      'write it like OPENAI_API_KEY: capitals, digits and _, and _API_KEY at its end',
    )
  }
  const { document, keys } = await open(configuration, where)
  const owner = Object.entries(document.signed.secrets).find(([, names]) => names.includes(name))?.[0]
  if (!remove && owner !== undefined) {
    throw new Failure('usage', `${name} is a secret of ${owner} already`, ONE_PROVIDER)
  }
  if (remove && owner !== provider) {
    throw new Failure(
      'usage',
      `${name} is no secret of ${provider}`,
      `its secrets are ${(own(document.signed.secrets, provider) ?? []).join(', ') || 'none'}`,
    )
  }
  const names = (own(document.signed.secrets, provider) ?? []).filter((one) => one !== name)
  const secrets = { ...document.signed.secrets, [provider]: remove ? names : [...names, name] }
  return new KeyFiles(where.folder).writeWith(configuration, nextRoot(document, { secrets }, keys))
}

async function open(
  configuration: Configuration,
  { folder, env }: KeyFolder,
): Promise<{ document: RootDocument; keys: PrivateKey[] }> {
  const root = await rootOfTrust(configuration)
  if (root === undefined) {
    throw new Failure('usage', 'there is no root of trust yet', 'make one with `tenfold keys init`')
  }
  if ('problem' in root) {
    throw new Failure(
      'refused',
      `the root of trust cannot be used: ${root.problem}`,
      'restore config/trust/root.json from the default branch',
    )
  }
  return { document: root, keys: signingKeys('root', folder, env) }
}
