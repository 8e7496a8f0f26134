import { init as initFolder } from '../../init/init.ts'
import { VERSION } from '../version.ts'
import type { ExitCode } from '../exit-code.ts'
import { forgeOf } from '../pull-request/which-forge.ts'
import { type CommandIo, formatOf, out, outJson } from '../io.ts'
import type { FlagsOf } from './command-spec.ts'
import type { initCommand } from './init.flags.ts'

type Flags = FlagsOf<typeof initCommand>

export function init(folder: string, flags: Flags, io: CommandIo): ExitCode {
  const format = formatOf(flags, ['pretty', 'json'], 'pretty')
  const forge = forgeOf(flags.forge)
  initFolder(folder, { from: flags.from, version: VERSION, forge })
  if (format === 'json') outJson(io, { folder, version: VERSION, forge })
  else out(io, `made ${folder}\nnext: cd ${folder} && npm ci && npm test, and its README.md\n`)
  return 0
}
