import { init as initFolder } from '../../init/init.ts'
import { type ExitCode, VERSION } from '../constants.ts'
import { forgeOf } from '../pull-request/forge.ts'
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
