import type { Report } from '../source/diagnostic-types.ts'
import { count } from '../source/diagnostic-types.ts'

/** Returns the one line that ends a report for people: "3 errors, 4 warnings in 120 files". */
export function summary(found: Report): string {
  const errors = count(found.diagnostics, 'error')
  const warnings = count(found.diagnostics, 'warning')
  const parts: string[] = []
  if (errors > 0) parts.push(plural(errors, 'error'))
  if (warnings > 0) parts.push(plural(warnings, 'warning'))
  return `${parts.join(', ') || 'no problems'} in ${plural(found.files, 'file')}`
}

export function plural(n: number, noun: string): string {
  return `${thousands(n)} ${noun}${n === 1 ? '' : 's'}`
}

/**
 * Formats a count in the same way on every machine. By hand, since the first use of a locale loads node's data about
 * all of them, which takes a quarter of the time that node itself takes to start.
 */
export function thousands(count: number): string {
  return String(count).replace(/\B(?=(?:\d{3})+$)/g, ',')
}
