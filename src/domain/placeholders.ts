import type { GlobalPrompt } from './settings-types.ts'
import { isNearMiss } from './misspelled-placeholders.ts'

/**
 * The forms of the contract: any declared name, and the form that an undeclared one must have to count. With a `$`
 * before it, neither is a placeholder; `${total}` of a name that is not declared is text, and `$[TOTAL]` a price.
 */
const FORMS = {
  brackets: { right: /(?<!\$)\[([^[\]\n]*)\]/g, whole: /\[([^[\]\n]*)\]/g, undeclared: /^[A-Z][A-Z0-9_]*$/ },
  braces: { right: /(?<!\$)\{([^{}\n]*)\}/g, whole: /(?<!\$)\{([^{}\n]*)\}/g, undeclared: /^[a-z][a-z0-9_]*$/ },
  mustache: {
    right: /(?<![{$])\{\{([^{}\n]*)\}\}(?!\})/g,
    whole: /(?<![{$])\{\{([^{}\n]*)\}\}(?!\})/g,
    undeclared: /^[A-Za-z_][A-Za-z0-9_.]*$/,
  },
} as const

/** Returns what a text has between the signs of the prompt's form, in the order of first occurrence. */
function insides(text: string, pattern: RegExp): Set<string> {
  const found = new Set<string>()
  for (const match of text.matchAll(pattern)) if (match[1] !== undefined) found.add(match[1])
  return found
}

/** Returns a placeholder as it is written in a prompt of this form. */
export function placeholder(name: string, form: GlobalPrompt['placeholders']): string {
  if (form === 'mustache') return `{{${name}}}`
  return form === 'braces' ? `{${name}}` : `[${name}]`
}

/** Returns the declared variables that a text contains. */
export function usedIn(text: string, { placeholders, variables }: GlobalPrompt): ReadonlySet<string> {
  if (placeholders === 'none') return new Set()
  return new Set([...insides(text, FORMS[placeholders].right)].filter((name) => Object.hasOwn(variables, name)))
}

/** Returns the required variables that a text does not contain; none where the prompt has no placeholders at all. */
export function missingIn(text: string, { placeholders, variables }: GlobalPrompt): string[] {
  if (placeholders === 'none') return []
  const there = insides(text, FORMS[placeholders].right)
  return Object.keys(variables).filter((name) => variables[name] === true && !there.has(name))
}

/** Returns the placeholders of a text that the prompt does not declare, and that do not misspell one that it does. */
export function undeclaredIn(text: string, prompt: GlobalPrompt): string[] {
  const { placeholders, variables } = prompt
  if (placeholders === 'none') return []
  const { whole, undeclared } = FORMS[placeholders]
  return [...insides(text, whole)].filter(
    (name) => undeclared.test(name) && !Object.hasOwn(variables, name) && !isNearMiss(name, prompt),
  )
}

/** Returns a text with values in the place of its variables. What is inserted is never looked into again. */
export function fill(
  text: string,
  { placeholders, variables }: GlobalPrompt,
  values: ReadonlyMap<string, string>,
): string {
  if (placeholders === 'none') return text
  return text.replace(FORMS[placeholders].right, (written, name: string) => {
    return Object.hasOwn(variables, name) && variables[name] !== 'literal' ? (values.get(name) ?? '') : written
  })
}

/** Whether two texts are the same byte for byte after line ends are made LF. */
export function sameText(a: string, b: string): boolean {
  return a === b || lf(a) === lf(b)
}

/** Makes every line end LF. */
export function lf(text: string): string {
  return text.replaceAll('\r\n', '\n').replaceAll('\r', '\n')
}
