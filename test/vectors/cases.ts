import type { RootDocument } from '../../src/trust/root-document.ts'
import type { VectorQuestion } from './exam.ts'
import { FIRST, type Forgery, type VectorStore, VectorStore as Store, type Written } from './publisher.ts'
import type { Obj } from '../../src/store/format/decode-json.ts'

export interface CaseStep {
  readonly store: VectorStore
  readonly now?: string
  /** The code with which the release is refused. */
  readonly error?: string
  readonly answers?: readonly CaseAnswer[]
}

export interface CaseAnswer {
  readonly question: VectorQuestion
  readonly now?: string
}

export interface Case {
  readonly name: string
  /** The rule, as a sentence. */
  readonly about: string
  readonly trust?: RootDocument | string
  readonly environment?: string
  readonly identity?: string
  /** A reader of single accounts sees less of a release, and need not find what it does not read. */
  readonly isFullOnly?: boolean
  readonly initError?: string
  readonly steps: readonly CaseStep[]
}

export type CaseOptions = Partial<Omit<Case, 'name' | 'about' | 'steps'>>

export function model(account: string, more: object = {}): CaseAnswer {
  return { question: { ask: 'function', function: 'generate_content', account, ...more } }
}

/** A bit of everything. */
export const USUAL: readonly CaseAnswer[] = [
  model('acme'),
  model('acme', { plan: 'free' }),
  model('globex'),
  model('nobody'),
  { question: { ask: 'function', function: 'generate_images', account: 'acme' } },
  { question: { ask: 'prompt', prompt: 'clustering', account: 'acme' } },
  { question: { ask: 'prompt', prompt: 'clustering', account: 'globex' } },
  { question: { ask: 'author_profiles', account: 'acme' } },
  { question: { ask: 'strategies', account: 'initech' } },
  { question: { ask: 'release', account: 'acme' } },
]

/** One release that is believed. */
export function good(
  name: string,
  about: string,
  make: (store: VectorStore) => Obj | { readonly release: Obj; readonly forgery: Forgery },
  options: CaseOptions & { readonly now?: string; readonly answers?: readonly CaseAnswer[] } = {},
): Case {
  const { now, answers = [model('acme'), model('nobody')], ...rest } = options
  return { name, about, ...rest, steps: [{ store: made(make), ...(now !== undefined && { now }), answers }] }
}

/** One release that is refused. */
export function bad(
  name: string,
  about: string,
  error: string,
  make: (store: VectorStore) => Obj | { readonly release: Obj; readonly forgery: Forgery },
  options: CaseOptions & { readonly now?: string } = {},
): Case {
  const { now, ...rest } = options
  return {
    name: `${name}_fail`,
    about,
    ...rest,
    steps: [{ store: made(make), error, ...(now !== undefined && { now }) }],
  }
}

/** Releases one after another, the last of which is refused where it has an error. */
export function series(name: string, about: string, steps: readonly CaseStep[], options: CaseOptions = {}): Case {
  const isRefused = steps.at(-1)?.error !== undefined
  return { name: isRefused ? `${name}_fail` : name, about, ...options, steps }
}

function made(make: (store: VectorStore) => Obj | { readonly release: Obj; readonly forgery: Forgery }): VectorStore {
  const store = new Store()
  const what = make(store)
  const isForged = 'forgery' in what
  const release: Obj = isForged ? Object(what['release']) : what
  store.publish(release, isForged ? Object(what['forgery']) : {})
  return store
}

/** A store with one release, as an object of a series. */
export function storeOf(
  over: Obj = {},
  written: Written = {},
  forgery: Forgery = {},
  document: RootDocument = FIRST,
): VectorStore {
  const store = new Store()
  store.publish(store.release({ root: store.content(written), ...over }, document), forgery)
  return store
}
