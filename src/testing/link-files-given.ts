import { CORE_SCHEMA, load } from 'js-yaml'
import { BUILT_IN } from '../domain/built-in-vocabulary.ts'
import type { Account, Globals } from '../domain/settings-types.ts'
import { servesAll } from '../domain/resolve-answers.ts'
import type { Vocabulary } from '../domain/vocabulary.ts'
import { overridable } from '../domain/vocabulary-fields.ts'
import { quote } from '../base/quote-name.ts'
import { messageOf } from '../base/describe-thrown.ts'
import { TenfoldError } from './sdk-core.ts'
import { type FileKind, REQUIRED, place } from '../source/file-layout.ts'
import type { FileTypes } from '../source/generated/types.ts'
import { type GlobalFile, complete, linkAccount, linkGlobals, toAccount, vocabularyIn } from '../source/link-files.ts'
import { isId, readAccount, writeAccount } from '../store/format/account-leaf.ts'
import { readGlobals, writeGlobals } from '../store/format/content-root.ts'
import { isObject } from '../store/format/decode-json.ts'
import { textObject } from '../store/format/object-ref.ts'

/** What the files of a configuration say. */
export interface LinkedFiles {
  readonly globals: Globals
  readonly accounts: ReadonlyMap<string, Account>
}

/**
 * Links files to the model as a compile does. In place of the schemas, which are larger than all else here, what comes
 * out is read as a release would be, and the names of fields are compared with the vocabulary.
 *
 * @throws {TenfoldError} `invalid_option`
 */
export function linkFiles(given: Readonly<Record<string, unknown>>): LinkedFiles {
  const missing = REQUIRED.find((name) => given[name] === undefined)
  if (missing !== undefined) throw invalid(missing, `is missing; a configuration needs ${REQUIRED.join(', ')}`)
  const globals: { path: string; kind: Exclude<FileKind, 'account'>; data: unknown }[] = []
  const accounts: { path: string; data: unknown }[] = []
  for (const [path, content] of Object.entries(given)) {
    const placed = place(path)
    if (placed.is === 'other') continue
    if (placed.is === 'unexpected') throw invalid(path, `is no file of a configuration: ${placed.help}`)
    const data = dataIn(path, content)
    if (!isObject(data)) throw invalid(path, 'has to be a mapping')
    if (placed.kind === 'account') accounts.push({ path, data })
    else globals.push({ path, kind: placed.kind, data })
  }
  const linked = forms(globals[0]?.path ?? '', () => link(globals))
  const found = new Map(accounts.map(({ path, data }) => forms(path, () => account(path, data, linked.vocabulary))))
  return { globals: linked, accounts: found }
}

function link(files: readonly { path: string; kind: Exclude<FileKind, 'account'>; data: unknown }[]): Globals {
  const all = files.flatMap(({ path, kind, data }) => globalFile(path, kind, data))
  const vocabulary = vocabularyIn(all.find((file) => file.kind === 'providers')) ?? BUILT_IN
  const globals = complete(linkGlobals(all, vocabulary))
  if (globals === undefined) throw invalid('plans.yaml', 'has not the four plans')
  for (const [name, { fields }] of Object.entries(globals.providers)) {
    checkFields('settings.yaml', `providers.${name}`, Object.keys(fields), overridable(vocabulary).get(name))
  }
  readGlobals(Buffer.from(writeGlobals(stored(globals)), 'utf8'))
  if (!servesAll(globals)) throw invalid('settings.yaml', 'selects a provider that it has no block for')
  return globals
}

/** The globals as a release has them, but for the texts, which are not looked for. */
function stored({ prompts, ...rest }: Globals): Parameters<typeof writeGlobals>[0] {
  const { ref } = textObject('')
  const references = Object.entries(prompts).map(([type, { value, ...prompt }]) => {
    if (typeof value !== 'string') throw invalid(`prompts/${type}.yaml`, 'has no text as its value')
    return [type, { ...prompt, value: ref }] as const
  })
  return { ...rest, prompts: Object.fromEntries(references), environment: 'test', provenance: ref }
}

function account(path: string, data: unknown, vocabulary: Vocabulary): readonly [id: string, account: Account] {
  if (!isFileOf('account', data)) throw invalid(path, 'has to be a mapping')
  const model = linkAccount(path, data)
  if (model.id !== model.stem || !isId(model.id))
    throw invalid(path, `has the id ${quote(model.id)}, and not its name's`)
  const made = toAccount(model)
  if (made === undefined) throw invalid(path, `has no plan ${quote(model.plan)}`)
  for (const [section, fields] of Object.entries(made.overrides ?? {})) {
    checkFields(path, `overrides.${section}`, Object.keys(fields), overridable(vocabulary).get(section))
  }
  const { prompts, ...rest } = made
  const texts = Object.values(prompts ?? {}).flatMap(({ default: snapshot, value = '' }) => [snapshot, value])
  if (texts.some((text) => typeof text !== 'string')) throw invalid(path, 'has a prompt without a text')
  readAccount(writeAccount(model.id, rest))
  return [model.id, made]
}

function checkFields(
  path: string,
  at: string,
  fields: readonly string[],
  known: ReadonlyMap<string, unknown> | undefined,
): void {
  const unknown = fields.find((field) => known?.has(field) !== true)
  if (unknown === undefined) return
  throw invalid(
    path,
    `has a field that nothing declares: ${at}.${unknown}; there are ${[...(known?.keys() ?? [])].join(', ') || 'none'}`,
  )
}

/** Parses a text; anything else is taken as what a text would say. */
function dataIn(path: string, content: unknown): unknown {
  if (typeof content !== 'string') return content
  try {
    return load(content, { schema: CORE_SCHEMA })
  } catch (error) {
    throw invalid(path, `is not YAML: ${messageOf(error)}`)
  }
}

function globalFile(path: string, kind: Exclude<FileKind, 'account'>, value: unknown): GlobalFile[] {
  if (kind === 'tenfold' && isFileOf(kind, value)) return [{ path, kind, value }]
  if (kind === 'providers' && isFileOf(kind, value)) return [{ path, kind, value }]
  if (kind === 'settings' && isFileOf(kind, value)) return [{ path, kind, value }]
  if (kind === 'models' && isFileOf(kind, value)) return [{ path, kind, value }]
  if (kind === 'plans' && isFileOf(kind, value)) return [{ path, kind, value }]
  if (kind === 'functions' && isFileOf(kind, value)) return [{ path, kind, value }]
  if (kind === 'prompt' && isFileOf(kind, value)) return [{ path, kind, value }]
  if (kind === 'profile' && isFileOf(kind, value)) return [{ path, kind, value }]
  if (kind === 'strategy' && isFileOf(kind, value)) return [{ path, kind, value }]
  return []
}

/** Whether it is a mapping, which is all that is known of it until the model that it makes is read. */
function isFileOf<K extends keyof FileTypes>(_kind: K, value: unknown): value is FileTypes[K] {
  return isObject(value)
}

/** Says of which file it is that something in it has a form that linking does not expect. */
function forms<T>(path: string, make: () => T): T {
  try {
    return make()
  } catch (error) {
    throw error instanceof TenfoldError ? error : invalid(path, `has another form: ${messageOf(error)}`)
  }
}

function invalid(path: string, what: string): TenfoldError {
  return new TenfoldError('invalid_option', `${quote(path)} ${what}`)
}
