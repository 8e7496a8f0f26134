import { readdirSync } from 'node:fs'
import { join } from 'node:path'

/** The families, highest rank first: of several rules with a finding at one place, only the first reports. */
export const FAMILIES = ['yaml', 'files', 'schema', 'secret', 'trust', 'ref', 'plan', 'model', 'prompt', 'override']

/**
 * Returns the text of src/lint/generated/registry.ts: every rule file under src/lint/rules, by family, then by name.
 */
export function registryText(root: string): string {
  const rules = ruleIds(join(root, 'src/lint/rules')).map((id) => ({ id, name: camelCase(id) }))
  const imports = rules.map(({ id, name }) => {
    return `import { ${camelCase(id.slice(id.indexOf('/') + 1))} as ${name} } from '../rules/${id}.ts'`
  })
  return `// Generated from src/lint/rules/ by \`npm run generate\`. Do not edit.
${imports.join('\n')}
import type { Rule } from '../rule.ts'

/** Every rule of the program, by the rank of the families: at one place, the first alone reports. */
export const rules: readonly Rule[] = [
${rules.map(({ name }) => `  ${name},`).join('\n')}
]
`
}

/** Returns `plan/not-allowed` and so on. @throws when a family is not in the order. */
function ruleIds(folder: string): string[] {
  const families = readdirSync(folder)
  const unknown = families.filter((family) => !FAMILIES.includes(family))
  if (unknown.length > 0) throw new Error(`build/registry.ts does not rank the family ${unknown.join(', ')}`)
  return FAMILIES.filter((family) => families.includes(family)).flatMap((family) => {
    const names = readdirSync(join(folder, family)).sort()
    return names.map((file) => `${family}/${file.replace(/\.ts$/, '')}`)
  })
}

/** Turns `plan/not-allowed` into `planNotAllowed`. */
export function camelCase(text: string): string {
  return text.replace(/[/-]([a-z])/g, (_, letter: string) => letter.toUpperCase())
}
