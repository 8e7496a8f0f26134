import type { Account, Globals } from '../domain/settings-types.ts'
import type { CurrentRelease } from '../sdk/current-release.ts'
import { Reader, Settings, idHash, keysAtHand } from './sdk-core.ts'
import type { Settings as OpenedSettings } from '../sdk/index.ts'
import type { Keys } from '../sdk/key-sources.ts'
import type { ResolvedOptions } from '../sdk/resolve-options.ts'
import { StoreFailure } from '../base/failure.ts'
import type { StoreReader } from '../store/backend-types.ts'
import { PLAIN, type Release } from '../store/format/release-manifest.ts'
import { textObject } from '../store/format/object-ref.ts'
import { AccountList } from './account-list.ts'
import { linkFiles } from './link-files-given.ts'

/**
 * The files of a configuration by their paths in its folder: `settings.yaml`, `accounts/acme.yaml`. Each is the file's
 * text, or what the text says as plain data.
 */
export type ConfigurationFiles = Readonly<Record<string, unknown>>

export interface TestingOptions {
  /** The platform's keys by the names of their secrets; without it an `apiKey` is `missing_key`. */
  readonly env?: Readonly<Record<string, string | undefined>>
  /** What an account that has no file gets: the globals, by default, or an error. */
  readonly onUnknownAccount?: 'globals' | 'error'
  /** Returns milliseconds since 1970. */
  readonly now?: () => number
}

/**
 * Makes settings out of files' contents, which answer as those of a release do: no store, no keys, nothing to wait for.
 *
 * ```ts
 * import { settingsFor } from 'tenfold-sdk/testing'
 *
 * const settings = settingsFor({
 *   'settings.yaml': readFileSync('config/settings.yaml', 'utf8'),
 *   'models.yaml': readFileSync('config/models.yaml', 'utf8'),
 *   'plans.yaml': readFileSync('config/plans.yaml', 'utf8'),
 *   'functions.yaml': { functions: { summarize: { kind: 'text', prompts: [] } } },
 *   'accounts/acme.yaml': { id: 'acme', plan: 'growth', overrides: { openai: { temperature: 0.2 } } },
 * })
 * settings.getModelConfig('summarize', 'acme').temperature // 0.2
 * ```
 *
 * Each file is checked against its schema, and nothing else of `tenfold check` runs. `explain` has nothing to read from.
 *
 * @throws {TenfoldError} `invalid_option`: a file is missing, is none of a configuration's, or has another form.
 */
export function settingsFor(files: ConfigurationFiles, options: TestingOptions = {}): OpenedSettings {
  const { globals, accounts } = linkFiles(files)
  const { env = {}, onUnknownAccount = 'globals', now = Date.now } = options
  const keys = keysAtHand(env)
  const resolved: ResolvedOptions = {
    store: NOWHERE,
    cache: undefined,
    lazy: undefined,
    trust: { is: 'local', authority: { release: NOBODY, refresh: NOBODY } },
    environment: undefined,
    keys: async () => keys,
    onUnknownAccount,
    everyMs: 0,
    staleAfterMs: Number.MAX_SAFE_INTEGER,
    now,
    notify: undefined,
    takeProblems: () => [],
  }
  return Settings.start(resolved, idHash, {
    present: releaseOf(globals, accounts, keys, onUnknownAccount),
    warnings: [],
  })
}

const NOBODY = { threshold: 1, keys: [] } as const
const NOTHING = textObject('').ref

/** What no release of a store has: it was never one. */
const RELEASE: Release = {
  environment: 'test',
  seq: 1,
  commit: null,
  root: NOTHING,
  secrets: null,
  trust: null,
  shrunk_at: null,
  history: [],
  issued: null,
  expires: null,
  ...PLAIN,
}
const HEAD = { bytes: Buffer.alloc(0), release: RELEASE, core: [], signatures: [], payload: Buffer.alloc(0) } as const

/** Has always the same head, so that a poll finds nothing new, and no object. */
const NOWHERE: StoreReader = {
  url: 'the files of a test',
  head: async () => Buffer.alloc(0),
  read: async () => {
    throw new StoreFailure('not-found', 'settings made of files have no store to read from')
  },
}

function releaseOf(
  globals: Globals,
  accounts: ReadonlyMap<string, Account>,
  keys: Keys,
  onUnknownAccount: 'globals' | 'error',
): CurrentRelease {
  const content = {
    root: NOTHING,
    globals: { ref: NOTHING, value: globals, provenance: NOTHING, texts: new Map<string, string>() },
    accounts: new AccountList(accounts),
    packs: [],
  }
  const label = { release: 'stable', seq: RELEASE.seq, commit: null, id: null } as const
  const reader = new Reader(label, content, { store: NOWHERE, keys, onUnknownAccount })
  return { head: HEAD, release: RELEASE, document: undefined, epoch: 0, content, keys, reader, rollout: undefined }
}
