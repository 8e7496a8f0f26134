import type { Reporter, Rule } from '../rule.ts'
import { confined } from './without-exit.ts'
import { checkedFinding } from './check-finding.ts'
import { RuleFailed, wordsOf } from './rule-failed.ts'

/**
 * Guards a custom rule, so that nothing it does harms more than its own findings: it cannot change what it inspects,
 * its findings are checked, and what it throws is a finding about the rule.
 */
export function guarded(rule: Rule, path: string): Rule {
  const run = (subject: string | undefined, report: Reporter, check: (report: Reporter) => unknown): void => {
    try {
      const result = confined(() => check((finding) => report(checkedFinding(finding, rule))))
      if (result instanceof Promise) {
        // Nothing waits for it; without this its failure would end the program.
        result.catch(() => {})
        throw new TypeError('it is asynchronous, and what it reports later is lost')
      }
    } catch (error) {
      throw new RuleFailed(rule.id, path, subject, wordsOf(error))
    }
  }
  const { id, severity, summary, fix } = rule
  return {
    id,
    severity,
    summary,
    ...(fix !== undefined && { fix }),
    ...(rule.tree && {
      tree: (tree, report, use) => run(undefined, report, (checked) => rule.tree?.(frozen(tree), checked, use)),
    }),
    ...(rule.file && {
      file: (file, report) => run(file.file.path, report, (checked) => rule.file?.(frozen(file), checked)),
    }),
    ...(rule.globals && {
      globals: (known, report, when) => {
        run(undefined, report, (checked) => rule.globals?.(frozen(known), checked, when))
      },
    }),
    ...(rule.account && {
      account: (account, known, report, when) => {
        run(account.file, report, (checked) => rule.account?.(frozen(account), frozen(known), checked, when))
      },
    }),
  }
}

/** Freezes a value deeply: a rule that changed an account would change what is released. */
function frozen<T>(value: T): T {
  if (typeof value !== 'object' || value === null || Object.isFrozen(value)) return value
  Object.freeze(value)
  for (const item of Object.values(value)) frozen(item)
  return value
}
