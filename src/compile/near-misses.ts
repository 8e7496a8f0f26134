import type { GlobalPrompt } from '../bundle/model.ts'

/** A declared variable that a text writes in another spelling than its placeholder's. */
export interface NearMiss {
  /** As the text writes it; an invisible character as its code, such as `<U+200B>`. */
  readonly written: string
  /** What keeps it from being the placeholder, to be read after the name. */
  readonly why: string
}

/**
 * The first near miss of each declared variable, by the variable's name. A variable that is declared as `literal` has
 * none. The text is read twice for all of them, however many there are and wherever their names stand in it.
 */
export function nearMissesIn(text: string, { placeholders, variables }: GlobalPrompt): Map<string, NearMiss> {
  const found = new Map<string, NearMiss>()
  if (placeholders === 'none' || !/[[\]{}]/.test(text)) return found
  const declared: Declared = { all: new Set(Object.keys(variables)), fillable: fillable(variables) }
  const keep = (name: string | undefined, written: string, why: string): void => {
    if (name === undefined || !declared.fillable.names.has(name) || found.has(name)) return
    found.set(name, { written: legible(written), why })
  }
  const [ours, others] = placeholders === 'braces' ? [BRACES, BRACKETS] : [BRACKETS, BRACES]
  for (const match of text.matchAll(ours.whole)) {
    const [name, written, why] = misspelt(text, match, ours, declared) ?? []
    if (written !== undefined && why !== undefined) keep(name, written, why)
  }
  for (const match of text.matchAll(others.whole)) {
    if (isFilledByOthers(text, match)) continue
    keep(match[1], match[0], `the prompt's placeholders are in ${placeholders}`)
  }
  for (const [name, written, sign] of halves(text, ours)) keep(name, written, `the "${sign}" is missing`)
  return found
}

/** Whether a text in the form of the prompt is another spelling of a declared variable, and not a name of its own. */
export function isNearMiss(inner: string, { variables }: GlobalPrompt): boolean {
  return fillable(variables).bySpelling.has(spelling(inner))
}

interface Declared {
  readonly all: ReadonlySet<string>
  readonly fillable: Fillable
}

interface Fillable {
  readonly names: ReadonlySet<string>
  readonly bySpelling: ReadonlyMap<string, string>
}

function fillable(variables: GlobalPrompt['variables']): Fillable {
  const known = cache.get(variables)
  if (known !== undefined) return known
  const names = Object.keys(variables).filter((name) => variables[name] !== 'literal')
  const made = { names: new Set(names), bySpelling: new Map(names.map((name) => [spelling(name), name] as const)) }
  cache.set(variables, made)
  return made
}

/** Every account's texts are held against the same few prompts. */
const cache = new WeakMap<object, Fillable>()

interface Form {
  readonly open: string
  readonly close: string
  /** What stands between two of the form's signs; the end of a line is one as well. */
  readonly signs: RegExp
  readonly whole: RegExp
}

const BRACES: Form = { open: '{', close: '}', signs: /[{}\n]/g, whole: /\{([^{}\n]*)\}/g }
const BRACKETS: Form = { open: '[', close: ']', signs: /[[\]\n]/g, whole: /\[([^[\]\n]*)\]/g }

/** What nobody sees, or sees as a space. */
const UNSEEN = /[\s\p{Cf}\p{Default_Ignorable_Code_Point}]/gu

/** Two names that read alike have one spelling. */
function spelling(name: string): string {
  return name.replace(UNSEEN, '').toLowerCase()
}

/** A text between the signs of the prompt's form: the variable that it means, all that is written, and what is off. */
function misspelt(
  text: string,
  { index, 0: bare, 1: inner = '' }: RegExpExecArray,
  { open, close }: Form,
  { all, fillable: { bySpelling } }: Declared,
): readonly [name: string, written: string, why: string] | undefined {
  const isDollar = open === '{' && text[index - 1] === '$'
  const isDoubled = text[index - 1] === open && text[index + bare.length] === close
  if (inner.length > LONGEST) return undefined
  const name = all.has(inner) ? inner : bySpelling.get(spelling(inner))
  if (name === undefined) return undefined
  const whys: string[] = []
  const unseen = inner.replace(/[ \t]/g, '').match(UNSEEN) ?? []
  if (isDoubled) whys.push(`the "${open}" and "${close}" are doubled`)
  if (isDollar) whys.push('a "$" stands before it')
  if (unseen.length > 0) whys.push('an invisible character is in it')
  if (/[ \t]/.test(inner)) whys.push('it has spaces inside')
  if (name !== inner.replace(UNSEEN, '')) {
    // `${HOME}` is the shell's.
    if (isDollar) return undefined
    whys.push('the case is another')
  }
  if (whys.length === 0) return undefined
  const written = isDoubled ? open + bare + close : isDollar ? `$${bare}` : bare
  return [name, written, whys.join(', and ')]
}

/** Nobody's variable has a name as long as a paragraph. */
const LONGEST = 200

/** `${TITLE}` in a prompt of brackets is another program's; `{{TITLE}}` is a third form of placeholders. */
function isFilledByOthers(text: string, { index, 0: written }: RegExpExecArray): boolean {
  return written.startsWith('{') && text[index - 1] === '$'
}

/**
 * From one sign of the form to the next: a bracket that has its partner further along the line belongs to a text such
 * as `{title: string}`.
 */
function* halves(text: string, { open, close, signs }: Form): Iterable<readonly [string, string, missing: string]> {
  let [from, before] = [0, '']
  const look = function* (end: number, sign: string): Iterable<readonly [string, string, string]> {
    const between = text.slice(from, end)
    const first = before === open && sign !== close ? FIRST_WORD.exec(between)?.[0] : undefined
    if (first !== undefined) yield [first, open + first, close]
    const last = before !== open && sign === close ? lastWord(between) : ''
    if (last !== '') yield [last, last + close, open]
    ;[from, before] = [end + 1, sign]
  }
  for (const { index, 0: sign } of text.matchAll(signs)) yield* look(index, sign)
  yield* look(text.length, '')
}

const FIRST_WORD = /^[A-Za-z0-9_-]+/

/** Backwards from the end: a pattern would look for the end of each word. */
function lastWord(text: string): string {
  let start = text.length
  while (start > 0 && /[A-Za-z0-9_-]/.test(text.charAt(start - 1))) start--
  return text.slice(start)
}

/** With the code of whatever would not be seen in a message. */
function legible(written: string): string {
  return written.replace(UNSEEN, (character) => {
    const code = character.codePointAt(0)?.toString(16).toUpperCase().padStart(4, '0') ?? ''
    return character === ' ' ? character : `<U+${code}>`
  })
}
