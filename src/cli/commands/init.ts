import { init as initFolder } from '../../init/init.ts'
import { VERSION } from '../constants.ts'
import type { ExitCode } from '../exit-code.ts'
import { forgeOf } from '../pull-request/forge.ts'
import { type CommandIo, type CommonFlags, formatOf, out, outJson } from '../io.ts'

interface Flags extends CommonFlags {
  readonly from?: string
  readonly forge?: string
}

export function init(folder: string, flags: Flags, io: CommandIo): ExitCode {
  const format = formatOf(flags, ['pretty', 'json'], 'pretty')
  const forge = forgeOf(flags.forge)
  initFolder(folder, { from: flags.from, version: VERSION, forge })
  if (format === 'json') outJson(io, { folder, version: VERSION, forge })
  else out(io, `made ${folder}\nnext: cd ${folder} && npm ci && npm test, and its README.md\n`)
  return 0
}
