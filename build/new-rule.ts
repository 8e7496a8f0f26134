import { camelCase } from './registry.ts'

/**
 * Returns the three files of a new rule. Its test fails until the rule has one; its page fails until it has its
 * example.
 */
export function newRule(family: string, name: string): readonly { readonly path: string; readonly text: string }[] {
  const id = `${family}/${name}`
  return [
    { path: `src/lint/rules/${id}.ts`, text: ruleText(id, camelCase(name)) },
    { path: `test/lint/${id}.test.ts`, text: testText(id) },
    { path: `docs/rules/${id}.md`, text: pageText(id) },
  ]
}

function ruleText(id: string, name: string): string {
  return `import { nodeAt } from '../../../source/source-nodes.ts'
import { defineRule, valueAt } from '../../rule.ts'

export const ${name} = defineRule({
  id: '${id}',
  severity: 'error',
  summary: 'an account whose name is "TODO"',
  file({ file }, report) {
    const node = nodeAt(file.root, ['name'])
    if (file.kind !== 'account' || node?.is !== 'scalar' || node.value !== 'TODO') return
    report({
      at: valueAt(file.path, 'name'),
      message: 'the account has no name yet',
      help: 'write the name that people know it by',
    })
  },
})
`
}

function testText(id: string): string {
  return `import { describe, expect, it } from 'vitest'
import { lint } from '../expect.ts'

describe('${id}', () => {
  it('passes a file that is right', async () => {
    await lint({
      'accounts/acme.yaml': \`
        id: acme
        plan: growth
        name: Acme Ltd
      \`,
    })
  })

  it('points at the value that is wrong', async () => {
    const [found] = await lint({
      'accounts/acme.yaml': \`
        id: acme
        plan: growth
        name: TODO
        #     ^^^^ error[${id}] the account has no name yet
      \`,
    })
    expect(found?.help).toBe('write the name that people know it by')
  })
})
`
}

function pageText(id: string): string {
  return `# ${id}

Catches an account whose name is "TODO".

TODO: why it matters, in two sentences.

## Fails

\`\`\`yaml fails config/accounts/acme.yaml
id: acme
plan: growth
name: TODO
\`\`\`

\`\`\`text
TODO: what \`tenfold check\` prints
\`\`\`

## Passes

\`\`\`yaml passes config/accounts/acme.yaml
id: acme
plan: growth
name: Acme Ltd
\`\`\`

Severity: **error**. Fix: **none**. TODO: the way to put it right.
`
}
