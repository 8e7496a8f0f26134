/** The built-in vocabulary, with an embedding kind, a model that reasons and a provider beside the four. */
export const WIDER = `kinds:
  text:
    function: { response_format: { type: string, enum: [text, json] } }
  image:
    section: { max_in_article: { type: integer, minimum: 0, maximum: 10, unit: images } }
  embedding: {}
providers:
  openai:
    title: OpenAI
    kind: text
    parameters:
      temperature: { type: number, minimum: 0, maximum: 2 }
      max_tokens: { type: integer, minimum: 1, required: true, unit: tokens }
      reasoning_effort: { type: string, listed: true }
      logprobs: { type: boolean }
  anthropic:
    kind: text
    parameters:
      temperature: { type: number, minimum: 0, maximum: 1 }
      max_tokens: { type: integer, minimum: 1, required: true, unit: tokens }
  dalle:
    kind: image
    parameters: { size: { type: string, listed: true }, quality: { type: string, listed: true }, style: { type: string, listed: true } }
  runware:
    kind: image
    parameters: { size: { type: string, listed: true } }
  voyage:
    kind: embedding
    parameters: { dimensions: { type: integer, minimum: 1, maximum: 4096 } }
`
