import { childEnvironment } from '../base/child-environment.ts'

/** Configuration that git is given for one command: `http.proxy` and its value. */
export type Setting = readonly [key: string, value: string]

export interface Surroundings {
  /** Whether the command talks to a remote: only then does it learn how to sign in there. */
  readonly remote?: boolean
  readonly settings?: readonly Setting[]
  /** The one repository that the command is about; `null` lets git report what it finds. Left out, git finds none. */
  readonly gitDir?: string | null
  readonly workTree?: string
  /** git searches for a repository in no folder above this one, nor in itself. */
  readonly ceiling?: string
}

/** Variables by which a remote is reached: what a person or a pipeline sets up for git counts for us as well. */
const REACHES: ReadonlySet<string> = new Set([
  'GIT_SSH',
  'GIT_SSH_COMMAND',
  'GIT_SSH_VARIANT',
  'GIT_ASKPASS',
  'SSH_ASKPASS',
  'GIT_SSL_CAINFO',
  'GIT_SSL_CAPATH',
  'GIT_SSL_CERT',
  'GIT_SSL_KEY',
  'GIT_SSL_NO_VERIFY',
  'GIT_SSL_VERSION',
  'GIT_PROXY_SSL_CAINFO',
])

/** Variables that lead to the user's own configuration, and give a commit its names. */
const OWN: ReadonlySet<string> = new Set([
  'GIT_CONFIG_GLOBAL',
  'GIT_CONFIG_SYSTEM',
  'GIT_CONFIG_NOSYSTEM',
  'GIT_AUTHOR_NAME',
  'GIT_AUTHOR_EMAIL',
  'GIT_COMMITTER_NAME',
  'GIT_COMMITTER_EMAIL',
])

/** Whether a variable can make git do something other than its arguments. */
export function isGuarded(name: string): boolean {
  return /^(git_.*|editor|pager|prefix|visual|ssh_askpass)$/i.test(name)
}

export function reaches(key: string): boolean {
  return /^(https?|credential|url|ssh|safe)\.|^core\.(sshcommand|askpass|gitproxy)$/i.test(key)
}

/**
 * Returns the environment of every git that we start. git never waits for a person, speaks English, works in no
 * repository but the one that it is given, whichever hook or terminal we were started from, and runs no program that a
 * repository, its attributes or its references name. It knows none of our keys; only the commands that talk to a remote
 * know what signs in to one.
 */
export function gitEnvironment(
  ambient: Readonly<Record<string, string | undefined>>,
  { remote = false, settings = [], gitDir = NONE, workTree, ceiling }: Surroundings = {},
): Record<string, string> {
  const env = childEnvironment(ambient)
  for (const [name, value] of Object.entries(ambient)) {
    if (value !== undefined && (OWN.has(name) || (remote && REACHES.has(name)))) env[name] = value
  }
  const given = settingsOf(ambient).filter(([key]) => remote || /^safe\.directory$/i.test(key))
  // The last one counts, and ours are last.
  const all = [...given, ...settings, ...INERT]
  Object.assign(env, {
    LC_ALL: 'C',
    LANGUAGE: '',
    GIT_TERMINAL_PROMPT: '0',
    GIT_NO_REPLACE_OBJECTS: '1',
    GIT_OPTIONAL_LOCKS: '0',
    GIT_LITERAL_PATHSPECS: '1',
    GIT_PAGER: 'cat',
    GIT_ALLOW_PROTOCOL: protocols(ambient['GIT_ALLOW_PROTOCOL']),
    GIT_CONFIG_COUNT: String(all.length),
    ...(gitDir !== null && { GIT_DIR: gitDir }),
    ...(workTree !== undefined && { GIT_WORK_TREE: workTree }),
    ...(ceiling !== undefined && { GIT_CEILING_DIRECTORIES: ceiling }),
  })
  for (const [i, [key, value]] of all.entries()) {
    env[`GIT_CONFIG_KEY_${i}`] = key
    env[`GIT_CONFIG_VALUE_${i}`] = value
  }
  const hasSsh = 'GIT_SSH' in env || all.some(([key]) => key.toLowerCase() === 'core.sshcommand')
  if (remote && !hasSsh) env['GIT_SSH_COMMAND'] ??= 'ssh -o BatchMode=yes -o ConnectTimeout=30'
  return env
}

/** No repository at all: the one in the folder that git is started in may have been brought by a checkout. */
const NONE = '/dev/null'

/**
 * Switches off whatever of the user's and the repository's configuration would run a program or wait for one. A server
 * that is silent for a minute is given up; nothing that git does on its own outlives our command.
 */
const INERT: readonly Setting[] = [
  ['core.hooksPath', '/dev/null'],
  ['core.fsmonitor', 'false'],
  ['core.alternateRefsCommand', ''],
  ['safe.bareRepository', 'explicit'],
  ['protocol.ext.allow', 'never'],
  ['log.showSignature', 'false'],
  ['submodule.recurse', 'false'],
  ['fetch.recurseSubmodules', 'false'],
  ['push.recurseSubmodules', 'no'],
  ['core.useReplaceRefs', 'false'],
  ['gc.autoDetach', 'false'],
  ['maintenance.autoDetach', 'false'],
  ['http.lowSpeedLimit', '1'],
  ['http.lowSpeedTime', '60'],
]

/**
 * Returns the protocols that a remote may be reached by: a helper of another name is a program. A user who allowed less
 * still allows less.
 */
function protocols(allowed: string | undefined): string {
  const ours = ['file', 'git', 'http', 'https', 'ssh']
  return (allowed === undefined ? ours : allowed.split(':').filter((name) => ours.includes(name))).join(':')
}

/** Reads configuration from the environment, as `actions/checkout` and containers leave it there. */
function settingsOf(ambient: Readonly<Record<string, string | undefined>>): Setting[] {
  const count = Number(ambient['GIT_CONFIG_COUNT'] ?? 0)
  const settings: Setting[] = []
  for (let i = 0; i < count; i++) {
    const key = ambient[`GIT_CONFIG_KEY_${i}`]
    const value = ambient[`GIT_CONFIG_VALUE_${i}`]
    if (key !== undefined && value !== undefined && reaches(key)) settings.push([key, value])
  }
  return settings
}
