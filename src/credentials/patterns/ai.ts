import type { CredentialPattern } from './pattern-types.ts'

/**
 * No name or slug continues the beginning `sk-` like this: one long run, with digits among its letters or longer than
 * any word.
 */
const OPENAI_OLD =
  /^(?:[A-Za-z0-9]+[_-]){0,4}(?:(?=[A-Za-z]*[0-9])(?=[0-9]*[A-Za-z])[A-Za-z0-9]{20,}|[A-Za-z]{26,})[A-Za-z0-9_-]*/
const UUID = /^[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}/i
/** Behind a beginning that is a syllable of many languages: longer than any slug, and of three alphabets. */
const LONG_MIXED = /^(?=[A-Za-z_-]*[0-9])(?=[a-z0-9_-]*[A-Z])(?=[A-Z0-9_-]*[a-z])[A-Za-z0-9_-]{40,}/

/** Vendors of models, and of tools that watch, search and store for them. */
export const AI_PATTERNS: readonly CredentialPattern[] = [
  { what: 'an Anthropic key', starts: ['sk-ant-'], rest: /^[A-Za-z0-9_-]{20,}/ },
  { what: 'an OpenAI key', starts: ['sk-proj-', 'sk-svcacct-', 'sk-admin-', 'sk-None-'], rest: /^[A-Za-z0-9_-]{20,}/ },
  { what: 'an OpenRouter key', starts: ['sk-or-v1-'], rest: /^[A-Za-z0-9]{20,}/ },
  { what: 'a Langfuse key', starts: ['sk-lf-', 'pk-lf-'], rest: UUID },
  { what: 'a Helicone key', starts: ['sk-helicone-'], rest: /^[a-z0-9-]{20,}/ },
  { what: 'an OpenAI key', starts: ['sk-'], rest: OPENAI_OLD },
  { what: 'a Cerebras key', starts: ['csk-'], rest: /^[A-Za-z0-9]{30,}/ },
  { what: 'a Google key', starts: ['AIza'], rest: /^[A-Za-z0-9_-]{35}/ },
  { what: 'a Google key', starts: ['AQ.'], rest: /^[A-Za-z0-9_-]{35,}/ },
  { what: 'a Bedrock key', starts: ['ABSK', 'bedrock-api-key-'], rest: /^[A-Za-z0-9+/]{40,}/ },
  { what: 'a Hugging Face token', starts: ['hf_', 'api_org_'], rest: /^[A-Za-z0-9]{30,}/ },
  { what: 'a Replicate token', starts: ['r8_'], rest: /^[A-Za-z0-9]{30,}/ },
  { what: 'a Groq key', starts: ['gsk_'], rest: /^[A-Za-z0-9]{30,}/ },
  { what: 'an xAI key', starts: ['xai-'], rest: /^[A-Za-z0-9]{30,}/ },
  { what: 'a Perplexity key', starts: ['pplx-'], rest: /^[A-Za-z0-9]{30,}/ },
  { what: 'an NVIDIA key', starts: ['nvapi-'], rest: /^[A-Za-z0-9_-]{40,}/ },
  { what: 'a Fireworks key', starts: ['fw_'], rest: /^[A-Za-z0-9]{20,}/ },
  { what: 'a Together key', starts: ['tgp_v1_'], rest: /^[A-Za-z0-9_-]{30,}/ },
  { what: 'a Voyage key', starts: ['pa-', 'al-'], rest: LONG_MIXED },
  { what: 'a Jina key', starts: ['jina_'], rest: /^[A-Za-z0-9_-]{40,}/ },
  { what: 'an Upstage key', starts: ['up_'], rest: /^(?=[a-z]*[A-Z0-9])[A-Za-z0-9]{26,}/ },
  { what: 'an ElevenLabs key', starts: ['sk_'], rest: /^[0-9a-f]{40,}/ },
  { what: 'a Cartesia key', starts: ['sk_car_'], rest: /^[A-Za-z0-9_-]{20,}/ },
  { what: 'a HeyGen key', starts: ['sk_V2_'], rest: /^[A-Za-z0-9_]{30,}/ },
  { what: 'a Runway key', starts: ['key_'], rest: /^[0-9a-f]{64,}/ },
  { what: 'a RunPod key', starts: ['rpa_'], rest: /^[A-Za-z0-9]{40,}/ },
  { what: 'an Anyscale key', starts: ['esecret_'], rest: /^[A-Za-z0-9]{24,}/ },
  { what: 'a LangSmith key', starts: ['lsv2_pt_', 'lsv2_sk_', 'ls__'], rest: /^[0-9a-f]{32}(?:_[0-9a-f]+)?/ },
  { what: 'a Weights & Biases key', starts: ['wandb_v1_'], rest: /^[A-Za-z0-9_]{40,}/ },
  { what: 'a Pinecone key', starts: ['pcsk_'], rest: /^[A-Za-z0-9_]{40,}/ },
  { what: 'a Chroma key', starts: ['ck-'], rest: LONG_MIXED },
  { what: 'a Mem0 key', starts: ['m0-'], rest: /^[A-Za-z0-9]{36,}/ },
  { what: 'a LlamaCloud key', starts: ['llx-'], rest: /^[A-Za-z0-9]{40,}/ },
  { what: 'a Tavily key', starts: ['tvly-'], rest: /^(?:(?:dev|prod)-)?[A-Za-z0-9_-]{20,}/ },
  { what: 'a Firecrawl key', starts: ['fc-'], rest: /^[0-9a-f]{32}/ },
  { what: 'an Apify token', starts: ['apify_api_'], rest: /^[A-Za-z0-9]{30,}/ },
  { what: 'an E2B key', starts: ['e2b_'], rest: /^[0-9a-f]{40}/ },
  { what: 'a Cursor key', starts: ['crsr_'], rest: /^[A-Za-z0-9]{32,}/ },
  { what: 'a Databricks token', starts: ['dapi'], rest: /^[0-9a-f]{32}/ },
  { what: 'an Azure key', starts: ['JQQJ99'], rest: /^[A-Za-z0-9]{24,}/, after: /[A-Za-z0-9]{40}$/ },
]
