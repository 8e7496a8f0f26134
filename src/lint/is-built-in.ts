import { rules } from './generated/registry.ts'

const OURS: ReadonlySet<string> = new Set(rules.map(({ id }) => id))

/** Whether a rule is the program's and not a custom one: only ours have a rank, or make a file opaque. */
export function isOurs(id: string): boolean {
  return OURS.has(id)
}
