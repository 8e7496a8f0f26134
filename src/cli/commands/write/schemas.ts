import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { codeOf, fileFailure } from '../../../base/failure.ts'
import { readVocabulary } from '../../../check/read-vocabulary.ts'
import { openOrigin } from '../../../source/open-configuration.ts'
import { schemaFiles } from '../../../typings/schema-files.ts'
import type { ExitCode } from '../../exit-code.ts'
import { type CommandIo, formatOf, out, outJson } from '../../io.ts'
import { writeOutputs } from '../../write-outputs.ts'
import type { FlagsOf } from '../command-spec.ts'
import type { schemasCommand } from './schemas.flags.ts'

/** Writes the schemas of a configuration's vocabulary, or tells which of them are behind. */
export async function schemas(flags: FlagsOf<typeof schemasCommand>, io: CommandIo): Promise<ExitCode> {
  const format = formatOf(flags, ['pretty', 'json'], 'pretty')
  const all = [...schemaFiles(await readVocabulary(await openOrigin(flags.config)))]
  const behind = all.filter(([name, text]) => textOf(join(flags.out, name)) !== text)
  const names = behind.map(([name]) => name)
  if (flags.check !== true) await writeOutputs(behind.map(([name, text]) => [join(flags.out, name), text]))
  if (format === 'json') {
    outJson(io, {
      out: flags.out,
      schemas: all.map(([name]) => name),
      [flags.check === true ? 'behind' : 'written']: names,
    })
  } else if (flags.check === true) {
    for (const name of names) out(io, `${join(flags.out, name)} is behind the configuration: run \`tenfold schemas\`\n`)
  } else out(io, `${names.length} of ${all.length} schemas written to ${flags.out}\n`)
  return flags.check === true && names.length > 0 ? 1 : 0
}

function textOf(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8')
  } catch (error) {
    if (['ENOENT', 'ENOTDIR'].includes(codeOf(error) ?? '')) return undefined
    throw fileFailure(error, `cannot read ${file}`)
  }
}
