import { type Path, nodeAt } from '../../../source/source-nodes.ts'
import { maskCredentials } from '../../../credentials/index.ts'
import { didYouMean, oneOf } from '../../../base/did-you-mean.ts'
import { type Checked, defineRule, keyAt } from '../../rule.ts'
import { sensitiveNames } from '../../facts/declared-names.ts'
import { pathName, valueOrKey, violationsOf } from '../../facts/schema-violations.ts'

export const notAllowed = defineRule({
  id: 'schema/not-allowed',
  severity: 'error',
  summary: 'a value that is not in the vocabulary, or not of the form, of its place',
  fix: 'suggest',
  file(checked, report) {
    const violations = violationsOf(checked, 'not-allowed')
    // A name that is reserved is not also refused for what it says.
    const names = sensitiveNames(checked)
      .filter(({ path }) => !violations.some((other) => other.path.join('\0') === path.join('\0')))
      .map(({ path, why }) => ({ path, allowed: [], why, part: 'name' as const }))
    for (const { path, allowed, why, part } of [...violations, ...names]) {
      const node = nodeAt(checked.file.root, path)
      // The text where a secret's name belongs may be the secret itself.
      const shown = node?.is === 'scalar' && !(checked.file.kind === 'settings' && path.at(-1) === 'secret')
      const value = shown ? `"${String(node.value)}"` : 'this'
      if (part === 'key') {
        report({
          at: keyAt(checked.file.path, ...path),
          message: `"${String(path.at(-1))}" cannot stand ${why}`,
          help: 'keep one of the two',
        })
        continue
      }
      if (part === 'name') {
        report({
          at: keyAt(checked.file.path, ...path),
          message: `"${maskCredentials(String(path.at(-1)))}" cannot be a name in ${pathName(path.slice(0, -1))}`,
          help: why,
        })
        continue
      }
      report({
        at: valueOrKey(checked, path),
        message: `${pathName(path)} cannot be ${value}`,
        help:
          why === ''
            ? `${didYouMean(shown ? String(node.value) : '', allowed)}allowed: ${oneOf(allowed, 30)}${elsewhere(checked, path)}`
            : why,
      })
    }
  },
})

/** Kinds are declared in a file of their own. */
function elsewhere({ file }: Checked, path: Path): string {
  const isKind = path.at(-1) === 'kind' && (file.kind === 'functions' || file.kind === 'models')
  return isKind ? '; another kind is declared in providers.yaml' : ''
}
