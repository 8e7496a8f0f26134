import type { SourceFile, Span } from '../source/source-nodes.ts'
import { nodeAt } from '../source/source-nodes.ts'
import type { Finding, Place } from './rule.ts'
import { behindNames } from './facts/keys-behind-names.ts'
import { isNoWord } from '../credentials/entropy.ts'

const MASK = '•'

/** The values that a `secret/*` rule reported, by file: they are shown nowhere, whichever rule shows their line. */
export class Sensitive {
  readonly #lookup: (path: string) => SourceFile | undefined
  readonly #byFile = new Map<string, Hidden>()

  constructor(findings: readonly Finding[], lookup: (path: string) => SourceFile | undefined) {
    this.#lookup = lookup
    for (const finding of findings) this.#hide(finding)
  }

  /** Returns a message about a file without what the file hides: another rule may quote a part of it. */
  withoutParts(file: string, text: string): string {
    return this.#byFile.get(file)?.inMessage(text) ?? text
  }

  /** Returns a stretch of a file's text, with what must not be shown replaced character by character. */
  masked(file: SourceFile, start: number, end: number): string {
    return this.#byFile.get(file.path)?.inText(file.text, start, end) ?? file.text.slice(start, end)
  }

  #hide({ rule, at, related = [] }: Finding): void {
    // In a text that could not be read, only names show where a credential is.
    if (rule.startsWith('yaml/')) this.#of(at.file).readNames()
    if (!rule.startsWith('secret/') && !isSecretName(at)) return
    const isLeak = rule === 'secret/value'
    this.#hidePlace(at, isLeak || isSecretName(at) ? 'span' : 'words')
    // None of the words of a key that is cut into several parts resembles one by itself.
    if (isLeak && related.length > 0)
      for (const place of [at, ...related.map((other) => other.at)]) this.#hidePlace(place, 'words')
  }

  #hidePlace(place: Place, what: 'span' | 'words'): void {
    const hidden = this.#of(place.file)
    const span = 'span' in place ? place.span : nodeAt(this.#lookup(place.file)?.root, place.path)
    if (span !== undefined) hidden.add(span, what)
  }

  #of(file: string): Hidden {
    const hidden = this.#byFile.get(file) ?? new Hidden(this.#lookup(file))
    this.#byFile.set(file, hidden)
    return hidden
  }
}

/** Whether a wrong secret's name may be the secret itself, pasted in its name's place. */
function isSecretName(place: Place): boolean {
  return 'path' in place && place.path.at(-1) === 'secret' && place.path.at(-2) === 'api_key'
}

/** The part of one file that is hidden. */
class Hidden {
  readonly #file: SourceFile | undefined
  readonly #spans: Span[] = []
  readonly #words = new Set<string>()
  #isRead = false
  #joined: readonly Span[] | undefined

  constructor(file: SourceFile | undefined) {
    this.#file = file
  }

  add(span: Span, what: 'span' | 'words'): void {
    this.#spans.push(span)
    this.#joined = undefined
    if (what === 'span' || this.#file === undefined) return
    for (const [word] of this.#file.text.slice(span.start, span.end).matchAll(WORDS)) {
      if (word.length >= LONG || isNoWord(word)) this.#words.add(word)
    }
  }

  readNames(): void {
    if (this.#isRead) return
    this.#isRead = true
    for (const span of behindNames(this.#file?.text ?? '')) this.add(span, 'words')
  }

  inMessage(text: string): string {
    if (this.#words.size === 0) return text
    return text.replace(WORDS, (word) => (this.#words.has(word) ? MASK.repeat(word.length) : word))
  }

  inText(text: string, start: number, end: number): string {
    const spans = (this.#joined ??= joined(this.#spans))
    let [shown, at] = ['', start]
    for (let i = firstBehind(spans, start); i < spans.length; i++) {
      const span = spans[i] ?? { start: end, end }
      if (span.start >= end) break
      const [from, to] = [Math.max(span.start, at), Math.min(span.end, end)]
      shown += text.slice(at, from) + MASK.repeat(to - from)
      at = to
    }
    return shown + text.slice(at, end)
  }
}

/** The words of a text that may be a key or a part of one. */
const WORDS = /[A-Za-z0-9_-]{6,}/g
/** A shorter word of letters alone may be one of ours as well. */
const LONG = 12

/** Joins spans in the order of the text, so that none touches another. */
function joined(spans: readonly Span[]): Span[] {
  const found: Span[] = []
  for (const { start, end } of [...spans].sort((a, b) => a.start - b.start)) {
    const last = found.at(-1)
    if (last === undefined || start > last.end) found.push({ start, end })
    else if (end > last.end) found[found.length - 1] = { start: last.start, end }
  }
  return found
}

/** Returns the first span that ends behind an offset: many diagnostics ask, each for its line. */
function firstBehind(spans: readonly Span[], offset: number): number {
  let [low, high] = [0, spans.length]
  while (low < high) {
    const middle = (low + high) >> 1
    if ((spans[middle]?.end ?? 0) > offset) high = middle
    else low = middle + 1
  }
  return low
}
