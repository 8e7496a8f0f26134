import { type ProvidersFile, linkVocabulary } from './vocabulary.ts'

/**
 * The vocabulary of a configuration without a `providers.yaml`, in the form of one. It is the one file of the program
 * that names providers, kinds and parameters, beside the vendors' forms of keys.
 */
export const BUILT_IN_PROVIDERS = {
  kinds: {
    text: {
      function: {
        response_format: {
          type: 'string',
          enum: ['text', 'json'],
          description: 'What the answer has to be: text, or a JSON document. Set by the function alone.',
        },
      },
    },
    image: {
      section: {
        max_in_article: {
          type: 'integer',
          minimum: 0,
          maximum: 10,
          description: 'The most images in one article, 0 to 10; 0 means no images.',
          unit: 'images',
        },
      },
    },
  },
  providers: {
    openai: {
      title: 'OpenAI',
      kind: 'text',
      parameters: {
        temperature: {
          type: 'number',
          minimum: 0,
          maximum: 2,
          description: 'How freely the model chooses its words: 0 is the most repeatable. 0 is a value and wins.',
        },
        max_tokens: {
          type: 'integer',
          minimum: 1,
          required: true,
          description: 'The longest answer to ask for, in tokens: at least 1, no more than the model writes.',
          unit: 'tokens',
        },
      },
    },
    anthropic: {
      title: 'Anthropic',
      kind: 'text',
      parameters: {
        temperature: {
          type: 'number',
          minimum: 0,
          maximum: 2,
          description: 'How freely the model chooses its words: 0 is the most repeatable. 0 is a value and wins.',
        },
        max_tokens: {
          type: 'integer',
          minimum: 1,
          required: true,
          description: 'The longest answer to ask for, in tokens: at least 1, no more than the model writes.',
          unit: 'tokens',
        },
      },
    },
    dalle: {
      title: 'DALL-E',
      kind: 'image',
      parameters: {
        size: {
          type: 'string',
          format: 'dimensions',
          listed: true,
          description: 'Width x height in pixels; one of the sizes that the model lists in models.yaml.',
        },
        quality: {
          type: 'string',
          enum: ['standard', 'hd'],
          listed: true,
          description: 'standard, or hd for finer detail at a higher price. Only for a model that lists qualities.',
        },
        style: {
          type: 'string',
          enum: ['vivid', 'natural'],
          listed: true,
          description: 'vivid for dramatic pictures, natural for quieter ones. Only for a model that lists styles.',
        },
      },
    },
    runware: {
      title: 'Runware',
      kind: 'image',
      parameters: {
        size: {
          type: 'string',
          format: 'dimensions',
          listed: true,
          description: 'Width x height in pixels; one of the sizes that the model lists in models.yaml.',
        },
      },
    },
  },
} as const satisfies ProvidersFile

export const BUILT_IN = linkVocabulary(BUILT_IN_PROVIDERS)

/** The older spellings of what models.yaml says of a parameter, and what each means. */
export const OLDER_SPELLINGS = {
  max_output_tokens: { parameter: 'max_tokens', bound: 'maximum' },
  max_temperature: { parameter: 'temperature', bound: 'maximum' },
  sizes: { parameter: 'size', bound: 'enum' },
  qualities: { parameter: 'quality', bound: 'enum' },
  styles: { parameter: 'style', bound: 'enum' },
} as const

/**
 * The parameters of the built-in vocabulary as an answer of the SDK has them. A configuration with another vocabulary
 * has others: `tenfold types` writes them.
 */
export interface BuiltInParameters {
  /** From 0 to 2, or to what the model takes. */
  readonly temperature?: number
  /** The most tokens to generate. */
  readonly maxTokens?: number
  /** Pixels, such as `1024x1024`. */
  readonly size?: string
  readonly quality?: string
  readonly style?: string
  /** How many images an article may have, from 0 to 10. */
  readonly maxInArticle?: number
  readonly responseFormat?: 'text' | 'json'
}

/** The vendor whose key each of these providers is sent. Runware's keys have no form of their own. */
export const KEY_VENDORS: Readonly<Record<string, string>> = {
  openai: 'OpenAI',
  dalle: 'OpenAI',
  anthropic: 'Anthropic',
  runware: 'Runware',
}
