import { shortened } from '../base/shorten-text.ts'
import type { Diagnostic, Location } from '../source/diagnostic-types.ts'
import { credentialIn, maskCredentials, maskPath } from '../credentials/index.ts'

/** A text as it may be shown, whole where there is no credential in it. */
export function shownText(text: string): string {
  return credentialIn(text) === undefined ? text : maskCredentials(text)
}

/** A value for a program, with every text in it as it may be shown; of a member's name, too. */
export function shownValue(value: unknown): unknown {
  return shower()(value)
}

/** The same for one value after another, of which many have the same texts. */
export function shower(): (value: unknown) => unknown {
  const known = new Map<string, string>()
  return (value) => shownBelow(value, known)
}

export function shownMembers(answer: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(answer).map(([name, value]) => [name, shownValue(value)]))
}

/** Accounts that inherit a text have the same: each is looked at once. */
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
 * Diagnostics as any format may print them: whatever they come from, a path, a message or a line says no credential,
 * and nothing of a megabyte.
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
