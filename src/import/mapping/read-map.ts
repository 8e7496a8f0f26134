import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js'
import { LineCounter, isNode, parseDocument } from 'yaml'
import { didYouMean } from '../../base/did-you-mean.ts'
import { Failure, codeOf, fileFailure } from '../../base/failure.ts'
import { PROGRAM } from '../../base/program-folder.ts'
import type { ImportMap } from './import-map.ts'

interface ReadMap {
  readonly map: ImportMap
  /** The models that the user's map speaks of; none without one. */
  readonly given: readonly string[]
}

/** Returns the built-in map, with the models of a user's in place of its own. @throws {Failure} if that is wrong. */
export function readMap(file: string | undefined): ReadMap {
  const builtIn = readMapFile(join(PROGRAM, 'template', 'import-map.yaml'))
  if (file === undefined) return { map: builtIn, given: [] }
  const own = readMapFile(file)
  const map = { models: { ...builtIn.models, ...own.models }, prompts: { ...builtIn.prompts, ...own.prompts } }
  return { map, given: Object.keys(own.models) }
}

function readMapFile(file: string): ImportMap {
  const lines = new LineCounter()
  const document = parseDocument(textOf(file), { lineCounter: lines, version: '1.2', schema: 'core', merge: false })
  const at = (offset: number | undefined): string => {
    const { line, col } = lines.linePos(offset ?? 0)
    return `${file}:${line}:${col}`
  }
  const [broken] = document.errors
  if (broken !== undefined) throw wrong(`${at(broken.pos[0])}: this is no YAML: ${broken.code}`, HELP)
  const value: unknown = plainValue(file, () => document.toJS({ maxAliasCount: 0 }))
  const isMap = (validator ??= new Ajv2020({ allErrors: true, strict: false, verbose: true }).compile<ImportMap>(
    mapSchema(),
  ))
  if (isMap(value)) return value
  // A branch of the schema says itself what is wrong; that there is a branch, nobody asked.
  const [first] = (isMap.errors ?? []).filter(({ keyword }) => keyword !== 'if' && keyword !== 'allOf')
  const steps = (first?.instancePath ?? '').split('/').slice(1)
  const path = steps.map((step) => step.replaceAll('~1', '/').replaceAll('~0', '~'))
  const { additionalProperty = '', missingProperty = '', allowedValues = [] } = detailsOf(first?.params)
  const place = nodeOffset(document.getIn(additionalProperty === '' ? path : [...path, additionalProperty], true))
  const where = path.length === 0 ? 'the map' : path.join('.')
  if (additionalProperty !== '') {
    const properties: unknown = first?.parentSchema?.['properties']
    const known = typeof properties === 'object' && properties !== null ? Object.keys(properties) : []
    const hint = `${didYouMean(additionalProperty, known)}it takes ${known.join(', ')}`
    throw wrong(`${at(place)}: ${where} has no key "${additionalProperty}"`, hint)
  }
  if (missingProperty !== '') throw wrong(`${at(place)}: ${where} lacks "${missingProperty}"`, `add ${missingProperty}`)
  if (allowedValues.length > 0) {
    throw wrong(`${at(place)}: ${where} is none of the values that it may have`, `write ${allowedValues.join(', ')}`)
  }
  throw wrong(`${at(place)}: ${where} ${predicateOf(first?.keyword, first?.params)}`, HELP)
}

/** What the schema's keyword says in plain words. */
function predicateOf(keyword = '', params: Readonly<Record<string, unknown>> = {}): string {
  const { type, pattern, propertyName } = params
  if (keyword === 'type') return `is not ${SORTS[String(type)] ?? 'what it has to be'}`
  if (keyword === 'pattern') return `has a name that is not made of small letters, digits and _ (${String(pattern)})`
  if (keyword === 'propertyNames') return `cannot have the name "${String(propertyName)}": small letters, digits and _`
  return keyword === 'minLength' || keyword === 'minItems' ? 'is empty' : 'is not what a map has there'
}

const SORTS: Readonly<Partial<Record<string, string>>> = {
  object: 'a mapping of names to values',
  array: 'a list',
  string: 'a text',
}

const HELP = 'template/import-map.yaml in the package is the built-in map, in the same form'

function wrong(message: string, help: string): Failure {
  return new Failure('usage', message, help)
}

function textOf(file: string): string {
  try {
    return readFileSync(file, 'utf8')
  } catch (error) {
    if (codeOf(error) === 'ENOENT') throw wrong(`there is no map ${file}`, 'check the path after --map')
    throw fileFailure(error, `cannot read the map ${file}`)
  }
}

/** Aliases are refused by the library as it makes plain values. */
function plainValue(file: string, make: () => unknown): unknown {
  try {
    return make()
  } catch {
    throw wrong(`${file} has an alias, and a map has none`, 'write the value out')
  }
}

function nodeOffset(node: unknown): number | undefined {
  return isNode(node) ? (node.range?.[0] ?? undefined) : undefined
}

interface Details {
  readonly additionalProperty?: string
  readonly missingProperty?: string
  readonly allowedValues?: readonly string[]
}

function detailsOf(params: Readonly<Record<string, unknown>> = {}): Details {
  const { additionalProperty, missingProperty, allowedValues } = params
  return {
    ...(typeof additionalProperty === 'string' && { additionalProperty }),
    ...(typeof missingProperty === 'string' && { missingProperty }),
    ...(Array.isArray(allowedValues) && { allowedValues: allowedValues.map(String) }),
  }
}

/** Compiled once: that takes longer than all else of a small import. */
let validator: ValidateFunction<ImportMap> | undefined

/** The schema of a map, which an editor reads too. */
function mapSchema(): object {
  const schema: unknown = JSON.parse(readFileSync(join(PROGRAM, 'template', 'import-map.schema.json'), 'utf8'))
  if (typeof schema !== 'object' || schema === null) throw new Error('import-map.schema.json is no schema')
  return schema
}
