import { join } from 'node:path'
import { type Comparison, compare } from '../../src/compare/compare-revisions.ts'
import { type Configuration, openConfiguration } from '../../src/source/open-configuration.ts'
import type { Diff, Effects } from '../../src/compare/diff-types.ts'
import { type Files, writeConfig } from '../support/config.ts'

/** `BASE` with some files changed, and the same with others changed, compared as two revisions would be. */
export async function comparisonOf(before: Files, after: Files): Promise<Comparison> {
  const [then, now] = await Promise.all([open(before), open(after)])
  return compare({ commit: null, configuration: then }, now, { fingerprint: 'test' })
}

export async function compared(before: Files, after: Files): Promise<{ diff: Diff; effects: Effects }> {
  const { compared: found, diagnostics } = await comparisonOf(before, after)
  if (found === undefined) throw new Error(`nothing to compare: ${JSON.stringify(diagnostics)}`)
  return found
}

async function open(files: Files): Promise<Configuration> {
  const configuration = await openConfiguration(join(writeConfig(files), 'config'))
  return { ...configuration, show: (path) => path }
}

/** A diff in which nothing differs, with some members replaced. */
export function diffWith(members: Partial<Diff>): Diff {
  const none = { changed: 0, total: 0 }
  return {
    base: 'a'.repeat(40),
    head: 'b'.repeat(40),
    globals: [],
    accounts: [],
    unknown_accounts: [],
    shielded: {},
    summary: {
      accounts_changed: members.accounts?.length ?? 0,
      accounts_total: members.accounts?.length ?? 0,
      by_plan: { free: none, starter: none, growth: none, scale: none },
    },
    ...members,
  }
}

export const NO_EFFECTS: Effects = {
  shielded_by_plan: { free: 0, starter: 0, growth: 0, scale: 0 },
  left_behind: {},
  cost: { before: 0, after: 0, priced: 0, unpriced: 0 },
  counted: ['max_tokens', 'max_in_article'],
}
