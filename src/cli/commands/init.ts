import { Failure } from '../../base/failure.ts'
import { didYouMean, oneOf } from '../../base/suggest.ts'
import { FORGES, type Forge, init as initFolder } from '../../init/init.ts'
import { type ExitCode, VERSION } from '../constants.ts'
import { type CommonFlags, formatOf, out, outJson } from '../io.ts'

interface Flags extends CommonFlags {
  readonly from?: string
  readonly forge?: string
}

export function init(folder: string, flags: Flags): ExitCode {
  const format = formatOf(flags, ['pretty', 'json'], 'pretty')
  const forge = forgeOf(flags.forge)
  initFolder(folder, { from: flags.from, version: VERSION, forge })
  if (format === 'json') outJson({ folder, version: VERSION, forge })
  else out(`made ${folder}\nnext: cd ${folder} && npm ci && npm test, and its README.md\n`)
  return 0
}

/** @throws {Failure} when there are no pipelines for it. */
function forgeOf(name = 'github'): Forge {
  const found = FORGES.find((forge) => forge === name)
  if (found !== undefined) return found
  const help = `${didYouMean(name, FORGES)}write ${oneOf(FORGES)}; Gitea and Forgejo run the workflows of github`
  throw new Failure('usage', `there are no pipelines for "${name}"`, help)
}
