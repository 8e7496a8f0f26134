import { describe, expect, test } from 'vitest'
import { PLANS } from '../../src/domain/settings-types.ts'
import type { Diagnostic } from '../../src/source/diagnostic-types.ts'
import type { AccountChange, Change, Diff } from '../../src/compare/diff-types.ts'
import { render } from '../../src/review/render/render-comment.ts'
import { expectWellFormed } from './markdown.ts'
import { NO_EFFECTS, diffWith } from './support.ts'

const MODEL: Change = { field: 'functions.write.model', old: 'gpt-4o-mini', new: 'gpt-4o' }

function account(i: number, changes: readonly Change[] = [MODEL]): AccountChange {
  return { account: `tenant-${String(i).padStart(7, '0')}`, plan: PLANS[i % 4] ?? 'free', changes }
}

function bodyOf(diff: Diff, diagnostics: readonly Diagnostic[] = [], effects = NO_EFFECTS): string {
  return render({ base: diff.base, head: diff.head, compared: { diff, effects }, diagnostics }).body
}

function diagnostic(i: number, severity: 'error' | 'warning', message = 'it is wrong'): Diagnostic {
  return {
    rule: 'ref/unknown',
    severity,
    message,
    help: '',
    related: [],
    file: `config/accounts/a${i}.yaml`,
    line: 4,
    column: 1,
    end_line: 4,
    end_column: 2,
    excerpt: '',
  }
}

test('nothing changed: one line says so', () => {
  const body = bodyOf(diffWith({}))
  expect(body).toMatch(
    /^<!-- tenfold:review v1 base=a{40} head=b{40} digest=[0-9a-f]{64} -->\n### Settings review: no effect on any account\n\nWhole review: /,
  )
  expect(
    body
      .trimEnd()
      .split('\n')
      .filter((line) => line !== ''),
  ).toHaveLength(3)
  expectWellFormed(body)
})

test('an error is told above, and not again among the warnings', () => {
  const body = bodyOf(diffWith({ accounts: [account(1)] }), [diagnostic(1, 'error')])
  const [, folded] = body.split('<details><summary>lint: 1 error, 0 warnings</summary>')
  expect(folded?.slice(0, folded.indexOf('</details>')).trim()).toBe('')
})

test.each([
  [20, 20],
  [21, 1],
])('of %i accounts with one change, %i items are listed: from 21 on they are grouped', (accounts, want) => {
  const body = bodyOf(diffWith({ accounts: Array.from({ length: accounts }, (_, i) => account(i)) }))
  const section = body.slice(body.indexOf('#### Account changes')).split('####')[1] ?? ''
  expect(section.split('\n').filter((line) => line.startsWith('- '))).toHaveLength(want)
})

test('one account, whole', () => {
  const diff = diffWith({
    globals: [
      { field: 'providers.openai.model', old: 'gpt-4o-mini', new: 'gpt-4o', file: 'config/settings.yaml', line: 6 },
    ],
    accounts: [
      account(1, [
        MODEL,
        { ...MODEL, field: 'functions.cluster.model' },
        { field: 'plan', old: 'free', new: 'starter' },
      ]),
    ],
    shielded: { 'providers.openai.model': ['acme', 'bear'] },
    summary: {
      accounts_changed: 1,
      accounts_total: 9870,
      by_plan: { ...diffWith({}).summary.by_plan, starter: { changed: 1, total: 9870 } },
    },
  })
  const body = bodyOf(diff, [diagnostic(1, 'warning')], {
    shielded_by_plan: { ...NO_EFFECTS.shielded_by_plan, starter: 2 },
    left_behind: {},
    cost: { before: 1, after: 1.12, priced: 5, unpriced: 0 },
    counted: [],
  })
  expectWellFormed(body)
  expect(body.slice(body.indexOf('\n') + 1)).toBe(`### Settings review: 1 global change reaches 1 of 9,870 accounts

| plan | accounts | changed | shielded by an override |
|---|---:|---:|---:|
| free | 0 | 0 | 0 |
| starter | 9,870 | 1 | 2 |
| growth | 0 | 0 | 0 |
| scale | 0 | 0 | 0 |

**Risk**: model change 1 · prompt change 0 · limit loosened 0 · keys 0 · estimated cost +12 % at today’s mix

#### Global changes

- \`providers.openai.model\`: \`gpt-4o-mini\` → \`gpt-4o\` · \`config/settings.yaml:6\`

#### Account changes

- \`tenant-0000001\` (starter)
  - \`model\`: \`gpt-4o-mini\` → \`gpt-4o\` in \`write\`, \`cluster\`
  - \`plan\`: \`free\` → \`starter\`

<details><summary>shielded: the global moved, the account keeps its own (1)</summary>

- \`providers.openai.model\`: 2 accounts, \`acme\`, \`bear\`

</details>

<details><summary>lint: 0 errors, 1 warning</summary>

- \`config/accounts/a1.yaml:4\` \`ref/unknown\` \`it is wrong\`

</details>

Whole review: job summary and artifact · to undo: \`git revert ${'b'.repeat(40)}\` · valid for base \`${'a'.repeat(40)}\`
`)
})

