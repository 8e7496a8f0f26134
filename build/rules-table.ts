import { rules as ourRules } from '../src/lint/generated/registry.ts'
import type { Rule } from '../src/lint/rule.ts'

/** Returns the table of docs/rules/README.md, from the rules' declarations. */
export function rulesTable(rules: readonly Rule[] = ourRules): string {
  const rows = rules.map(({ id, severity, summary, fix }) => [`[${id}](${id}.md)`, severity, cell(summary), fix ?? ''])
  const head = ['rule', 'severity', 'catches', 'fix']
  return [head, head.map(() => '---'), ...rows].map((cells) => `| ${cells.join(' | ')} |`).join('\n')
}

/** A line of a table may not hold a bare bar. */
function cell(text: string): string {
  return text.replaceAll('|', '\\|')
}
