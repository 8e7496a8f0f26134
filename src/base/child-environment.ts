/**
 * The part of our environment that a program we start may see: how it is found, where its user's own settings are, and
 * how it reaches a network. Everything else is withheld, above all the platform's API keys and our signing keys:
 * neither a child nor anything that it runs finds one.
 */
export function childEnvironment(ambient: Readonly<Record<string, string | undefined>>): Record<string, string> {
  const env: Record<string, string> = {}
  for (const [name, value] of Object.entries(ambient)) {
    if (value !== undefined && PASSED.has(name.toUpperCase())) env[name] = value
  }
  return env
}

const PASSED: ReadonlySet<string> = new Set([
  'PATH',
  'LD_LIBRARY_PATH',
  'HOME',
  'USER',
  'LOGNAME',
  'TMPDIR',
  'TEMP',
  'TMP',
  'XDG_CONFIG_HOME',
  'XDG_CACHE_HOME',
  'XDG_RUNTIME_DIR',
  'TZ',
  'LANG',
  // By which git knows whose repositories a user may use who has become root for a command.
  'SUDO_UID',
  // A proxy, and the certificates that sign its traffic.
  'HTTP_PROXY',
  'HTTPS_PROXY',
  'ALL_PROXY',
  'NO_PROXY',
  'SSL_CERT_FILE',
  'SSL_CERT_DIR',
  'CURL_CA_BUNDLE',
  'NODE_EXTRA_CA_CERTS',
  // An agent that signs for ssh without revealing its keys, and the ticket of a company's single sign-on.
  'SSH_AUTH_SOCK',
  'SSH_AGENT_PID',
  'KRB5CCNAME',
  // Where a credential helper asks the keyring of a desktop.
  'DBUS_SESSION_BUS_ADDRESS',
  // Without these, nothing starts on Windows.
  'SYSTEMROOT',
  'SYSTEMDRIVE',
  'WINDIR',
  'COMSPEC',
  'PATHEXT',
  'USERPROFILE',
  'USERNAME',
  'HOMEDRIVE',
  'HOMEPATH',
  'APPDATA',
  'LOCALAPPDATA',
  'PROGRAMDATA',
  'PROGRAMFILES',
])
