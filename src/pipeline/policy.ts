import { existsSync, statSync } from 'node:fs'
import { join, relative, resolve } from 'node:path'
import type { Content, Located } from '../compile/read.ts'
import { type Configuration, type RulesPlace, openConfiguration } from './configuration.ts'

/** What a change may not judge itself by. */
function isJudge(path: string): boolean {
  return path === 'plans.yaml' || path === 'models.yaml' || path === 'tenfold.yaml' || path.startsWith('trust/')
}

/**
 * A configuration with its judge, plans and models above all, taken from a trusted revision or checkout, so that a
 * change cannot weaken what it is judged by.
 */
export async function withPolicy(configuration: Configuration, config: string, policy: string): Promise<Configuration> {
  const { repository, folder, tree } = configuration
  const isFolder = existsSync(policy) && statSync(policy).isDirectory()
  const inside = repository?.prefix ?? relative(process.cwd(), folder)
  const trusted = isFolder
    ? await openConfiguration(join(resolve(policy), inside))
    : await openConfiguration(config, policy)
  const judge = trusted.tree.files.filter(({ path }) => isJudge(path))
  const files = [...tree.files.filter(({ path }) => !isJudge(path)), ...judge]
  const unexpected = [
    ...tree.unexpected.filter(({ path }) => !isJudge(path)),
    ...trusted.tree.unexpected.filter(({ path }) => isJudge(path)),
  ]
  const others = [
    ...tree.others.filter(({ path }) => !isJudge(path)),
    ...trusted.tree.others.filter(({ path }) => isJudge(path)),
  ]
  // A checkout's rules may run: it is trusted. A revision's never do, nor those of the change that it judges.
  const rules: RulesPlace = isFolder
    ? { ...trusted.rules, is: 'policy' }
    : { is: 'revision', folder, files: [...trusted.rules.files, ...configuration.rules.files] }
  return {
    ...configuration,
    rules,
    tree: { files: files.sort((a, b) => (a.path < b.path ? -1 : 1)), unexpected, others },
    async *contents<F extends Located>(wanted: readonly F[]): AsyncGenerator<readonly [F, Content]> {
      yield* trusted.contents(wanted.filter(({ path }) => isJudge(path)))
      yield* configuration.contents(wanted.filter(({ path }) => !isJudge(path)))
    },
  }
}
