import { bare } from '../../base/did-you-mean.ts'

/**
 * Names under which people keep credentials, and names that lead a key's traffic elsewhere. They are compared without
 * case and punctuation, and only where the schema does not know the key: `max_tokens` is no token.
 */
const KEY_LIKE = anyOf(
  /(?:api|secret|private|access|signing|encryption|account|service|auth|master)keys?$/,
  /(?:openai|anthropic|dalle|runware|azure|aws|google|gemini|mistral|cohere|groq|xai|deepseek|openrouter|fal)keys?$/,
  /(?:replicate|together|fireworks|cerebras|perplexity|elevenlabs|deepgram|stability|leonardo|bfl|voyage|jina)keys?$/,
  /(?:pinecone|tavily|langfuse|langsmith|huggingface|nvidia|bedrock|vertex|stripe|sendgrid|mailgun|github)keys?$/,
  /^keys?(?:id)?$/,
  /secrets?$/,
  /token$/,
  /^tokens$/,
  /accesstokens$/,
  /passw(?:or)?d$/,
  /passphrase$/,
  /^pass$/,
  /^pwd$/,
  /credentials?$/,
  /^creds$/,
  /^auth$/,
  /authorization$/,
  /bearer$/,
  /^jwt$/,
)
const ENDPOINT = anyOf(
  /^(?:api)?(?:base)?ur[il]$/,
  /^(?:api|base|server|proxy|endpoint|host)ur[il]$/,
  /^(?:api)?base$/,
  /endpoints?$/,
  /^host(?:name)?$/,
  /^apihost$/,
  /^(?:http|extra|request|default|custom)?headers?$/,
  /^org(?:ani[sz]ation)?(?:id)?$/,
  /^(?:openai)org(?:ani[sz]ation)?(?:id)?$/,
  /^proxy$/,
  /^https?proxy$/,
  /^server$/,
  /^port$/,
  /^domain$/,
  /^azure(?:resource|deployment)$/,
  /^region$/,
  /^project(?:id)?$/,
)

function anyOf(...alternatives: readonly RegExp[]): RegExp {
  return new RegExp(alternatives.map(({ source }) => source).join('|'))
}

/** Whether a name, in any spelling, is one that a credential is kept under. */
export function isKeyName(name: string): boolean {
  return KEY_LIKE.test(bare(name))
}

/** Whether a name, in any spelling, is one that leads a key's traffic elsewhere. */
export function isEndpointName(name: string): boolean {
  return ENDPOINT.test(bare(name))
}
