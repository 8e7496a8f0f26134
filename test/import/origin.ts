import type { Row } from './random-database.ts'

/** What the origin answers, by the rows of its database that count: the rules of its own page, and nothing of ours. */
export class Origin {
  private readonly rows: readonly Row[]

  /** @param rows those that are switched on, and that nothing is wrong with */
  constructor(rows: readonly Row[]) {
    this.rows = rows.filter(({ fields }) => fields['is_active'] !== false)
  }

  get hasSettings(): boolean {
    return this.all('globalintegrationsettings').length > 0
  }

  /** `get_model_config`: the account's config where it has a value, else the global column. */
  modelConfig(account: Row | undefined, kind: 'text' | 'image'): Record<string, unknown> {
    const global = this.all('globalintegrationsettings')[0]?.fields ?? {}
    const provider = String(global[kind === 'text' ? 'default_text_provider' : 'default_image_service'])
    const own = this.of('integrationsettings', account)
    const configOf = (type: string): Record<string, unknown> => {
      const config: unknown = own.find(({ fields }) => fields['integration_type'] === type)?.fields['config']
      const value: unknown = typeof config === 'string' ? JSON.parse(config) : config
      return { ...(typeof value === 'object' ? value : {}) }
    }
    const config = configOf(provider)
    const answer = (field: string, ...aliases: string[]): unknown => {
      const value = [field, ...aliases].map((name) => config[name]).find(isSet)
      return isSet(value) ? value : global[`${provider}_${field}`]
    }
    if (kind === 'text') {
      const [temperature, max_tokens] = [answer('temperature'), answer('max_tokens', 'maxTokens')].map(Number)
      return { provider, model: answer('model'), temperature, max_tokens }
    }
    const most = configOf('runware')['maxInArticle']
    const max_in_article = Number(isSet(most) ? most : global['max_in_article_images'])
    const look = provider === 'dalle' ? { quality: answer('quality'), style: answer('style') } : {}
    return { provider, model: answer('model'), size: answer('size', 'imageSize'), ...look, max_in_article }
  }

  /** `get_effective_prompt`: the account's row, by its flag, else the global one. */
  prompt(account: Row | undefined, type: string): string {
    const isOfType = ({ fields }: Row): boolean => fields['prompt_type'] === type
    const own = this.of('aiprompt', account).find(isOfType)?.fields
    const text = own?.['is_customized'] === true ? own['prompt_value'] : own?.['default_prompt']
    return lines(own === undefined ? this.all('globalaiprompt').find(isOfType)?.fields['prompt_value'] : (text ?? ''))
  }

  promptTypes(): string[] {
    return this.all('globalaiprompt').map(({ fields }) => String(fields['prompt_type']))
  }

  /** The names of global and own records: they stand side by side. */
  names(account: Row | undefined, table: 'authorprofile' | 'strategy'): string[] {
    const all = [...this.all(`global${table}`), ...this.of(table, account)]
    return all.map(({ fields }) => lines(fields['name'])).sort()
  }

  private all(table: string): Row[] {
    return this.rows.filter(({ model }) => model.toLowerCase().split('.').at(-1) === table)
  }

  private of(table: string, account: Row | undefined): Row[] {
    return this.all(table).filter(({ fields: { account: owner } }) => {
      if (account === undefined) return false
      return Array.isArray(owner)
        ? said(owner[0]) === said(account.fields['slug'])
        : String(owner) === String(account.pk)
    })
  }
}

function isSet(value: unknown): boolean {
  return value !== null && value !== undefined && value !== ''
}

function said(value: unknown): string {
  return String(value).trim()
}

/** A file's line ends are LF. */
function lines(text: unknown): string {
  return String(text).replace(/\r\n?/g, '\n')
}
