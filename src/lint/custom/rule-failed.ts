import { fileStart, type Finding } from '../rule.ts'

/** A custom rule that threw: the rule is wrong, not the program, and what it inspected may be right. */
export class RuleFailed extends Error {
  readonly finding: Finding

  /**
   * @param path The rule's file.
   * @param subject What it inspected when it threw; undefined where that was more than one file.
   */
  constructor(id: string, path: string, subject: string | undefined, what: string) {
    super(what)
    this.finding = {
      rule: 'rules/run',
      severity: 'error',
      at: fileStart(path),
      message: `own rule "${id}" failed: ${what}`,
      help: 'correct the rule: what it did not look at is not judged',
      ...(subject !== undefined && { related: [{ at: fileStart(subject), message: 'looking at this' }] }),
    }
  }
}

/** Returns the first line of what was thrown, and no stack. */
export function wordsOf(error: unknown): string {
  const text = error instanceof Error ? `${error.name}: ${error.message}` : String(error)
  const line = text.split('\n', 1)[0] ?? ''
  return line.length > 300 ? `${line.slice(0, 300)}…` : line
}
