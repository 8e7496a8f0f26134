import type { Dict } from '../../domain/plain-data.ts'

/** What each row of a dump becomes: the built-in map (`template/import-map.yaml`), or a user's in the same form. */
export interface ImportMap {
  /** By the model's name in small letters, without its app. */
  readonly models: Dict<ModelMap>
  /** What no column says of a global prompt, by its type. */
  readonly prompts?: Dict<PromptHints>
}

interface PromptHints {
  readonly title?: string
  readonly placeholders?: 'brackets' | 'braces' | 'mustache' | 'none'
  /** The variables that an account's own text may lack. */
  readonly optional?: readonly string[]
}

export type ModelMap =
  | NothingMap
  | PlanMap
  | AccountMap
  | SettingsMap
  | OverridesMap
  | PromptMap
  | AccountPromptMap
  | RecordMap

interface Common {
  /** The column that says whether a row counts. */
  readonly active?: string
  /** Columns of no consequence, which the report need not list. */
  readonly ignore?: readonly string[]
}

interface NothingMap extends Common {
  readonly becomes: 'nothing'
  readonly why?: string
  readonly account?: string
}

interface PlanMap extends Common {
  readonly becomes: 'plan'
  readonly slug: string
  readonly name: string
}

export interface AccountMap extends Common {
  readonly becomes: 'account'
  /** The columns that an id is made from, the first that gives one. */
  readonly id: readonly string[]
  readonly name?: string
  readonly plan: string
  readonly status?: { readonly column: string; readonly usual: readonly string[] }
}

interface SettingsMap extends Common {
  readonly becomes: 'settings'
  /** A column, and its path in settings.yaml. */
  readonly fields: Dict<string>
}

export interface OverridesMap extends Common {
  readonly becomes: 'overrides'
  readonly account: string
  readonly type: string
  /** Other names of providers, and ours. */
  readonly types?: Dict<string>
  /** The column of a JSON object, or of its text. */
  readonly config?: string
  /** Other names of the object's members, and ours. */
  readonly aliases?: Dict<string>
  /** Columns that are fields themselves. */
  readonly fields?: Dict<string>
}

interface PromptMap extends Common {
  readonly becomes: 'prompt'
  readonly type: string
  readonly value: string
}

interface AccountPromptMap extends Common {
  readonly becomes: 'account_prompt'
  readonly account: string
  readonly type: string
  readonly value: string
  readonly default: string
  readonly customized: string
}

/** A profile or a strategy: a global one, or with `account` that account's own. */
export interface RecordMap extends Common {
  readonly becomes: 'profile' | 'strategy'
  readonly account?: string
  readonly id: readonly string[]
  /** A column, and the field that it is. */
  readonly fields: Dict<string>
}

/** Returns the columns of a model that its map names, in any role. */
export function columnsOf(map: ModelMap): ReadonlySet<string> {
  const named = new Set([...(map.ignore ?? []), ...(map.active === undefined ? [] : [map.active])])
  const add = (...columns: readonly (string | undefined)[]): void => {
    for (const column of columns) if (column !== undefined) named.add(column)
  }
  switch (map.becomes) {
    case 'nothing':
      add(map.account)
      break
    case 'plan':
      add(map.slug, map.name)
      break
    case 'account':
      add(...map.id, map.name, map.plan, map.status?.column)
      break
    case 'settings':
      add(...Object.keys(map.fields))
      break
    case 'overrides':
      add(map.account, map.type, map.config, ...Object.keys(map.fields ?? {}))
      break
    case 'prompt':
      add(map.type, map.value)
      break
    case 'account_prompt':
      add(map.account, map.type, map.value, map.default, map.customized)
      break
    case 'profile':
    case 'strategy':
      add(map.account, ...map.id, ...Object.keys(map.fields))
      break
    default:
  }
  return named
}
