import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { FAMILIES, registryText } from './registry.ts'
import { newRule } from './new-rule.ts'

/*
 * Writes what follows from the rules: the registry and the table of docs/rules/README.md. With an id, such as
 * `plan/x`, it first writes the rule's file, test and page.
 */
const ROOT = join(import.meta.dirname, '..')
const TABLE = join(ROOT, 'docs/rules/README.md')

const [id] = process.argv.slice(2)
if (id !== undefined) scaffold(id)
writeFileSync(join(ROOT, 'src/lint/generated/registry.ts'), registryText(ROOT))
// The rules are imported through the registry that has just been written.
const { rulesTable } = await import('./rules-table.ts')
const readme = readFileSync(TABLE, 'utf8')
writeFileSync(
  TABLE,
  readme.replace(/^\| rule \|.*?\n(?!\|)/ms, () => `${rulesTable()}\n`),
)

function scaffold(rule: string): void {
  const [family = '', name = ''] = rule.split('/')
  if (!FAMILIES.includes(family) || !/^[a-z]+(-[a-z]+)*$/.test(name)) {
    refuse(`a rule is FAMILY/NAME, such as plan/no-such-thing; the families are ${FAMILIES.join(', ')}`)
  }
  const files = newRule(family, name)
  const there = files.map(({ path }) => path).filter((path) => existsSync(join(ROOT, path)))
  if (there.length > 0) refuse(`there is a file ${there.join(', ')} already`)
  for (const { path, text } of files) {
    mkdirSync(dirname(join(ROOT, path)), { recursive: true })
    writeFileSync(join(ROOT, path), text)
    console.log(`wrote ${path}`)
  }
}

function refuse(why: string): never {
  console.error(`error: ${why}`)
  process.exit(2)
}
