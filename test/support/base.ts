import { VOCABULARY } from './written-vocabulary.ts'

/** The smallest configuration that uses every kind of global file and checks without a word. */
export const BASE: Readonly<Record<string, string>> = {
  ...VOCABULARY,
  'settings.yaml': `text: { provider: openai }
image: { provider: runware, max_in_article: 2 }
providers:
  openai: { api_key: { secret: OPENAI_API_KEY }, model: gpt-4o-mini, temperature: 0.7, max_tokens: 8192 }
  anthropic: { api_key: { secret: ANTHROPIC_API_KEY }, model: claude-3-5-sonnet-20241022, temperature: 0.7, max_tokens: 8192 }
  dalle: { api_key: { secret: DALLE_API_KEY }, model: dall-e-3, size: 1024x1024, quality: standard, style: vivid }
  runware: { api_key: { secret: RUNWARE_API_KEY }, model: "runware:97@1", size: 1024x1024 }
`,
  'models.yaml': `models:
  gpt-4: { provider: openai, kind: text, max_output_tokens: 8192 }
  gpt-4o: { provider: openai, kind: text, max_output_tokens: 16384 }
  gpt-4o-mini: { provider: openai, kind: text, max_output_tokens: 16384, price: { input: 0.15, output: 0.60 } }
  gpt-5.2: { provider: openai, kind: text, max_output_tokens: 128000 }
  claude-3-5-sonnet-20241022: { provider: anthropic, kind: text, max_output_tokens: 8192, max_temperature: 1 }
  claude-3-haiku-20240307: { provider: anthropic, kind: text, max_output_tokens: 4096, max_temperature: 1 }
  dall-e-3: { provider: dalle, kind: image, sizes: [1024x1024, 1792x1024, 1024x1792], qualities: [standard, hd], styles: [vivid, natural] }
  dall-e-2: { provider: dalle, kind: image, sizes: [256x256, 512x512, 1024x1024] }
  "runware:97@1": { provider: runware, kind: image, sizes: [1024x1024, 1280x768] }
`,
  'plans.yaml': `plans:
  free: { title: Free, may_override: [] }
  starter: { title: Starter, may_override: [text, image, openai, anthropic, dalle, runware, prompts, author_profiles, strategies] }
  growth: { title: Growth, may_override: [text, image, openai, anthropic, dalle, runware, prompts, author_profiles, strategies], models: { deny: [gpt-5.2] } }
  scale: { title: Scale, may_override: [text, image, openai, anthropic, dalle, runware, prompts, author_profiles, strategies], limits: { max_tokens: 16000 } }
`,
  'functions.yaml': `functions:
  auto_cluster: { kind: text, prompts: [clustering], defaults: { max_tokens: 3000, response_format: json } }
  generate_content: { kind: text, prompts: [] }
  generate_images: { kind: image, prompts: [image_prompt] }
`,
  'prompts/clustering.yaml': `title: Clustering
placeholders: brackets
variables: { IGNY8_KEYWORDS: { required: true } }
value: |
  Group these keywords: [IGNY8_KEYWORDS]
`,
  'prompts/image_prompt.yaml': `title: Image prompt
placeholders: braces
variables: { title: {}, mood: { required: false } }
value: "A picture of {title}"
`,
}
