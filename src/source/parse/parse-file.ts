import { Composer, type Document, Parser, isScalar } from 'yaml'
import { toTree, withoutMerged } from './yaml-to-nodes.ts'
import type { FileKind } from '../file-layout.ts'
import { readSimple } from './parse-simple-yaml.ts'
import type { Problem, SourceFile } from '../source-nodes.ts'
import { survey } from './survey-tokens.ts'
import { rawProblems } from './text-problems.ts'

/** A larger file is refused before it is read whole. */
export const MAX_FILE_BYTES = 1024 * 1024

/**
 * Parses one file's bytes to a tree of nodes that know their places. What is wrong with the text comes back as
 * problems: nothing here throws for what a person wrote.
 */
export function parse(path: string, kind: FileKind, content: Uint8Array | 'too-large'): SourceFile {
  if (content === 'too-large' || content.length > MAX_FILE_BYTES) return tooLarge(path, kind)
  const { text, problem } = decodeText(content)
  if (problem !== undefined) return { path, kind, text, root: undefined, problems: [problem] }
  const root = readSimple(text)
  return root === undefined ? parseText(path, kind, text) : { path, kind, text, root, problems: [] }
}

/**
 * Parses a text with `yaml`.
 *
 * The tokens are walked before anything is composed: the composer is recursive, and a deeply nested flow collection
 * would end the process from inside it.
 */
export function parseText(path: string, kind: FileKind, text: string): SourceFile {
  const raw = rawProblems(text)
  if (raw.some(({ kind: k }) => k === 'conflict-marker' || k === 'control')) {
    return { path, kind, text, root: undefined, problems: raw }
  }
  const tokens = [...new Parser().parse(text)]
  const surveyed = survey(tokens, text)
  // One cause, one error: a file that is refused was not searched to its end for anything else.
  if (surveyed.refused !== undefined) return { path, kind, text, root: undefined, problems: [surveyed.refused] }
  const problems: Problem[] = [...raw, ...surveyed.problems]

  const [document, second] = [...new Composer(COMPOSE).compose(tokens)]
  if (document === undefined) problems.push({ kind: 'empty', start: 0, end: 0 })
  if (second !== undefined) {
    const start = tokens.filter(({ type }) => type === 'document').at(1)?.offset ?? second.range[0]
    problems.push({ kind: 'second-document', start, end: Math.min(start + 3, text.length) })
  }
  const broken = document && syntaxError(document, text.length)
  if (broken !== undefined) {
    // A tab explains it: one cause, one error.
    const explained = problems.some((problem) => problem.kind === 'tab')
    return { path, kind, text, root: undefined, problems: explained ? problems : [...problems, broken] }
  }
  if (document !== undefined && isBare(document, text)) {
    return { path, kind, text, root: undefined, problems: [...problems, { kind: 'empty', start: 0, end: 0 }] }
  }
  if (document === undefined) return { path, kind, text, root: undefined, problems }
  const converted = toTree(document.contents, text)
  const all = withoutMerged([...problems, ...converted.problems], converted.merged)
  return { path, kind, text, root: converted.root, problems: all }
}

/** Represents a file that is too large to be read. */
function tooLarge(path: string, kind: FileKind): SourceFile {
  return { path, kind, text: '', root: undefined, problems: [{ kind: 'too-large', start: 0, end: 0 }] }
}

// Tags are errors, and none is resolved: what it made of a text would hide what is written, which may be a credential.
// Keys are strings, or `1:` and `"1":` would be two; duplicates are found in `toTree`, which knows both places; pretty
// errors would quote the source, which may contain a credential.
const COMPOSE = {
  version: '1.2',
  schema: 'core',
  resolveKnownTags: false,
  merge: false,
  stringKeys: true,
  uniqueKeys: false,
  prettyErrors: false,
  strict: true,
} as const

/** Whether a document holds nothing but `---` and comments, and so as little as an empty file. */
function isBare({ contents }: Document.Parsed, text: string): boolean {
  if (!isScalar(contents) || contents.value !== null || contents.tag !== undefined || contents.anchor !== undefined) {
    return false
  }
  const [start, end] = contents.range
  return text.slice(start, end).trim() === ''
}

/** Returns the first error alone: what follows it is mostly its echo. */
function syntaxError(document: Document.Parsed, length: number): Problem | undefined {
  const reported = [...document.errors, ...document.warnings].filter(
    ({ code }) => code !== 'TAG_RESOLVE_FAILED' && code !== 'BAD_ALIAS' && code !== 'BAD_DIRECTIVE',
  )
  const [first] = reported.sort((a, b) => a.pos[0] - b.pos[0])
  if (first === undefined) return undefined
  // What is missing at the end is reported one character beyond it.
  const [start, end] = first.pos
  return { kind: 'syntax', what: first.message, start: Math.min(start, length), end: Math.min(end, length) }
}

/** Decodes bytes to text; a byte that is not UTF-8 is a problem at its own place, and the only one. */
export function decodeText(bytes: Uint8Array): { text: string; problem?: Problem } {
  try {
    return { text: STRICT.decode(bytes) }
  } catch {
    const text = new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes)
    const start = firstBad(bytes)
    return { text, problem: { kind: 'utf8', start, end: start + 1, more: 0 } }
  }
}

/** Made once: making one takes longer than decoding a small file. */
const STRICT = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

/** Returns the UTF-16 offset of the first byte that cannot be decoded. */
function firstBad(bytes: Uint8Array): number {
  let good = 0
  let bad = bytes.length
  while (bad - good > 1) {
    const middle = (good + bad) >> 1
    if (isPrefix(bytes.subarray(0, middle))) good = middle
    else bad = middle
  }
  // Up to three bytes of `good` may be the beginning of the character that turns out bad.
  return new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes.subarray(0, good), { stream: true }).length
}

function isPrefix(bytes: Uint8Array): boolean {
  try {
    new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes, { stream: true })
    return true
  } catch {
    return false
  }
}
