import type { Obj } from '../../src/store/format/decode-json.ts'

/** What the globals of `BASE` and of the repository's own configuration answer; a row says what differs. */
export const openai = (fields: Obj = {}): Obj => ({
  provider: 'openai',
  model: 'gpt-4o-mini',
  temperature: 0.7,
  max_tokens: 8192,
  api_key: { secret: 'OPENAI_API_KEY' },
  ...fields,
})

export const anthropic = (fields: Obj = {}): Obj => ({
  provider: 'anthropic',
  model: 'claude-3-5-sonnet-20241022',
  temperature: 0.7,
  max_tokens: 8192,
  api_key: { secret: 'ANTHROPIC_API_KEY' },
  ...fields,
})

export const dalle = (fields: Obj = {}): Obj => ({
  provider: 'dalle',
  model: 'dall-e-3',
  size: '1024x1024',
  quality: 'standard',
  style: 'vivid',
  max_in_article: 2,
  api_key: { secret: 'DALLE_API_KEY' },
  ...fields,
})

/** Without quality and style: dall-e-2 has neither. */
export const dalle2 = (fields: Obj = {}): Obj => ({
  provider: 'dalle',
  model: 'dall-e-2',
  size: '1024x1024',
  max_in_article: 2,
  api_key: { secret: 'DALLE_API_KEY' },
  ...fields,
})

export const runware = (fields: Obj = {}): Obj => ({
  provider: 'runware',
  model: 'runware:97@1',
  size: '1024x1024',
  max_in_article: 2,
  api_key: { secret: 'RUNWARE_API_KEY' },
  ...fields,
})

export const content = { function: 'generate_content' } as const
export const cluster = { function: 'auto_cluster' } as const
export const images = { function: 'generate_images' } as const
export const profiles = { records: 'author_profiles' } as const
export const strategies = { records: 'strategies' } as const
export const clustering = { prompt: 'clustering' } as const

/** An account's file. */
export const account = (id: string, plan: string, rest = ''): Record<string, string> => ({
  [`accounts/${id}.yaml`]: `id: ${/^\d+$/.test(id) ? `"${id}"` : id}\nplan: ${plan}\n${rest}`,
})
