/** Configuration that git is given for one command: `http.proxy` and its value. */
export type Setting = readonly [key: string, value: string]

/** How a remote is reached: what a person or a pipeline sets up for git counts for us as well. */
const REACHES = [
  'GIT_SSH', 'GIT_SSH_COMMAND', 'GIT_SSH_VARIANT', 'GIT_ASKPASS', 'SSH_ASKPASS', 'GIT_ALLOW_PROTOCOL',
  'GIT_SSL_CAINFO', 'GIT_SSL_CAPATH', 'GIT_SSL_CERT', 'GIT_SSL_KEY', 'GIT_SSL_NO_VERIFY', 'GIT_SSL_VERSION',
  'GIT_PROXY_SSL_CAINFO', 'GIT_CONFIG_GLOBAL', 'GIT_CONFIG_SYSTEM', 'GIT_CONFIG_NOSYSTEM',
]

/** Everything by which the environment can make git do something else than it is told to. */
export function isGuarded(name: string): boolean {
  return /^(git_.*|editor|pager|prefix|visual|ssh_askpass)$/i.test(name)
}

export function reaches(key: string): boolean {
  return /^(https?|credential|url|ssh|safe)\.|^core\.(sshcommand|askpass|gitproxy)$/i.test(key)
}

/**
 * An environment in which git never waits for a person, speaks English, and looks at no repository but the one that
 * it is told of, whichever hook or terminal we were started from.
 */
export function environment(
  ambient: Readonly<Record<string, string | undefined>>,
  settings: readonly Setting[] = [],
): Record<string, string> {
  const env: Record<string, string> = {}
  for (const [name, value] of Object.entries(ambient)) {
    if (value !== undefined && (!isGuarded(name) || REACHES.includes(name))) env[name] = value
  }
  const all = [...settingsOf(ambient), ...settings, ...PATIENCE]
  Object.assign(env, { GIT_TERMINAL_PROMPT: '0', LC_ALL: 'C', LANGUAGE: '', GIT_CONFIG_COUNT: String(all.length) })
  for (const [i, [key, value]] of all.entries()) {
    env[`GIT_CONFIG_KEY_${i}`] = key
    env[`GIT_CONFIG_VALUE_${i}`] = value
  }
  const hasSsh = 'GIT_SSH' in env || all.some(([key]) => key.toLowerCase() === 'core.sshcommand')
  if (!hasSsh) env['GIT_SSH_COMMAND'] ??= 'ssh -o BatchMode=yes -o ConnectTimeout=30'
  return env
}

/** A server that says nothing for a minute is given up; nothing that git does on its own outlives our command. */
const PATIENCE: readonly Setting[] = [
  ['http.lowSpeedLimit', '1'], ['http.lowSpeedTime', '60'], ['gc.autoDetach', 'false'],
  ['maintenance.autoDetach', 'false'],
]

/** Configuration in the environment, as `actions/checkout` and containers leave it there. */
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
