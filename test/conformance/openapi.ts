import { type SchemaObject, Ajv, type ValidateFunction } from 'ajv'
import formats from 'ajv-formats'
import { isObject } from '../../src/store/format/decode-json.ts'

/** What is wrong with one exchange, a line each; and the operation that it is, where there is one. */
export interface Judged {
  readonly operation: string
  readonly problems: readonly string[]
}

export interface Asked {
  readonly method: string
  readonly path: string
  readonly query: Readonly<Record<string, string>>
  readonly body: unknown
  readonly status: number
  readonly answer: unknown
}

/** Answers that GitHub gives to any operation, and describes for few: they look like its errors. */
const ANYWHERE = [401, 403, 404, 429, 500, 502, 503]

/** Holds requests and responses to an OpenAPI 3.0 description. */
export class Description {
  readonly #document: SchemaObject
  readonly #ajv = new Ajv({ strict: false, allErrors: true, coerceTypes: false })
  readonly #compiled = new Map<string, ValidateFunction>()

  constructor(text: string) {
    const document: unknown = toJsonSchema(JSON.parse(text))
    if (!isObject(document)) throw new Error('the description is not an object')
    this.#document = document
    formats.default(this.#ajv)
    for (const format of ['int64', 'int32', 'repo.nwo', 'timestamp']) this.#ajv.addFormat(format, true)
    this.#ajv.addSchema({ ...document, $id: 'github' })
  }

  judge({ method, path, query, body, status, answer }: Asked): Judged {
    const template = this.#template(path, method.toLowerCase())
    if (template === undefined) return { operation: `${method} ${path}`, problems: ['GitHub has no such operation'] }
    const at = ['paths', template, method.toLowerCase()]
    const operation = String(this.#get([...at, 'operationId']) ?? `${method} ${template}`)
    const problems = [...this.#parameters(at, query), ...this.#body(at, body), ...this.#answer(at, status, answer)]
    return { operation, problems }
  }

  #parameters(at: readonly string[], query: Readonly<Record<string, string>>): string[] {
    const listed = this.#get([...at, 'parameters'])
    const known = new Map<string, readonly string[]>()
    for (const i of Array.isArray(listed) ? listed.keys() : []) {
      const place = this.#follow([...at, 'parameters', String(i)])
      if (this.#get([...place, 'in']) === 'query')
        known.set(String(this.#get([...place, 'name'])), [...place, 'schema'])
    }
    return Object.entries(query).flatMap(([name, value]) => {
      const place = known.get(name)
      if (place === undefined) return [`there is no query parameter ${name}`]
      const isNumber = this.#get([...this.#follow(place), 'type']) === 'integer'
      return this.#validate(place, isNumber ? Number(value) : value, `query ${name}`)
    })
  }

  #body(at: readonly string[], body: unknown): string[] {
    const place = [...at, 'requestBody', 'content', 'application/json', 'schema']
    const schema = this.#get(this.#follow(place))
    if (body === undefined) return this.#get([...at, 'requestBody', 'required']) === true ? ['the body is missing'] : []
    if (!isObject(schema)) return ['there should be no body']
    const known = isObject(schema['properties']) ? Object.keys(schema['properties']) : []
    const strange = isObject(body) ? Object.keys(body).filter((key) => !known.includes(key)) : []
    return [...strange.map((key) => `the body has no ${key}`), ...this.#validate(place, body, 'body')]
  }

  #answer(at: readonly string[], status: number, answer: unknown): string[] {
    const described = this.#get([...at, 'responses', String(status)]) !== undefined
    if (!described && !ANYWHERE.includes(status)) return [`${status} is no answer to this`]
    const response = this.#follow([...at, 'responses', String(status)])
    const place = described
      ? [...response, 'content', 'application/json', 'schema']
      : ['components', 'schemas', 'basic-error']
    return this.#get(place) === undefined ? [] : this.#validate(place, answer, `answer ${status}`)
  }

  #validate(place: readonly string[], value: unknown, what: string): string[] {
    const pointer = place.map((step) => encodeURIComponent(step.replaceAll('~', '~0').replaceAll('/', '~1'))).join('/')
    const validate = this.#compiled.get(pointer) ?? this.#ajv.compile({ $ref: `github#/${pointer}` })
    this.#compiled.set(pointer, validate)
    if (validate(value)) return []
    return (validate.errors ?? []).map(({ instancePath, message = '' }) => `${what}${instancePath} ${message}`)
  }

  /** The path with names in braces that a path is an instance of; one with fewer names is meant first. */
  #template(path: string, method: string): string | undefined {
    const paths = this.#document['paths']
    const fitting = Object.keys(isObject(paths) ? paths : {}).filter((template) => {
      const pattern = template.replace(/[.+*?()[\]^$]/g, '\\$&').replace(/\{[^}]+\}/g, '[^/]+')
      return new RegExp(`^${pattern}$`).test(path) && this.#get(['paths', template, method]) !== undefined
    })
    return fitting.sort((a, b) => a.split('{').length - b.split('{').length)[0]
  }

  /** Where a reference leads, if there is one. */
  #follow(place: readonly string[]): readonly string[] {
    const reference = this.#get([...place, '$ref'])
    return typeof reference === 'string' ? this.#follow(reference.replace(/^github#\//, '').split('/')) : place
  }

  #get(place: readonly string[]): unknown {
    let at: unknown = this.#document
    for (const step of place) {
      if (Array.isArray(at)) at = at[Number(step)]
      else at = isObject(at) ? at[step] : undefined
    }
    return at
  }
}

/** OpenAPI 3.0 says `nullable` where JSON Schema has a type; and references are to this document. */
function toJsonSchema(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(toJsonSchema)
  if (!isObject(value)) return value
  const { nullable, example: _, examples: __, discriminator: ___, ...rest } = value
  const schema: Record<string, unknown> = {}
  for (const [key, part] of Object.entries(rest)) schema[key] = toJsonSchema(part)
  if (typeof schema['$ref'] === 'string') schema['$ref'] = schema['$ref'].replace(/^#/, 'github#')
  if (nullable !== true) return schema
  return { anyOf: [schema, { type: 'null' }] }
}
