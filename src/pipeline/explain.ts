import { type ExplainedField, type Origins, type WrittenLayer, explainFunction } from '../bundle/layers.ts'
import { type Account, type Globals, isPlan } from '../bundle/model.ts'
import { serves } from '../bundle/resolve.ts'
import type { Diagnostic } from '../compile/diagnostic.ts'
import { type Known, layerable, linkAccount } from '../compile/link.ts'
import type { AccountModel } from '../compile/model.ts'
import { parse, tooLarge } from '../compile/parse.ts'
import { stemOf } from '../compile/layout.ts'
import type { SourceFile } from '../compile/source.ts'
import { originsOf } from '../compile/store-form.ts'
import { validate } from '../compile/validate.ts'
import { isOpaque, lintFile } from '../lint/lint.ts'
import { locate, positionsIn } from '../lint/locate.ts'
import { checkCommon } from './common.ts'
import type { Configuration } from './configuration.ts'

/** A working tree's explanation, or the diagnostics of a file that it needs and cannot read. */
export type Explanation =
  | { readonly kind: 'refused'; readonly known: Known; readonly diagnostics: readonly Diagnostic[] }
  | {
      readonly kind: 'known'
      readonly known: Known
      readonly functions: Globals['functions']
      fields(name: string): Map<string, ExplainedField>
    }

const NEEDED = new Set(['settings.yaml', 'models.yaml', 'plans.yaml', 'functions.yaml'])

/**
 * Explains one account's answers from the files themselves, so that every layer has its line. A configuration that
 * breaks a rule is explained all the same: seeing why is what the command is for.
 */
export async function explainAccount(configuration: Configuration, id: string): Promise<Explanation> {
  const { show } = configuration
  const common = await checkCommon(configuration, {})
  const { known, globals: lookup } = common.bench
  const own = await readAccountFile(configuration, id)
  const globals = layerable(known)
  const needed = new Set([...NEEDED].map(show))
  const wrong = common.diagnostics.filter(({ severity, file }) => severity === 'error' && needed.has(file))
  const unserved = globals === undefined || !isServed(globals)
  const refused = unserved ? wrong : wrong.filter(({ rule }) => /^(?:yaml|schema|files)\//.test(rule))
  const opaque = own !== undefined && own.model === undefined
  if (refused.length > 0 || opaque || unserved) {
    const withOwn = (path: string): SourceFile | undefined => (path === own?.file.path ? own.file : lookup(path))
    const findings = own === undefined ? [] : locate(own.findings, withOwn, show)
    return { kind: 'refused', known, diagnostics: [...refused, ...(opaque ? findings : [])] }
  }
  const account = own?.model === undefined ? undefined : accountOf(own.model, known)
  const origins = originsIn(own?.file, lookup)
  return {
    kind: 'known',
    known,
    functions: globals.functions,
    fields: (name) => {
      const fields = explainFunction(globals, account, name, undefined, origins) ?? new Map<string, ExplainedField>()
      return own?.model === undefined || isPlan(own.model.plan) ? fields : withoutPlan(fields, own.file, origins)
    },
  }
}

function isServed(globals: Globals): boolean {
  return serves(globals, globals.text.provider, 'text') && serves(globals, globals.image.provider, 'image')
}

interface OwnFile {
  readonly file: SourceFile
  readonly model: AccountModel | undefined
  readonly findings: ReturnType<typeof lintFile>
}

async function readAccountFile(configuration: Configuration, id: string): Promise<OwnFile | undefined> {
  const found = configuration.tree.files.find(({ path, kind }) => kind === 'account' && stemOf(path) === id)
  if (found === undefined) return undefined
  for await (const [{ path }, content] of configuration.contents([found])) {
    const file = content === 'too-large' ? tooLarge(path, 'account') : parse(path, 'account', content)
    const { root } = file
    const validated = root === undefined ? undefined : validate({ ...file, kind: 'account' as const, root })
    const checked = { file, validated }
    const findings = lintFile(checked)
    const value = isOpaque(checked, findings) ? undefined : validated?.value
    return { file, findings, model: value && linkAccount(path, value) }
  }
  return undefined
}

/** With a plan that nobody knows nothing may be overridden, which is what Free stands for. */
function accountOf(model: AccountModel, { plans }: Known): Account | undefined {
  return plans === undefined ? undefined : { ...model.body, plan: isPlan(model.plan) ? model.plan : 'free' }
}

function withoutPlan(
  fields: Map<string, ExplainedField>,
  file: SourceFile,
  { position }: Origins,
): Map<string, ExplainedField> {
  const [line] = position(file.path, 'plan') ?? [1]
  const stoppedBy = { rule: 'ref/unknown' as const, file: file.path, line }
  const restated = (layer: WrittenLayer): WrittenLayer =>
    layer.stoppedBy === undefined ? layer : { ...layer, stoppedBy }
  return new Map([...fields].map(([name, field]) => [name, { ...field, layers: field.layers.map(restated) }]))
}

/** Positions out of the files' own trees, each file's found once. */
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
