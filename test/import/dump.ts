import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { expect } from 'vitest'
import { expectNoTrace, treeOf } from '../faults/support.ts'
import { temporaryFolder } from '../support/config.ts'
import { type Ran, tenfold } from '../support/run.ts'

type Fields = Readonly<Record<string, unknown>>

/** A row as Django's serializer writes it. */
export interface Row {
  readonly model: string
  readonly pk?: unknown
  readonly fields: Fields
}

export const row = (model: string, pk: unknown, fields: Fields): Row => ({ model, pk, fields })

/** The plans of the origin, by the primary keys that accounts refer to. */
export const PLANS: readonly Row[] = ['free', 'starter', 'growth', 'scale'].map((slug, i) =>
  row('auth.plan', i + 1, { slug, name: slug.toUpperCase() }),
)

export const SETTINGS = row('system.globalintegrationsettings', 1, {
  openai_api_key: '',
  openai_model: 'gpt-4o-mini',
  openai_temperature: 0.7,
  openai_max_tokens: 8192,
  runware_model: 'runware:97@1',
  runware_size: '1024x1024',
  dalle_model: 'dall-e-3',
  default_text_provider: 'openai',
  default_image_service: 'runware',
  max_in_article_images: 2,
})

export function account(pk: unknown, slug: string, fields: Fields = {}): Row {
  return row('auth.account', pk, { slug, name: slug, plan: 3, status: 'active', ...fields })
}

export function overrides(pk: number, owner: unknown, type: string, config: unknown): Row {
  return row('system.integrationsettings', pk, { account: owner, integration_type: type, config, is_active: true })
}

export function prompt(pk: number, type: string, text: string): Row {
  return row('system.globalaiprompt', pk, { prompt_type: type, prompt_value: text, is_active: true })
}

export function ownPrompt(pk: number, owner: unknown, type: string, fields: Fields): Row {
  const rest = { prompt_value: '', default_prompt: '', is_customized: true, is_active: true, ...fields }
  return row('system.aiprompt', pk, { account: owner, prompt_type: type, ...rest })
}

/** The smallest dump that becomes a whole configuration. */
export const BASE_ROWS: readonly Row[] = [...PLANS, SETTINGS, account(1, 'acme')]

/** A folder with a dump in it, that `tenfold import dump.json` is called in. */
export class ImportPlace {
  readonly folder = temporaryFolder()

  constructor(rows: readonly unknown[] = BASE_ROWS) {
    this.dump(rows)
  }

  dump(rows: readonly unknown[]): this {
    return this.write('dump.json', JSON.stringify(rows, null, 1))
  }

  write(path: string, text: string | Uint8Array): this {
    const file = join(this.folder, path)
    mkdirSync(dirname(file), { recursive: true })
    writeFileSync(file, text)
    return this
  }

  read(path: string): string {
    return readFileSync(join(this.folder, path), 'utf8')
  }

  has(path: string): boolean {
    return existsSync(join(this.folder, path))
  }

  run(...args: readonly string[]): Promise<Ran> {
    return this.runOf('dump.json', ...args)
  }

  async runOf(file: string, ...args: readonly string[]): Promise<Ran> {
    const ran = await tenfold(['import', file, ...args], this.folder)
    expectNoTrace(ran)
    expect(readdirSync(this.folder).filter((name) => name.includes('-import-'))).toEqual([])
    return ran
  }

  /** Runs what has to fail with nothing written. */
  async fails(code: 1 | 2 | 3, ...args: readonly string[]): Promise<Ran> {
    return this.failsOf('dump.json', code, ...args)
  }

  async failsOf(file: string, code: 1 | 2 | 3, ...args: readonly string[]): Promise<Ran> {
    const before = treeOf(this.folder)
    const ran = await this.runOf(file, ...args)
    expect(ran.stdout + ran.stderr).toMatch(/(error|note|nothing was written)/)
    expect(ran.code, ran.stdout + ran.stderr).toBe(code)
    expect(treeOf(this.folder)).toEqual(before)
    return ran
  }
}
