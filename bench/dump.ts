import { createHash } from 'node:crypto'
import { closeSync, existsSync, mkdirSync, openSync, renameSync, writeSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { randomFrom } from '../test/support/corpus.ts'
import { CACHE } from './place.ts'

export interface Dump {
  readonly file: string
  readonly accounts: number
  readonly rows: number
}

/** A database's dump, out of the cache if an earlier run wrote it. About five rows an account. */
export function dumpOf(accounts: number): Dump {
  const file = join(CACHE, 'dumps', `${accounts}-${identity()}.json`)
  let rows = 0
  if (existsSync(file)) {
    for (const _ of rowsOf(accounts)) rows++
    return { file, accounts, rows }
  }
  mkdirSync(dirname(file), { recursive: true })
  const unfinished = `${file}.${process.pid}`
  const descriptor = openSync(unfinished, 'w')
  try {
    let waiting = '[\n'
    for (const row of rowsOf(accounts)) {
      waiting += `${rows++ === 0 ? '' : ',\n'}${JSON.stringify(row, null, 1)}`
      if (waiting.length < PART) continue
      writeSync(descriptor, waiting)
      waiting = ''
    }
    writeSync(descriptor, `${waiting}\n]\n`)
  } finally {
    closeSync(descriptor)
  }
  renameSync(unfinished, file)
  return { file, accounts, rows }
}

/** Characters that are written at once. */
const PART = 1 << 20

type Fields = Readonly<Record<string, unknown>>

const PLANS = ['free', 'starter', 'growth', 'scale']
const WHEN = '2025-12-20T09:30:00Z'
const TODAY = 'Group these keywords by what their readers look for.\n\nKeywords:\n[IGNY8_KEYWORDS]\n'
const OLDER = 'Group these keywords:\n[IGNY8_KEYWORDS]\n'

/** Table by table, as `dumpdata` writes them: what belongs to an account is far away from it. */
function* rowsOf(accounts: number): Generator<object> {
  for (const [i, slug] of PLANS.entries()) yield row('auth.plan', i + 1, { name: slug, slug })
  for (let pk = 1; pk <= accounts; pk++) {
    const fields = { name: `Tenant ${pk}`, slug: `tenant-${String(pk).padStart(7, '0')}`, plan: (pk % 4) + 1 }
    yield row('auth.account', pk, { ...fields, owner: pk, status: 'active', credits: 100, created_at: WHEN })
  }
  yield row('system.globalintegrationsettings', 1, SETTINGS)
  yield row('system.globalaiprompt', 1, { prompt_type: 'clustering', prompt_value: TODAY, version: 1 })
  for (const [table, each] of Object.entries(TABLES)) {
    const random = randomFrom(42)
    let pk = 0
    for (let account = 1; account <= accounts; account++) {
      if (account % 4 === 0) continue
      for (const fields of each(account, random)) yield row(table, ++pk, { account, ...fields, updated_at: WHEN })
    }
  }
}

function row(model: string, pk: number, fields: Fields): object {
  return { model, pk, fields }
}

const SETTINGS: Fields = {
  openai_api_key: '',
  openai_model: 'gpt-4o-mini',
  openai_temperature: 0.7,
  openai_max_tokens: 8192,
  runware_api_key: '',
  runware_model: 'runware:97@1',
  runware_size: '1024x1024',
  default_text_provider: 'openai',
  default_image_service: 'runware',
  max_in_article_images: 2,
}

type Random = ReturnType<typeof randomFrom>

/** What the accounts that are not on Free have in each table. */
const TABLES: Readonly<Record<string, (account: number, random: Random) => readonly Fields[]>> = {
  'system.integrationsettings': (_, random) => [
    {
      integration_type: 'openai',
      config: {
        model: random.of(['gpt-4o', 'gpt-4.1', null]),
        temperature: (random.below(10) * 10 + 5) / 100,
        max_tokens: String(1000 + random.below(3000)),
      },
      is_active: true,
    },
    { integration_type: 'runware', config: { imageSize: '1280x768', maxInArticle: random.below(4) }, is_active: true },
  ],
  'system.aiprompt': (account, random) => [
    {
      prompt_type: 'clustering',
      prompt_value: `Cluster for tenant ${account}, whose readers are ${random.of(['many', 'few'])}:\n\n[IGNY8_KEYWORDS]\n`,
      default_prompt: random.of([TODAY, OLDER]),
      is_customized: random.below(2) === 0,
    },
  ],
  'system.authorprofile': (account) => [
    { name: `Voice of ${account}`, tone: 'calm, and a little dry', language: 'en', description: '' },
  ],
  'system.strategy': (account) => [
    { name: `Plan ${account}`, description: 'Weekly', prompt_types: ['clustering'], section_logic: [{ h2: 'Intro' }] },
  ],
}

/** Changes when the generator does, so that the cache never answers with another dump. */
function identity(): string {
  const hash = createHash('sha256')
  for (const one of rowsOf(1000)) hash.update(JSON.stringify(one))
  return hash.digest('hex').slice(0, 8)
}
