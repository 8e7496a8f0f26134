import type { Rule } from '../rule.ts'
import { isOurs } from '../run-rules.ts'

/**
 * Checks that the export of a custom rule's file is a rule: once, here, because JavaScript may come out of TypeScript
 * in any shape.
 *
 * @param taken The ids of the rules before it, with their files.
 */
export function ruleOf(
  value: unknown,
  taken: ReadonlyMap<string, string>,
): Rule | { readonly problem: string; readonly help: string } {
  if (!isRecord(value)) return refuse('what it exports is no rule', 'write `export default defineRule({ … })`')
  const { id, severity, summary, fix } = value
  if (typeof id !== 'string' || !/^[a-z0-9][a-z0-9-]*\/[a-z0-9][a-z0-9-]*$/.test(id)) {
    return refuse(
      `a rule's id is family/name in lower-case letters, digits and hyphens, not ${shown(id)}`,
      'name it like "team/account-names"',
    )
  }
  const other = taken.get(id)
  if (other !== undefined) return refuse(`"${id}" is the id of a rule in ${other} too`, 'give it another id')
  if (isOurs(id) || id.startsWith('rules/')) {
    return refuse(`"${id}" is the id of a rule of tenfold's own`, 'give it another id')
  }
  if (severity !== 'error' && severity !== 'warning') {
    return refuse(`the severity of "${id}" is ${shown(severity)}`, 'write "error" or "warning"')
  }
  if (typeof summary !== 'string' || summary === '') {
    return refuse(`"${id}" has no summary`, 'say in one line what it catches')
  }
  if (fix !== undefined && fix !== 'safe' && fix !== 'suggest') {
    return refuse(`the fix of "${id}" is ${shown(fix)}`, 'write "safe" or "suggest", or nothing')
  }
  const wrong = CHECKS.find((name) => value[name] !== undefined && typeof value[name] !== 'function')
  if (wrong !== undefined) return refuse(`the ${wrong} of "${id}" is no function`, `write \`${wrong}(…) { … }\``)
  if (!isRule(value)) return refuse(`"${id}" looks at nothing`, `give it one of ${CHECKS.join(', ')}`)
  return value
}

const CHECKS = ['tree', 'file', 'globals', 'account'] as const

/** Whether it is a rule, given that every field has been checked. */
function isRule(value: object): value is Rule {
  return CHECKS.some((name) => name in value)
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function refuse(problem: string, help: string): { problem: string; help: string } {
  return { problem, help }
}

function shown(value: unknown): string {
  return value === undefined ? 'missing' : typeof value === 'string' ? `"${value.slice(0, 60)}"` : `a ${typeof value}`
}
