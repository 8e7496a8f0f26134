import type { Diagnostic } from '../compile/diagnostic.ts'
import { checkCommon } from './common.ts'
import type { Configuration } from './configuration.ts'
import { rulesAsText } from './own-rules.ts'
import { isJudge } from './policy.ts'

/**
 * What is wrong with the files that a change may not judge itself by, as the change has them: they are what judges next.
 * Rules of the repository's own are compiled, and nothing of them is run.
 */
export async function checkNextPolicy(change: Configuration): Promise<Diagnostic[]> {
  const { files, unexpected, others } = change.tree
  const { diagnostics } = await checkCommon(change, {})
  const judging = [...files, ...unexpected, ...others].filter(({ path }) => isJudge(path) || path.startsWith('rules/'))
  const shown = new Set([...judging.map(({ path }) => path), ...POSSIBLE].map(change.show))
  return [...diagnostics.filter(({ file }) => shown.has(file)), ...(await rulesAsText(change))]
}

/** What may be missing, and is told at its place. */
const POSSIBLE = ['plans.yaml', 'models.yaml']
