import { BUILT_IN } from '../../src/domain/built-in-vocabulary.ts'
import type { Globals } from '../../src/domain/settings-types.ts'

const EVERYTHING = [
  'text',
  'image',
  'openai',
  'anthropic',
  'dalle',
  'runware',
  'prompts',
  'author_profiles',
  'strategies',
]

/** All providers, one function of each shape, one prompt, one profile and one strategy. */
export const GLOBALS: Globals = {
  vocabulary: BUILT_IN,
  sections: {
    text: { provider: 'openai', fields: {} },
    image: { provider: 'runware', fields: { max_in_article: 2 } },
  },
  providers: {
    openai: { secret: 'OPENAI_API_KEY', fields: { model: 'gpt-4o-mini', temperature: 0.7, max_tokens: 8192 } },
    anthropic: { secret: 'ANTHROPIC_API_KEY', fields: { model: 'claude', temperature: 0.7, max_tokens: 4096 } },
    dalle: {
      secret: 'DALLE_API_KEY',
      fields: { model: 'dall-e-3', size: '1024x1024', quality: 'standard', style: 'vivid' },
    },
    runware: { secret: 'RUNWARE_API_KEY', fields: { model: 'runware:97@1', size: '1024x1024' } },
  },
  models: {
    'gpt-4': { provider: 'openai', kind: 'text', parameters: { max_tokens: { maximum: 8192 } } },
    'gpt-4o-mini': { provider: 'openai', kind: 'text', parameters: { max_tokens: { maximum: 16384 } } },
    claude: {
      provider: 'anthropic',
      kind: 'text',
      parameters: { max_tokens: { maximum: 8192 }, temperature: { maximum: 1 } },
    },
    'dall-e-3': {
      provider: 'dalle',
      kind: 'image',
      parameters: {
        size: { enum: ['1024x1024', '1792x1024'] },
        quality: { enum: ['standard', 'hd'] },
        style: { enum: ['vivid', 'natural'] },
      },
    },
    'runware:97@1': { provider: 'runware', kind: 'image', parameters: { size: { enum: ['1024x1024'] } } },
  },
  plans: {
    free: { may_override: [] },
    starter: { may_override: EVERYTHING },
    growth: { may_override: EVERYTHING },
    scale: { may_override: EVERYTHING, limits: { max_tokens: 2000 } },
  },
  functions: {
    generate_content: { kind: 'text', prompts: ['clustering'], defaults: {}, models: {} },
    auto_cluster: { kind: 'text', prompts: [], defaults: { max_tokens: 3000, response_format: 'json' }, models: {} },
    generate_images: { kind: 'image', prompts: [], defaults: {}, models: {} },
  },
  prompts: {
    clustering: { value: 'Group [IGNY8_KEYWORDS]', placeholders: 'brackets', variables: { IGNY8_KEYWORDS: true } },
  },
  author_profiles: { teacher: { name: 'Clear Teacher', tone: 'plain' } },
  strategies: { pillar: { name: 'Pillar', prompt_types: ['ideas'], sections: ['Problem', 'Proof'] } },
}
