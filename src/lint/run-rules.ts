import type { PartialGlobals, AccountModel } from '../source/link-files.ts'
import type { Tree } from '../source/list-folder.ts'
import type { Checked, Finding, Reporter, Rule, Use, When } from './rule.ts'
import { rules as ourRules } from './generated/registry.ts'
import { RuleFailed } from './custom/rule-failed.ts'

/** Runs the rules over one thing. The order of the findings is that of the rules; printing sorts them. */
export function lintTree(tree: Tree, rules: readonly Rule[] = ourRules, use: Use = 'check'): Finding[] {
  return collect(rules, (rule, report) => rule.tree?.(tree, report, use))
}

export function lintFile(file: Checked, rules: readonly Rule[] = ourRules): Finding[] {
  return collect(withFile(rules), (rule, report) => rule.file?.(file, report))
}

export function lintGlobals(known: PartialGlobals, when: When, rules: readonly Rule[] = ourRules): Finding[] {
  return collect(rules, (rule, report) => rule.globals?.(known, report, when))
}

export function lintAccount(
  account: AccountModel,
  known: PartialGlobals,
  when: When,
  rules: readonly Rule[] = ourRules,
): Finding[] {
  return collect(withAccount(rules), (rule, report) => rule.account?.(account, known, report, when))
}

/**
 * Whether a file fails yaml or schema. Such a file is opaque: nothing that depends on its content is reported, except
 * that a Free account may still not override anything.
 */
export function isOpaque(file: Checked, findings: readonly Finding[]): boolean {
  if (file.validated === undefined || file.validated.violations.length > 0) return true
  return findings.some(makesOpaque)
}

function makesOpaque({ rule, severity }: Finding): boolean {
  return severity === 'error' && /^(?:yaml|schema)\//.test(rule) && isOurs(rule)
}

/**
 * Runs the rules over the globals. What a file lacks only by what another one says, such as the block of a provider that
 * is selected, makes it opaque too.
 *
 * @param without Links the globals again without some files.
 */
export function judgeGlobals(
  known: PartialGlobals,
  without: (paths: ReadonlySet<string>) => PartialGlobals,
  when: When,
  rules: readonly Rule[] = ourRules,
): { readonly known: PartialGlobals; readonly findings: readonly Finding[] } {
  const findings = lintGlobals(known, when, rules)
  const opaque = findings.filter(makesOpaque)
  if (opaque.length === 0) return { known, findings }
  const left = without(new Set(opaque.map(({ at }) => at.file)))
  return { known: left, findings: [...opaque, ...lintGlobals(left, when, rules)] }
}

const withFile = once((rules) => rules.filter(({ file }) => file !== undefined))
const withAccount = once((rules) => rules.filter(({ account }) => account !== undefined))

/** Remembers a selection of rules: they are the same for every file of a run, so it is made once. */
function once(choose: (rules: readonly Rule[]) => readonly Rule[]): typeof choose {
  const chosen = new WeakMap<readonly Rule[], readonly Rule[]>()
  return (rules) => {
    const found = chosen.get(rules) ?? choose(rules)
    chosen.set(rules, found)
    return found
  }
}

function collect(rules: readonly Rule[], run: (rule: Rule, report: Reporter) => void): Finding[] {
  const findings: Finding[] = []
  for (const rule of rules) {
    try {
      run(rule, (finding) => findings.push({ rule: rule.id, severity: rule.severity, ...finding }))
    } catch (error) {
      if (!(error instanceof RuleFailed)) throw error
      findings.push(error.finding)
    }
  }
  return findings
}

const OURS: ReadonlySet<string> = new Set(ourRules.map(({ id }) => id))

/** Whether a rule is the program's and not a custom one: only ours have a rank, or make a file opaque. */
export function isOurs(id: string): boolean {
  return OURS.has(id)
}
