import type { GlobalPrompt } from './settings-types.ts'

/** A declared variable that a text spells differently from its placeholder. */
export interface NearMiss {
  /** As written in the text; an invisible character as its code, such as `<U+200B>`. */
  readonly written: string
  /** The reason that it is not the placeholder, to be read after the name. */
  readonly why: string
}

/**
 * Finds the first near miss of each declared variable, by the variable's name. A variable that is declared as `literal`
 * has none. The text is read three times for all of them, however many there are and wherever their names occur in it.
 */
export function nearMissesIn(text: string, { placeholders, variables }: GlobalPrompt): Map<string, NearMiss> {
  const found = new Map<string, NearMiss>()
  if (placeholders === 'none' || !/[[\]{}]/.test(text)) return found
  const declared: Declared = { all: new Set(Object.keys(variables)), fillable: fillable(variables) }
  const keep = (name: string | undefined, written: string, why: string): void => {
    if (name === undefined || !declared.fillable.names.has(name) || found.has(name)) return
    found.set(name, { written: legible(written), why })
  }
  const [ours, others] = placeholders === 'brackets' ? [BRACKETS, BRACES] : [FORMS[placeholders], BRACKETS]
  const right = new Set<string>()
  for (const match of text.matchAll(ours.whole)) {
    if (match[1] !== undefined && declared.all.has(match[1])) right.add(match[1])
    const [name, written, why] = misspelt(text, match, ours, declared) ?? []
    if (written !== undefined && why !== undefined) keep(name, written, why)
  }
  for (const match of text.matchAll(others.whole)) {
    if (isFilledByOthers(text, match)) continue
    keep(match[1], asWritten(text, match, others).written, `the prompt's placeholders are in ${placeholders}`)
  }
  for (const half of halves(text, ours)) {
    const name = nameOf(half.inner, declared)
    if (name === undefined) continue
    const { isSpaced, isCased, whys } = slips(half.inner, name)
    // A bracket apart from a word hardly belongs to it where another one has its own; `${HOME` is the shell's.
    if ((isSpaced && right.has(name)) || (isCased && half.written.startsWith('$'))) continue
    keep(name, half.written, [`the "${half.missing}" is missing`, ...whys].join(', and '))
  }
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

/** Every account's texts are compared with the same few prompts. */
const cache = new WeakMap<object, Fillable>()

interface Form {
  readonly open: string
  readonly close: string
  readonly signs: RegExp
  readonly whole: RegExp
  /** How many of the sign there are on each side. */
  readonly times: 1 | 2
}

const BRACES: Form = { open: '{', close: '}', signs: /[{}]/g, whole: /\{([^{}\n]*)\}/g, times: 1 }
const BRACKETS: Form = { open: '[', close: ']', signs: /[[\]]/g, whole: /\[([^[\]\n]*)\]/g, times: 1 }
const FORMS = { braces: BRACES, mustache: { ...BRACES, times: 2 } } as const

/** Characters that are invisible, or look like a space. */
const HIDDEN = '\\p{Cf}\\p{Default_Ignorable_Code_Point}\\u2800'
const UNSEEN = new RegExp(`[\\s${HIDDEN}]`, 'gu')

/** Two names that read alike have one spelling. */
function spelling(name: string): string {
  return name.replace(UNSEEN, '').toLowerCase()
}

/**
 * Reads a text between the signs of the prompt's form: the variable that it means, all that is written, and what is
 * off.
 */
function misspelt(
  text: string,
  match: RegExpExecArray,
  form: Form,
  declared: Declared,
): readonly [name: string, written: string, why: string] | undefined {
  const inner = match[1] ?? ''
  const name = nameOf(inner, declared)
  if (name === undefined) return undefined
  const { times, isDollar, written } = asWritten(text, match, form)
  const { isCased, whys } = slips(inner, name)
  // `${HOME}` is the shell's.
  if (isDollar && isCased && times === form.times) return undefined
  if (isDollar) whys.unshift('a "$" comes before it')
  if (times < form.times) whys.unshift(`the "${form.open}" and "${form.close}" have to be doubled`)
  if (times > form.times)
    whys.unshift(`the "${form.open}" and "${form.close}" are ${times === 2 ? 'doubled' : 'repeated'}`)
  return whys.length === 0 ? undefined : [name, written, whys.join(', and ')]
}

/** Returns the declared variable that a text means, in any spelling. */
function nameOf(inner: string, { all, fillable: { bySpelling } }: Declared): string | undefined {
  if (inner.length > LONGEST) return undefined
  return all.has(inner) ? inner : bySpelling.get(spelling(inner))
}

/** Returns how a text departs from the name that it means. */
function slips(inner: string, name: string): { isSpaced: boolean; isCased: boolean; whys: string[] } {
  const isSpaced = /[ \t]/.test(inner)
  const isCased = name !== inner.replace(UNSEEN, '')
  const whys: string[] = []
  if (inner.replace(/[ \t]/g, '').search(UNSEEN) >= 0) whys.push('an invisible character is in it')
  if (isSpaced) whys.push('it has spaces inside')
  if (isCased) whys.push('the case is another')
  return { isSpaced, isCased, whys }
}

/** Returns all that is written as one: the signs may be repeated, and a `$` may precede them. */
function asWritten(
  text: string,
  { index, 0: { length } }: RegExpExecArray,
  { open, close }: Form,
): { times: number; isDollar: boolean; written: string } {
  let more = 0
  while (text[index - 1 - more] === open && text[index + length + more] === close) more++
  const isDollar = text[index - 1 - more] === '$'
  const written = text.slice(index - more - (isDollar ? 1 : 0), index + length + more)
  return { times: more + 1, isDollar, written }
}

/** No variable has a name as long as a paragraph. */
const LONGEST = 200

/** `${TITLE}` in a prompt of brackets is another program's; `{{TITLE}}` is a third form of placeholders. */
function isFilledByOthers(text: string, { index, 0: written }: RegExpExecArray): boolean {
  return written.startsWith('{') && text[index - 1] === '$'
}

/** One of the form's signs whose partner is missing, and the word beside it. */
interface Half {
  readonly inner: string
  readonly written: string
  readonly missing: string
}

/** A bracket that has its partner further along, even on another line, belongs to a text such as `{title: string}`. */
function* halves(text: string, { open, close, signs }: Form): Iterable<Half> {
  for (const index of withoutPartner(text, open, signs)) {
    if (text[index] === open) {
      FIRST_WORD.lastIndex = index + 1
      const inner = FIRST_WORD.exec(text)?.[0]
      if (inner === undefined) continue
      let start = index
      while (text[start - 1] === open) start--
      if (open === '{' && text[start - 1] === '$') start--
      yield { inner, written: text.slice(start, index + 1) + inner, missing: close }
    } else {
      const inner = lastWord(text, index)
      if (inner === '') continue
      let end = index + 1
      while (text[end] === close) end++
      yield { inner, written: inner + text.slice(index, end), missing: open }
    }
  }
}

function withoutPartner(text: string, open: string, signs: RegExp): number[] {
  const opened: number[] = []
  const closing: number[] = []
  for (const { index, 0: sign } of text.matchAll(signs)) {
    if (sign === open) opened.push(index)
    else if (opened.pop() === undefined) closing.push(index)
  }
  // Whatever is still open was opened behind the last sign that closes nothing.
  return closing.concat(opened)
}

const MOST_APART = 3
/** A word with the invisible characters in it, right behind a sign or a few spaces apart on its line. */
const FIRST_WORD = new RegExp(`(?:(?![\\n\\r])[\\s${HIDDEN}]){0,${MOST_APART}}[\\w${HIDDEN}-]+`, 'uy')
const IN_WORD = new RegExp(`[\\w${HIDDEN}-]`, 'u')
const APART = new RegExp(`(?![\\n\\r])[\\s${HIDDEN}]`, 'u')

/** Returns the same before a sign, backwards from it: a pattern would search for the end of each word. */
function lastWord(text: string, end: number): string {
  let at = end
  while (end - at < MOST_APART && APART.test(text.charAt(at - 1))) at--
  let start = at
  while (start > 0 && IN_WORD.test(text.charAt(start - 1))) start--
  return start === at ? '' : text.slice(start, end)
}

/** Writes invisible characters as their codes, so that a message shows them. */
function legible(written: string): string {
  return written.replace(UNSEEN, (character) => {
    const code = character.codePointAt(0)?.toString(16).toUpperCase().padStart(4, '0') ?? ''
    return character === ' ' ? character : `<U+${code}>`
  })
}
