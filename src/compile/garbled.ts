import type { GlobalPrompt } from '../bundle/model.ts'

/**
 * Declared variables that a text writes wrongly: in the other form, or with one bracket missing. Each comes with what
 * is written. The text is read once for all of them, however many there are and wherever their names stand in it.
 */
export function garbledIn(text: string, { placeholders, variables }: GlobalPrompt): Map<string, string> {
  if (placeholders === 'none' || !/[[\]{}]/.test(text)) return new Map()
  const names = Object.keys(variables)
  const [ours, others] = placeholders === 'braces' ? [BRACES, BRACKETS] : [BRACKETS, BRACES]
  const inOther = otherForm(text, others, names)
  const { unclosed, unopened } = halves(text, ours, new Set(names))
  const written = names.map((name) => [name, inOther.get(name) ?? unclosed.get(name) ?? unopened.get(name)] as const)
  return new Map(written.flatMap(([name, found]) => (found === undefined ? [] : [[name, found]])))
}

interface Form {
  readonly open: string
  readonly close: string
  /** What stands between two of the form's signs; the end of a line is one as well. */
  readonly signs: RegExp
  readonly whole: RegExp
}

const BRACES: Form = { open: '{', close: '}', signs: /[{}\n]/g, whole: /(?<!\$)\{([^{}\n]*)\}/g }
const BRACKETS: Form = { open: '[', close: ']', signs: /[[\]\n]/g, whole: /\[([^[\]\n]*)\]/g }

/** As it is declared, or in the case of the other form; `[Title]` in running text is neither. */
function otherForm(text: string, { whole }: Form, names: readonly string[]): Map<string, string> {
  const spelled = new Map<string, string[]>()
  for (const name of names) {
    for (const spelling of new Set([name, name.toUpperCase(), name.toLowerCase()])) {
      spelled.set(spelling, [...(spelled.get(spelling) ?? []), name])
    }
  }
  const found = new Map<string, string>()
  for (const [written, inner = ''] of text.matchAll(whole)) {
    for (const name of spelled.get(inner) ?? []) if (!found.has(name)) found.set(name, written)
  }
  return found
}

type Halves = Readonly<Record<'unclosed' | 'unopened', Map<string, string>>>

/**
 * From one sign of the form to the next: a bracket that has its partner further along the line belongs to a text such
 * as `{title: string}`.
 */
function halves(text: string, { open, close, signs }: Form, names: ReadonlySet<string>): Halves {
  const found: Halves = { unclosed: new Map(), unopened: new Map() }
  let [from, before] = [0, '']
  const look = (end: number, sign: string): void => {
    const between = text.slice(from, end)
    if (before === open && sign !== close) keep(found.unclosed, FIRST_WORD.exec(between)?.[0], names, (name) => open + name)
    if (before !== open && sign === close) keep(found.unopened, lastWord(between), names, (name) => name + close)
    ;[from, before] = [end + 1, sign]
  }
  for (const { index, 0: sign } of text.matchAll(signs)) look(index, sign)
  look(text.length, '')
  return found
}

function keep(
  found: Map<string, string>,
  name: string | undefined,
  names: ReadonlySet<string>,
  write: (name: string) => string,
): void {
  if (name !== undefined && names.has(name) && !found.has(name)) found.set(name, write(name))
}

const FIRST_WORD = /^[A-Za-z0-9_]+/

/** Backwards from the end: a pattern would look for the end of each word. */
function lastWord(text: string): string {
  let start = text.length
  while (start > 0 && /[A-Za-z0-9_]/.test(text.charAt(start - 1))) start--
  return text.slice(start)
}
