import { own } from '../domain/plain-data.ts'
import type { Globals } from '../domain/settings-types.ts'
import type { Vocabulary } from '../domain/vocabulary.ts'
import { provenanceLine } from '../store/format/provenance.ts'
import type { Diagnostic } from '../source/diagnostic-types.ts'
import type { FileTypes } from '../source/generated/types.ts'
import {
  type GlobalFile,
  type GlobalKind,
  type PartialGlobals,
  type TrustFacts,
  complete,
  linkGlobals,
  vocabularyIn,
} from '../source/link-files.ts'
import { Failure } from '../base/failure.ts'
import { blobId } from '../git/objects/blob-id.ts'
import type { FileContent, Tree, TreeFile } from '../source/list-folder.ts'
import type { SourceFile } from '../source/source-nodes.ts'
import { checkSource } from './check-source.ts'
import { originsOf } from './to-store-form.ts'
import { didYouMean } from '../base/did-you-mean.ts'
import { judgeGlobals } from '../lint/run-rules.ts'
import { type Lookup, locate, positionsIn } from '../lint/locate-findings.ts'
import type { Finding, Rule, When } from '../lint/rule.ts'

/** All global files, taken through every stage up to lint. */
export interface CheckedGlobalFiles {
  readonly known: PartialGlobals
  readonly diagnostics: readonly Diagnostic[]
  /** In full; undefined while any global file is opaque. */
  readonly globals: Globals | undefined
  readonly environment: string
  readonly lookup: Lookup
  /** The content of the store's provenance object for the globals. */
  readonly provenance: string
  readonly parsed: number
}

export interface GlobalContent {
  readonly path: string
  readonly kind: GlobalKind
  readonly content: FileContent
}

/** One global file, taken through every stage that needs no other. */
export interface ReadGlobal {
  readonly file: SourceFile
  readonly value: GlobalFile
  readonly found: readonly Finding[]
  /** The store's provenance of it; undefined for a file that is too large. */
  readonly provenance: string | undefined
}

export function readGlobal(
  { path, kind, content }: GlobalContent,
  vocabulary: Vocabulary | undefined,
  rules?: readonly Rule[],
): ReadGlobal {
  const { file, value, found } = globalSource(path, kind, content, vocabulary, rules)
  if (content === 'too-large') return { file, value, found, provenance: undefined }
  const at = originsOf(file, positionsIn(file))
  return { file, value, found, provenance: provenanceLine(path, { file: path, blob: blobId(content), at }) }
}

/** Reads one global file under a vocabulary. */
export type ReadGlobalFile = (content: GlobalContent, vocabulary: Vocabulary | undefined) => ReadGlobal

/**
 * @param read Reads single files: a caller that has read one before need not do so again.
 * @param isDeclaredElsewhere Whether something that is no file is in the place of `providers.yaml`, which is an error of
 * the tree: the vocabulary is not the built-in one then, and not known.
 */
export function checkGlobalFiles(
  contents: readonly GlobalContent[],
  trust: TrustFacts | undefined,
  when: When,
  show: (path: string) => string,
  rules?: readonly Rule[],
  read: ReadGlobalFile = (content, vocabulary) => readGlobal(content, vocabulary, rules),
  isDeclaredElsewhere = false,
): CheckedGlobalFiles {
  const sources = new Map<string, SourceFile>()
  const linkable: GlobalFile[] = []
  const findings: Finding[] = []
  const lines: string[] = []
  // The vocabulary comes first: the form of most other files follows from it.
  const declared = contents.find(({ kind }) => kind === 'providers')
  const providers = declared && read(declared, undefined)
  const vocabulary = isDeclaredElsewhere
    ? undefined
    : vocabularyIn(providers?.value.kind === 'providers' ? providers.value : undefined)
  for (const content of contents) {
    const one = content === declared ? providers : undefined
    const { file, value, found, provenance } = one ?? read(content, vocabulary)
    sources.set(content.path, file)
    for (const finding of found) findings.push(finding)
    linkable.push(value)
    if (provenance !== undefined) lines.push(provenance)
  }
  const link = (files: readonly GlobalFile[]): PartialGlobals => {
    return { ...linkGlobals(files, vocabulary), ...(trust !== undefined && { trust }) }
  }
  const without = (paths: ReadonlySet<string>): PartialGlobals => {
    return link(linkable.map((file) => (paths.has(file.path) ? { ...file, value: undefined } : file)))
  }
  const { known, findings: ofAll } = judgeGlobals(link(linkable), without, when, rules)
  for (const finding of ofAll) findings.push(finding)
  const lookup: Lookup = (path) => sources.get(path)
  return {
    known,
    diagnostics: locate(findings, lookup, show),
    globals: complete(known),
    environment: environmentOf(linkable),
    lookup,
    provenance: lines.map((line) => `${line}\n`).join(''),
    parsed: contents.length,
  }
}

const DEFAULT_ENVIRONMENT = 'production'

function environmentOf(files: readonly GlobalFile[]): string {
  const written = files.map((file) => (file.kind === 'tenfold' ? file.value?.environment : undefined))
  return written.find((environment) => environment !== undefined) ?? DEFAULT_ENVIRONMENT
}

/** Returns the content of tenfold.yaml; undefined where there is none, or where it is wrong. */
export function tenfoldIn(contents: readonly GlobalContent[]): FileTypes['tenfold'] | undefined {
  const found = contents.find(({ kind }) => kind === 'tenfold')
  if (found === undefined || found.content === 'too-large') return undefined
  return checkSource(found.path, 'tenfold', found.content, undefined).value
}

/**
 * Resolves a target as people write it: a name in tenfold.yaml, or itself. A slip in such a name would mean a new
 * folder. @throws {Failure} where it resembles one.
 */
export function targetNamed(name: string, tenfold: FileTypes['tenfold'] | undefined): string {
  const targets = tenfold?.targets ?? {}
  const named = own(targets, name)
  const near = named === undefined && /^[^:/\\.]+$/.test(name) ? didYouMean(name, Object.keys(targets)) : ''
  if (near === '') return named ?? name
  throw new Failure('usage', `tenfold.yaml has no target "${name}"`, `${near}a folder of that name is file:${name}`)
}

/** Returns one file's own findings, and what it declares where it is not opaque. */
function globalSource<K extends GlobalKind>(
  path: string,
  kind: K,
  content: FileContent,
  vocabulary: Vocabulary | undefined,
  rules?: readonly Rule[],
): { file: SourceFile; found: readonly Finding[]; value: GlobalFile<K> } {
  const { file, value, findings } = checkSource(path, kind, content, vocabulary, rules)
  return { file, found: findings, value: { path, kind, value } }
}

/** Whether a link, a folder or a misnamed file is in the place of `providers.yaml`. */
export function hidesVocabulary({ unexpected }: Pick<Tree, 'unexpected'>): boolean {
  return unexpected.some(({ path }) => path === 'providers.yaml' || path === 'providers.yml')
}

/** Reads the global files among all, with their contents. */
export async function globalContents(
  files: readonly TreeFile[],
  contents: (files: readonly TreeFile[]) => AsyncIterable<readonly [TreeFile, FileContent]>,
): Promise<GlobalContent[]> {
  const found: GlobalContent[] = []
  const global = files.filter(({ kind }) => kind !== 'account')
  for await (const [{ path, kind }, content] of contents(global)) {
    if (kind !== 'account') found.push({ path, kind, content })
  }
  return found
}
