import { type PlanName, isPlan } from '../domain/settings-types.ts'

/**
 * Reads an account's plan from the one line where nearly every file has it, without parsing the file; undefined where
 * only a parser can know. Counting the accounts of each plan must not cost what checking them does.
 */
export function planLine(text: string): PlanName | undefined {
  const [line, another] = [...text.matchAll(/^plan:[ \t]+(["']?)([a-z]+)\1[ \t]*(?:#.*)?\r?$/gm)]
  // The key may also be quoted, or the whole file be one line in braces. Blank lines before it count as lines of their
  // own: an expression that crossed all of them from each would take the square of their number.
  const keys = text.match(/^[ \t\ufeff{]*["']?plan["']?\s*:/gm)?.length ?? 0
  const plan = line?.[2] ?? ''
  return another === undefined && keys === 1 && isPlan(plan) ? plan : undefined
}
