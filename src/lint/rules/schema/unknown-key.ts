import { didYouMean, oneOf } from '../../../base/did-you-mean.ts'
import type { Path } from '../../../source/source-nodes.ts'
import { type Checked, defineRule, keyAt } from '../../rule.ts'
import { pathName, violationsOf } from '../../facts/schema-violations.ts'

export const unknownKey = defineRule({
  id: 'schema/unknown-key',
  severity: 'error',
  summary: 'a key that this place does not have',
  fix: 'suggest',
  file(checked, report) {
    for (const { path, key, known } of violationsOf(checked, 'unknown-key')) {
      report({
        at: keyAt(checked.file.path, ...path),
        message: `unknown key "${key}" in ${pathName(path.slice(0, -1))}`,
        help: `${didYouMean(key, known)}${known.length > 0 ? `known here: ${oneOf(known)}` : 'delete it'}${elsewhere(checked, path)}`,
      })
    }
  },
})

/** Sections and parameters are declared in a file of their own. */
function elsewhere({ file: { kind } }: Checked, path: Path): string {
  const isDeclared =
    (kind === 'account' && path[0] === 'overrides') ||
    (kind === 'settings' && (path.length === 1 || path[0] === 'providers') && !path.includes('api_key')) ||
    (kind === 'functions' && path[2] === 'defaults') ||
    (kind === 'models' && path[2] === 'parameters') ||
    (kind === 'plans' && path[2] === 'limits')
  return isDeclared ? '; a new one is declared in providers.yaml' : ''
}
