import { type LayeredField, type Origins, type WrittenLayer, explainFunction } from '../domain/explain-layers.ts'
import { type Account, type Globals, type PlanName, isPlan } from '../domain/settings-types.ts'
import { servesAll } from '../domain/resolve-answers.ts'
import type { Diagnostic } from '../source/diagnostic-types.ts'
import { ANSWERING } from '../source/file-layout.ts'
import { type PartialGlobals, layerable, type AccountModel } from '../source/link-files.ts'
import type { SourceFile } from '../source/source-nodes.ts'
import { originsOf } from '../check/to-store-form.ts'
import { positionsIn } from '../lint/locate-findings.ts'
import type { Configuration, Origin } from '../source/open-configuration.ts'
import { type OneAccount, readOneAccount } from './read-one-account.ts'

/** A working tree's explanation, or the diagnostics of a file that it needs and cannot read. */
export type AccountExplanation =
  | {
      readonly kind: 'refused'
      readonly known: PartialGlobals
      readonly diagnostics: readonly Diagnostic[]
      /** How many files were read. */
      readonly files: number
    }
  | {
      readonly kind: 'known'
      readonly known: PartialGlobals
      readonly configuration: Configuration
      readonly functions: Globals['functions']
      /** Of one function, under a live plan if there is one. */
      fields(name: string, livePlan?: PlanName): Map<string, LayeredField>
      /** Undefined for an account without a file. */
      readonly account: Account | undefined
      readonly globals: Globals
    }

/**
 * Explains one account's answers from the files themselves, so that every layer has its line. A configuration that
 * breaks a rule is explained all the same: seeing why is what the command is for.
 */
export async function explainAccount(
  origin: Origin,
  id: string,
  note?: (text: string) => void,
): Promise<AccountExplanation> {
  return explanationOf(await readOneAccount(origin, id, note))
}

/** Explains an account that has been read. */
export function explanationOf({ configuration, common, own, diagnostics }: OneAccount): AccountExplanation {
  const { show } = configuration
  const { known, globals: lookup } = common.context
  const globals = layerable(known)
  const files = configuration.tree.files.length
  const wrongIn = (paths: readonly string[]): Diagnostic[] => {
    const shown = new Set(paths.map(show))
    return diagnostics.filter(({ severity, file }) => severity === 'error' && shown.has(file))
  }
  const unserved = globals === undefined || !servesAll(globals)
  const refused = wrongIn(ANSWERING).filter(({ rule }) => unserved || /^(?:yaml|schema|files)\//.test(rule))
  const opaque = own !== undefined && own.model === undefined
  if (refused.length > 0 || opaque || unserved) {
    return { kind: 'refused', known, files, diagnostics: [...refused, ...(opaque ? wrongIn([own.file.path]) : [])] }
  }
  const account = own?.model === undefined ? undefined : accountOf(own.model, known)
  const origins = originsIn(own?.file, lookup)
  return {
    kind: 'known',
    known,
    configuration,
    functions: globals.functions,
    account,
    globals,
    fields: (name, livePlan) => {
      const fields = explainFunction(globals, account, name, livePlan, origins) ?? new Map<string, LayeredField>()
      return own?.model === undefined || isPlan(own.model.plan) ? fields : withoutPlan(fields, own.file, origins)
    },
  }
}

/** Under an unknown plan nothing may be overridden, as under Free. */
function accountOf(model: AccountModel, { plans }: PartialGlobals): Account | undefined {
  return plans === undefined ? undefined : { ...model.body, plan: isPlan(model.plan) ? model.plan : 'free' }
}

function withoutPlan(
  fields: Map<string, LayeredField>,
  file: SourceFile,
  { position }: Origins,
): Map<string, LayeredField> {
  const [line] = position(file.path, 'plan') ?? [1]
  const stoppedBy = { rule: 'ref/unknown' as const, file: file.path, line }
  const restated = (layer: WrittenLayer): WrittenLayer =>
    layer.stoppedBy === undefined ? layer : { ...layer, stoppedBy }
  return new Map([...fields].map(([name, field]) => [name, { ...field, layers: field.layers.map(restated) }]))
}

/** Returns positions from the files' own trees, each file's found once. */
function originsIn(own: SourceFile | undefined, lookup: (path: string) => SourceFile | undefined): Origins {
  const found = new Map<string, ReturnType<typeof originsOf>>()
  return {
    accountFile: own?.path,
    position: (path, at) => {
      const file = path === own?.path ? own : lookup(path)
      if (file === undefined) return undefined
      const origins = found.get(path) ?? originsOf(file, positionsIn(file))
      found.set(path, origins)
      return origins[at]
    },
  }
}
