import { type PlanName, isPlan } from '../domain/model.ts'

/**
 * The plan that an account's file says in the one line where nearly every file says it, without parsing the file;
 * undefined where only a parser can tell. Counting the accounts of each plan must not cost what checking them does.
 */
export function planLine(text: string): PlanName | undefined {
  const [line, another] = [...text.matchAll(/^plan:[ \t]+(["']?)([a-z]+)\1[ \t]*(?:#.*)?\r?$/gm)]
  // The key may stand in quotes as well, or the whole file be one line in braces. Blank lines before it are lines of
  // their own: one that looked through all of them from each would take the square of their number.
  const keys = text.match(/^[ \t\ufeff{]*["']?plan["']?\s*:/gm)?.length ?? 0
  const plan = line?.[2] ?? ''
  return another === undefined && keys === 1 && isPlan(plan) ? plan : undefined
}
