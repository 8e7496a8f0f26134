import type { GlobalPrompt } from '../bundle/model.ts'

/** The two forms of the contract; anything else in a prompt is text. */
const FORMS = {
  brackets: /\[([A-Z][A-Z0-9_]*)\]/g,
  // `${title}` is text: the template languages of others are none of ours.
  braces: /(?<!\$)\{([a-z][a-z0-9_]*)\}/g,
} as const

/** The names of the placeholders in a text, in the order in which they first stand. */
function placeholdersIn(text: string, form: GlobalPrompt['placeholders']): Set<string> {
  if (form === 'none') return new Set()
  const names = new Set<string>()
  for (const match of text.matchAll(FORMS[form])) if (match[1] !== undefined) names.add(match[1])
  return names
}

/** A placeholder as it is written in a prompt of this form. */
export function placeholder(name: string, form: GlobalPrompt['placeholders']): string {
  return form === 'braces' ? `{${name}}` : `[${name}]`
}

/** The required variables that a text does not contain. */
export function missingIn(text: string, prompt: GlobalPrompt): string[] {
  const there = placeholdersIn(text, prompt.placeholders)
  return Object.keys(prompt.variables).filter((name) => prompt.variables[name] === true && !there.has(name))
}

/** The placeholders of a text that the prompt does not declare. */
export function undeclaredIn(text: string, prompt: GlobalPrompt): string[] {
  return [...placeholdersIn(text, prompt.placeholders)].filter((name) => !Object.hasOwn(prompt.variables, name))
}

/** Texts compare byte for byte after line ends are made LF. */
export function sameText(a: string, b: string): boolean {
  return a === b || lf(a) === lf(b)
}

/** With every line end made LF. */
export function lf(text: string): string {
  return text.replaceAll('\r\n', '\n').replaceAll('\r', '\n')
}
