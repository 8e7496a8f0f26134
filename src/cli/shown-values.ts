import { shortened } from '../base/shorten-text.ts'
import type { Diagnostic, Location } from '../source/diagnostic-types.ts'
import { credentialIn, maskCredentials, maskPath } from '../credentials/index.ts'

/** Returns a text that is safe to show, complete if it contains no credential. */
export function shownText(text: string): string {
  return credentialIn(text) === undefined ? text : maskCredentials(text)
}

/** Returns a value for a program with every text in it safe to show, including member names. */
export function shownValue(value: unknown): unknown {
  return shower()(value)
}

/** Returns a function that does the same for many values which share texts. */
export function shower(): (value: unknown) => unknown {
  const known = new Map<string, string>()
  return (value) => shownBelow(value, known)
}

export function shownMembers(answer: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(answer).map(([name, value]) => [name, shownValue(value)]))
}

/** Accounts that inherit a text share it, so each text is masked only once. */
function shownBelow(value: unknown, known: Map<string, string>): unknown {
  if (typeof value === 'string') {
    const shown = known.get(value) ?? shownText(value)
    known.set(value, shown)
    return shown
  }
  if (Array.isArray(value)) return value.map((item) => shownBelow(item, known))
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(
    Object.entries(value).map(([key, member]) => {
      return [String(shownBelow(key, known)), shownBelow(member, known)]
    }),
  )
}

/**
 * Returns diagnostics that are safe to print in any format: no path, message or line contains a credential or a
 * megabyte of text.
 */
export function shownDiagnostics(diagnostics: readonly Diagnostic[]): Diagnostic[] {
  const paths = remembered(maskPath)
  const texts = remembered((text) => shortened(maskCredentials(text)))
  const place = <L extends Location>(at: L): L => ({ ...at, file: paths(at.file) })
  return diagnostics.map((one) => ({
    ...place(one),
    message: texts(one.message),
    help: texts(one.help),
    related: one.related.map((other) => ({ ...place(other), message: texts(other.message) })),
  }))
}

function remembered(show: (text: string) => string): (text: string) => string {
  const known = new Map<string, string>()
  return (text) => {
    const shown = known.get(text) ?? show(text)
    known.set(text, shown)
    return shown
  }
}
