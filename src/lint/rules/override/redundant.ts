import { command } from '../../../base/shell-command.ts'
import { canonical } from '../../../store/format/canonical-json.ts'
import { type Dict, type Value, own } from '../../../domain/plain-data.ts'
import type { FunctionSpec, Globals } from '../../../domain/settings-types.ts'
import { kindOfSection, meaningOf } from '../../../domain/vocabulary.ts'
import { layer } from '../../../domain/resolve-answers.ts'
import { type PartialGlobals, layerable, type AccountModel } from '../../../source/link-files.ts'
import { boundsOf, each } from '../../what-rules-read.ts'
import { type Place, type Reporter, defineRule, valueAt } from '../../rule.ts'
import { isFree } from '../../facts/account-policy.ts'
import { usedProvider } from '../../facts/used-fields.ts'

export const redundant = defineRule({
  id: 'override/redundant',
  severity: 'warning',
  onlyWarns: true,
  summary: 'an override that says what it would inherit; deleting it un-pins it',
  fix: 'suggest',
  reads(known) {
    const { author_profiles, strategies } = known
    const globals = layerable(known)
    if (globals === undefined) return [author_profiles, strategies, null]
    const { vocabulary, sections, functions, models, providers } = globals
    const layered = [
      meaningOf(vocabulary),
      sections,
      functions,
      each(models, boundsOf),
      each(providers, ({ fields }) => fields),
    ]
    return [author_profiles, strategies, layered]
  },
  account(account, known, report) {
    if (isFree(account.plan)) return
    const globals = layerable(known)
    const { overrides } = account.body
    if (globals !== undefined && overrides !== undefined) {
      for (const [section, fields] of Object.entries(overrides)) {
        for (const [field, value] of Object.entries(fields)) {
          if (!inherits(globals, overrides, section, field, value)) continue
          const name = `${section}.${field}`
          const way = `${command('tenfold', 'unset', account.stem, name)} deletes it`
          reportRedundant(valueAt(account.file, 'overrides', section, field), name, way, report)
        }
      }
    }
    records(account, known, report)
  },
})

/** Whether every function that sees this field would get the same value without it. */
function inherits(
  globals: Globals,
  overrides: Dict<Dict<Value>>,
  section: string,
  field: string,
  value: Value,
): boolean {
  if (field === 'provider') return own(globals.sections, section)?.provider === value
  const kind = kindOfSection(globals.vocabulary, section)
  if (kind === undefined) return false
  if (kind !== section && usedProvider(globals, overrides, kind) !== section) return false
  const specs = Object.values(globals.functions).filter((spec) => spec.kind === kind)
  // Few values equal what is below them: only for those is it worth layering a function.
  if (specs.some((spec) => below(globals, spec, section, field) !== value)) return false
  const { [field]: _, ...rest } = own(overrides, section) ?? {}
  const without = { ...overrides, [section]: rest }
  if (specs.length === 0 || usedProvider(globals, without, kind) === undefined) return false
  return specs.every((spec) => layer(globals, without, spec).fields.get(field)?.value === value)
}

/** Returns a function's default for a field, or else the provider's, whether or not the model has it. */
function below(globals: Globals, spec: FunctionSpec, section: string, field: string): Value | undefined {
  const { kind, models, defaults } = spec
  const byFunction = field === 'model' ? own(models, section) : own(defaults, field)
  const byProvider = (section === kind ? own(globals.sections, kind) : own(globals.providers, section))?.fields
  return byFunction ?? own(byProvider, field)
}

function records(account: AccountModel, known: PartialGlobals, report: Reporter): void {
  for (const collection of ['author_profiles', 'strategies'] as const) {
    for (const [id, record] of Object.entries(account.body[collection] ?? {})) {
      const global = own(known[collection], id)
      if (global === undefined || canonical(global) !== canonical(record)) continue
      reportRedundant(valueAt(account.file, collection, id), `${collection}.${id}`, 'delete it', report)
    }
  }
}

function reportRedundant(at: Place, what: string, way: string, report: Reporter): void {
  report({
    at,
    message: `${what} says what it would inherit`,
    help: `${way}; keep it only to hold the account where it is when the global moves`,
  })
}
