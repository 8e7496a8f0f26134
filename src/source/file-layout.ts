/** The place of each kind of file, by its path relative to the configuration's folder. */
export type FileKind =
  | 'tenfold'
  | 'providers'
  | 'settings'
  | 'models'
  | 'plans'
  | 'functions'
  | 'prompt'
  | 'profile'
  | 'strategy'
  | 'account'

/** The files without which there is no configuration. */
export const REQUIRED = ['settings.yaml', 'models.yaml', 'plans.yaml', 'functions.yaml'] as const

/** The files by which a function is answered, beside the account's own. */
export const ANSWERING = ['providers.yaml', ...REQUIRED] as const

const SINGLE: ReadonlyMap<string, FileKind> = new Map([
  ['tenfold.yaml', 'tenfold'],
  ['providers.yaml', 'providers'],
  ['settings.yaml', 'settings'],
  ['models.yaml', 'models'],
  ['plans.yaml', 'plans'],
  ['functions.yaml', 'functions'],
])

const FOLDERS: ReadonlyMap<string, FileKind> = new Map([
  ['prompts', 'prompt'],
  ['author-profiles', 'profile'],
  ['strategies', 'strategy'],
])

export type Placed =
  | { readonly is: 'yaml'; readonly kind: FileKind }
  /** A custom rule, the root of trust: known, and not YAML. */
  | { readonly is: 'other' }
  | { readonly is: 'unexpected'; readonly why: string; readonly help: string }

/** Returns what a regular file at this path is. */
export function place(path: string): Placed {
  const parts = path.split('/')
  const name = parts.at(-1) ?? ''
  const folder = parts[0] ?? ''
  if (isOther(path)) return { is: 'other' }

  const kind = kindAt(path, folder, parts.length)
  if (name.endsWith('.yaml')) {
    if (name === '.yaml' || kind === undefined) return unexpected(`"${path}" is in no known place`, HELP_PLACES)
    // An account's id has a pattern of its own, which lets `constructor` be a name like any other.
    if (kind !== 'account' && FORBIDDEN.has(stemOf(path))) {
      return unexpected(`"${stemOf(path)}" cannot be an id`, 'rename the file')
    }
    return { is: 'yaml', kind }
  }
  if (name.endsWith('.yml')) {
    return unexpected(`"${name}" ends with .yml`, `rename it to ${name.slice(0, -'.yml'.length)}.yaml`)
  }
  return unexpected(`"${path}" is not a YAML file`, 'move it out of the configuration folder')
}

/**
 * Whether a folder has a file's name, such as `acme.yaml/`: that is a mistake, and nothing in it is read. One in place
 * of the root of trust would otherwise pass for none.
 */
export function looksLikeFile(path: string): boolean {
  return path.endsWith('.yaml') || path.endsWith('.yml') || isOther(path)
}

/** Returns the id that a file's name gives: `acme` for `accounts/eu/acme.yaml`. */
export function stemOf(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1, -'.yaml'.length)
}

/**
 * Returns what a file is called wherever it is: its path without the ending, and for an account without the folders
 * below `accounts/`. `settings`, `prompts/clustering`, `accounts/acme`.
 */
export function keyOf(path: string): string {
  return path.startsWith(`${ACCOUNTS}/`) ? `${ACCOUNTS}/${stemOf(path)}` : path.slice(0, -'.yaml'.length)
}

/** Returns where a new file of a key goes; undefined for a key that no file can have. */
export function pathOf(key: string): { readonly path: string; readonly kind: FileKind } | undefined {
  const path = `${key}.yaml`
  const placed = place(path)
  const isPlain = keyOf(path) === key && !key.split('/').some((part) => part === '' || part.startsWith('.'))
  return placed.is === 'yaml' && isPlain ? { path, kind: placed.kind } : undefined
}

/** The folder of the accounts. */
export const ACCOUNTS = 'accounts'

/** Returns the names that an account's file has, and that it may have got instead. */
export function namesOf(id: string): ReadonlySet<string> {
  return new Set([`${id}.yaml`, `${id}.yml`])
}

/** Names to which plain objects give a meaning of their own. */
export const FORBIDDEN: ReadonlySet<string> = new Set(['__proto__', 'constructor', 'prototype'])

const HELP_PLACES =
  'a configuration holds settings.yaml, models.yaml, plans.yaml, functions.yaml, providers.yaml, tenfold.yaml, prompts/TYPE.yaml, ' +
  'author-profiles/ID.yaml, strategies/ID.yaml and accounts/**/ID.yaml'

function isOther(path: string): boolean {
  const isOwnRule = path.startsWith(RULES) && path.endsWith('.ts') && !path.includes('/', RULES.length)
  return isOwnRule || path === 'trust/root.json'
}

const RULES = 'rules/'

function kindAt(path: string, folder: string, depth: number): FileKind | undefined {
  if (depth === 1) return SINGLE.get(path)
  if (folder === 'accounts') return 'account'
  return depth === 2 ? FOLDERS.get(folder) : undefined
}

function unexpected(why: string, help: string): Placed {
  return { is: 'unexpected', why, help }
}
