import type { LayeredField } from '../../../domain/explain-layers.ts'
import { type Authors, blameLayers } from '../../../ask/blame-layers.ts'
import { maskCredentials } from '../../../credentials/index.ts'
import { explainAccount } from '../../../ask/explain-account.ts'
import { type Configuration, openOrigin } from '../../../source/open-configuration.ts'
import { type ExplainedFunction, type ExplainedLayer, printExplanation } from '../../../report/print-explanation.ts'
import type { ExitCode } from '../../exit-code.ts'
import { type CommandIo, type CommonFlags, colorOn, formatOf, note, out, outJson } from '../../io.ts'
import { refuseUnknown } from '../../../ask/refuse-unknown.ts'
import { renderAside } from '../../render-diagnostics.ts'

/** Explains an account's settings, as JSON for a program and as a table for a person. */
export async function explain(
  id: string,
  name: string | undefined,
  flags: CommonFlags,
  io: CommandIo,
): Promise<ExitCode> {
  const format = formatOf(flags, ['pretty', 'json'], io.stdout.isTTY === true ? 'pretty' : 'json')
  const origin = await openOrigin(flags.config)
  const explanation = await explainAccount(origin, id, (text) => note(io, `note: ${text}`))
  refuseUnknown(explanation.known, name)
  if (explanation.kind === 'refused') {
    renderAside(io, explanation.diagnostics, explanation.files)
    return 1
  }
  const { configuration, functions, fields } = explanation
  const names = name === undefined ? Object.keys(functions) : [name]
  const raw = names.map((each) => ({ name: each, fields: fields(each) }))
  const written = raw.flatMap((each) => [...each.fields.values()].flatMap(({ layers }) => layers))
  const authors = await blameLayers(configuration, written)
  const explained = raw.map((each): ExplainedFunction => {
    const shown = [...each.fields].map(([field, one]) => [field, explainedField(one, configuration, authors)] as const)
    return { function: each.name, fields: Object.fromEntries(shown) }
  })
  const [only] = explained
  if (format === 'pretty') out(io, printExplanation(id, explained, colorOn(io, io.stdout)))
  else if (name !== undefined && only !== undefined) outJson(io, { account: id, ...only })
  else {
    outJson(io, {
      account: id,
      functions: Object.fromEntries(explained.map((one) => [one.function, { fields: one.fields }])),
    })
  }
  return 0
}

function explainedField(
  { value, layers }: LayeredField,
  { show }: Configuration,
  authors: Authors,
): ExplainedFunction['fields'][string] {
  return {
    value: shownValue(value),
    layers: layers.map(({ stoppedBy, wins, ...layer }): ExplainedLayer => {
      const by = authors.get(layer.file)?.get(layer.line)
      return {
        ...layer,
        value: shownValue(layer.value),
        file: show(layer.file),
        commit: by?.commit ?? null,
        author: by?.author ?? null,
        ...(wins === true && { wins }),
        ...(stoppedBy !== undefined && { stopped_by: { ...stoppedBy, file: show(stoppedBy.file) } }),
      }
    }),
  }
}

/** Masks leaked secrets: a configuration that fails `secret/value` is explained all the same. */
function shownValue<T>(value: T): T | string {
  return typeof value === 'string' ? maskCredentials(value) : value
}
