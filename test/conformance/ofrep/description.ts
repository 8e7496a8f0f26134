import { Ajv2020 } from 'ajv/dist/2020.js'
import formats from 'ajv-formats'
import { parse } from 'yaml'
import { isObject } from '../../../src/store/format/decode-json.ts'

/** One request of the protocol with its answer, as the tests record it. */
export interface Recorded {
  readonly method: string
  readonly path: string
  readonly body?: unknown
  readonly status: number
  readonly answer?: unknown
  readonly etag?: string
}

const SINGLE = '/ofrep/v1/evaluate/flags/{key}'
const BULK = '/ofrep/v1/evaluate/flags'
/** What any server may answer to any request, and the description does not list. */
const ANYWHERE = [401, 403, 405, 413, 421, 429, 503]

/** Holds answers to the protocol's OpenAPI description. */
export class OfrepDescription {
  readonly #document: Record<string, unknown>
  readonly #ajv = new Ajv2020({ strict: false, allErrors: true })

  constructor(text: string) {
    const document: unknown = parse(text)
    if (!isObject(document)) throw new Error('the description is no object')
    this.#document = { ...document, $id: 'ofrep' }
    formats.default(this.#ajv)
    // As it is written, a flag without a value is any object, and `oneOf` has two of every flag that has one.
    const schemas = this.#get(['components', 'schemas'])
    if (isObject(schemas)) Object.assign(schemas, { codeDefaultFlag: { type: 'object', not: { required: ['value'] } } })
    this.#ajv.addSchema(this.#document)
  }

  /** Returns what is wrong with an exchange. */
  judge({ method, path, status, answer, etag }: Recorded): string[] {
    const template = path.replace(/\/$/, '') === BULK ? BULK : path.startsWith(`${BULK}/`) ? SINGLE : undefined
    if (template === undefined) return [`${path} is none of the protocol’s`]
    if (status >= 400 && !isObject(answer)) return [`${status} has no body`]
    if (status >= 400 && isObject(answer) && typeof answer['errorDetails'] !== 'string')
      return [`${status} has no errorDetails`]
    if (ANYWHERE.includes(status) || method !== 'POST') return []
    const at = ['paths', template, 'post', 'responses', String(status)]
    if (this.#get(at) === undefined) return [`there is no answer ${status} to ${template}`]
    if (template === BULK && (status === 200 || status === 304) && etag === undefined) return [`${status} has no ETag`]
    const schema = [...at, 'content', 'application/json', 'schema']
    if (this.#get(schema) === undefined) return answer === undefined ? [] : [`${status} has a body`]
    const validate = this.#ajv.compile({ $ref: `ofrep#/${schema.map(escaped).join('/')}` })
    return validate(answer) ? [] : [this.#ajv.errorsText(validate.errors)]
  }

  #get(path: readonly string[]): unknown {
    let here: unknown = this.#document
    for (const step of path) here = isObject(here) ? here[step] : undefined
    return here
  }
}

function escaped(step: string): string {
  return encodeURIComponent(step.replaceAll('~', '~0').replaceAll('/', '~1'))
}