describe('how many accounts', () => {
  const own = (i: number): Change[] => [{ field: 'functions.write.temperature', old: 0.5, new: i / 10_000 }]
  const text = (i: number): Change[] => [
    { field: 'prompts.a.prompt_value', old: `one\n${'x'.repeat(300)}\n`, new: `two ${i}\n${'y'.repeat(300)}\n` },
  ]
  test('20 stand one by one', () => {
    const body = bodyOf(diffWith({ accounts: Array.from({ length: 20 }, (_, i) => account(i)) }))
    expectWellFormed(body)
    for (let i = 0; i < 20; i++) expect(body).toContain(`- \`${account(i).account}\` (`)
  })
  test('21 are grouped, with three samples each', () => {
    const body = bodyOf(
      diffWith({ accounts: Array.from({ length: 21 }, (_, i) => account(i, i < 18 ? [MODEL] : own(1))) }),
    )
    expectWellFormed(body)
    expect(body).toContain(
      '- 18 accounts (free 5, starter 5, growth 4, scale 4), such as `tenant-0000000`, `tenant-0000001`, `tenant-0000002`\n  - `model`: `gpt-4o-mini` → `gpt-4o` in `write`\n- 3 accounts',
    )
    expect(body).not.toContain('tenant-0000003')
  })
  test.each([
    ['the same', () => [MODEL]],
    ['each its own', own],
    ['each a long text of its own', text],
  ] as const)('5,000: %s', (_name, changes) => {
    const diff = diffWith({ accounts: Array.from({ length: 5000 }, (_, i) => account(i, changes(i))) })
    const body = bodyOf(
      diff,
      Array.from({ length: 5000 }, (_, i) => diagnostic(i, i % 2 === 0 ? 'error' : 'warning', 'x'.repeat(i))),
    )
    const seen = expectWellFormed(body)
    expect(seen).toContain('5,000 of 5,000 accounts')
    expect(seen).toContain('**2,500 errors**')
    expect(seen).toContain('2,480 more')
    expect(seen).toContain('**Risk**')
  })
  test('1,000,000', () => {
    const shared = [[MODEL], own(3), text(4)]
    const accounts = Array.from({ length: 1_000_000 }, (_, i) => account(i, shared[i % 3]))
    const body = bodyOf(
      diffWith({ accounts, shielded: { 'providers.openai.model': accounts.map((one) => one.account) } }),
    )
    expectWellFormed(body)
    expect(body).toContain('1,000,000 of 1,000,000 accounts get other answers')
    expect(body).toContain('- 333,334 accounts (')
    expect(body).toContain('and 999,997 more')
  })
  test('what has no room goes whole, and says how much it was', () => {
    const globals = Array.from({ length: 900 }, (_, i) => ({
      field: `prompts/p${i}.value`,
      old: `${'a\n'.repeat(300)}${i}`,
      new: `${'b\n'.repeat(300)}${i}`,
      file: `config/prompts/p${i}.yaml`,
      line: 1,
    }))
    const body = bodyOf(diffWith({ globals, accounts: Array.from({ length: 900 }, (_, i) => account(i, own(i))) }))
    const seen = expectWellFormed(body)
    expect(seen).toContain('700 more')
    expect(seen).toContain('prompt differences (900)')
    expect(body.length).toBeGreaterThan(40_000)
  })
})

describe('text from the configuration', () => {
  const HOSTILE = [
    '@everyone',
    '@org/team',
    'see #123 and org/repo#4 or deadbeefcafe0123456789',
    '<img src=x onerror=alert(1)>',
    '</details></details>',
    '<!-- -->',
    '[click](https://evil.example)',
    'https://evil.example',
    '![](x)',
    '`',
    '``',
    '```',
    '` ` `` ```` x',
    '`'.repeat(100),
    '`'.repeat(300),
    '\\`',
    '~~~',
    'a | b \\| c',
    '\u001b[31mred',
    'abc\u202ecba',
    'zero\u200bwidth',
    'a\r\n### forged',
    '\n```\n@everyone\n```\n',
    '   ',
    '',
    '**bold**',
    ':tada:',
    '\ud800',
    '|---|',
    '- x\n  - y',
    '&lt;b&gt;',
    '$x$',
  ]
  test.each(HOSTILE)('%j', (text) => {
    const long = `${text}\n${'line\n'.repeat(30)}${text}`
    const diff = diffWith({
      globals: [
        { field: `prompts/${text}.value`, old: long, new: `${text}\n${text}${long}`, file: text, line: 1 },
        { field: 'a', old: text, new: { secret: text }, file: 'x', line: 1 },
        { field: 'b', old: [text], new: { [text]: text }, file: 'x', line: 1 },
      ],
      accounts: [
        account(1, [
          { field: `prompts.${text}.prompt_value`, old: text, new: long },
          { field: `functions.${text}.model`, old: null, new: text },
        ]),
      ],
      unknown_accounts: [{ field: `strategies.${text}`, old: { name: text }, new: null }],
      shielded: { [text]: [text] },
    })
    const more = { ...NO_EFFECTS, left_behind: { [text]: [text] } }
    expectWellFormed(
      bodyOf(diff, [diagnostic(1, 'error', text), { ...diagnostic(2, 'warning', text), file: text, rule: text }], more),
    )
    const many = diffWith({
      accounts: Array.from({ length: 30 }, (_, i) => ({
        ...account(i, diff.accounts[0]?.changes),
        account: `${text}${i}`,
      })),
    })
    expectWellFormed(bodyOf(many))
  })
})

test('a configuration that cannot be read: its errors, and nothing else', () => {
  const { body, risk } = render({
    base: 'a'.repeat(40),
    head: null,
    compared: undefined,
    diagnostics: [diagnostic(1, 'error')],
  })
  expectWellFormed(body)
  expect(risk).toBeUndefined()
  expect(body).toContain('cannot be read')
  expect(body).toContain('**1 error**\n\n- `config/accounts/a1.yaml:4` `ref/unknown` `it is wrong`')
  expect(body).not.toContain('revert')
})
