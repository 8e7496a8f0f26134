import { init as initFolder } from '../../init/init.ts'
import { type ExitCode, VERSION } from '../constants.ts'
import { type CommonFlags, formatOf, out, outJson } from '../io.ts'

interface Flags extends CommonFlags {
  readonly from?: string
}

export function init(folder: string, flags: Flags): ExitCode {
  const format = formatOf(flags, ['pretty', 'json'], 'pretty')
  initFolder(folder, { from: flags.from, version: VERSION })
  if (format === 'json') outJson({ folder, version: VERSION })
  else out(`made ${folder}\nnext: cd ${folder} && npm ci && npm test, and its README.md\n`)
  return 0
}
