import { didYouMean } from '../../../base/did-you-mean.ts'
import { Failure } from '../../../base/failure.ts'
import { checkGlobals } from '../../../check/check-globals.ts'
import { openOrigin } from '../../../source/open-configuration.ts'
import { pythonTypes } from '../../../typings/python-types.ts'
import { outlineOf } from '../../../typings/settings-outline.ts'
import { typescriptTypes } from '../../../typings/typescript-types.ts'
import type { ExitCode } from '../../exit-code.ts'
import { type CommandIo, formatOf, note, outShown } from '../../io.ts'
import { renderAside } from '../../render-diagnostics.ts'
import { writeOutputs } from '../../write-outputs.ts'
import type { FlagsOf } from '../command-spec.ts'
import type { typesCommand } from './types.flags.ts'

const LANGUAGES = { ts: typescriptTypes, python: pythonTypes } as const

/** Writes what a configuration can be asked for as types of a programming language. */
export async function types(flags: FlagsOf<typeof typesCommand>, io: CommandIo): Promise<ExitCode> {
  formatOf(flags, ['pretty'], 'pretty')
  const render = languageOf(flags.lang)
  const origin = await openOrigin(flags.config)
  const tree = await origin.listGlobals()
  const { globals, diagnostics } = await checkGlobals({ ...origin, tree }, {})
  if (globals === undefined) {
    renderAside(io, diagnostics, tree.files.length)
    return 1
  }
  const text = render(outlineOf(globals))
  if (flags.out === undefined || flags.out === '-') outShown(io, text)
  else {
    await writeOutputs([[flags.out, text]])
    note(io, `the types are in ${flags.out}`)
  }
  return 0
}

function languageOf(name: string): (typeof LANGUAGES)[keyof typeof LANGUAGES] {
  if (name === 'ts' || name === 'python') return LANGUAGES[name]
  const known = Object.keys(LANGUAGES)
  throw new Failure(
    'usage',
    `there is no language "${name}"`,
    `${didYouMean(name, known)}write --lang ts or --lang python`,
  )
}
