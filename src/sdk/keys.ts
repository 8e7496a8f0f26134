/** Where the platform's API keys come from. A key is looked up when it is asked for, and kept nowhere. */
export interface Keys {
  /** The key under a secret's name; undefined where it is not available now. */
  get(secret: string): string | undefined
}

export type Env = Readonly<Record<string, string | undefined>>

// A store may name API keys and nothing else: otherwise whoever writes it could have a service send any variable
// of its environment to a provider.
const SECRET_NAME = /^[A-Z][A-Z0-9_]*_API_KEY$/

/** Keys from environment variables; an empty one counts as missing. */
export function keysFromEnv(env: Env): Keys {
  return {
    get(secret) {
      if (!SECRET_NAME.test(secret) || !Object.hasOwn(env, secret)) return undefined
      return env[secret] || undefined
    },
  }
}
