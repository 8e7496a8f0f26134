import { describe, expect, it, vi } from 'vitest'
import type { AccountModel } from '../../src/source/link-files.ts'
import { lintAccount } from '../../src/lint/run-rules.ts'
import { evaluateRules } from '../../src/lint/custom/evaluate-rules.ts'

const KNOWN = { prompts: {}, author_profiles: {}, strategies: {} }
const ACCOUNT: AccountModel = {
  file: 'accounts/acme.yaml',
  stem: 'acme',
  id: 'acme',
  plan: 'growth',
  sections: ['overrides'],
  body: { overrides: { openai: { model: 'gpt-4o' } } },
}

/** What keeps a file of this JavaScript from being used. */
function problemsOf(code: string): string[] {
  return evaluateRules([{ path: 'rules/a.ts', code }]).problems.map(({ path, message }) => `${path}: ${message}`)
}

/** What a rule with this `account` method says of one account. */
function saidBy(body: string, more = ''): string[] {
  const code = `exports.default = { id: 'team/a', severity: 'error', summary: 'it', ${more} account(account, known, report) { ${body} } }`
  const { rules, problems } = evaluateRules([{ path: 'rules/a.ts', code }])
  expect(problems).toEqual([])
  return lintAccount(ACCOUNT, KNOWN, { date: undefined }, rules).map(({ rule, message }) => `${rule} ${message}`)
}

describe('what a file exports', () => {
  const rule = (fields: string): string =>
    `exports.default = { id: 'team/a', severity: 'error', summary: 'it', file() {}, ${fields} }`

  it.each([
    ['', 'it exports no rule, and no other rule imports it'],
    ['exports.default = () => {}', 'it exports no rule, and no other rule imports it'],
    ['exports.default = [1]', 'what it exports is no rule'],
    ['throw new Error("at once")', 'it threw while it was loaded: Error: at once'],
    ['throw "a word"', 'it threw while it was loaded: a word'],
    ['require("left-pad")', 'it threw while it was loaded: Error: cannot import "left-pad"'],
    [rule('id: "Team/A"'), 'a rule\'s id is family/name in lower-case letters, digits and hyphens, not "Team/A"'],
    [rule('id: 3'), "a rule's id is family/name in lower-case letters, digits and hyphens, not a number"],
    [rule('id: "plan/not-allowed"'), '"plan/not-allowed" is the id of a rule of tenfold\'s own'],
    [rule('id: "rules/mine"'), '"rules/mine" is the id of a rule of tenfold\'s own'],
    [rule('severity: "fatal"'), 'the severity of "team/a" is "fatal"'],
    [rule('severity: undefined'), 'the severity of "team/a" is missing'],
    [rule('summary: ""'), '"team/a" has no summary'],
    [rule('fix: "auto"'), 'the fix of "team/a" is "auto"'],
    [rule('account: 1'), 'the account of "team/a" is no function'],
    ['exports.a = { id: "team/a", severity: "error", summary: "it" }', '"team/a" looks at nothing'],
    [`${rule('')}; exports.b = { ...exports.default }`, '"team/a" is the id of a rule in rules/a.ts too'],
  ])('%s', (code, message) => {
    expect(problemsOf(code)).toEqual([`rules/a.ts: ${message}`])
  })

  it('may be several rules, and a helper of a neighbour', () => {
    const { rules, problems } = evaluateRules([
      {
        path: 'rules/a.ts',
        code: `const { rule } = require('./b.js'); ${rule('')}; exports.more = rule('team/more'); exports.again = exports.more`,
      },
      {
        path: 'rules/b.ts',
        code: `exports.rule = (id) => require('tenfold').defineRule({ id, severity: 'warning', summary: 'it', tree() {} })`,
      },
    ])
    expect(problems).toEqual([])
    expect(rules.map(({ id }) => id)).toEqual(['team/a', 'team/more'])
  })
})

describe('what a rule does', () => {
  it.each([
    [
      'report({ at: { file: account.file, path: ["plan"], part: "key" }, message: "one\\n two ", help: "h" })',
      'team/a one two',
    ],
    [
      'report({ at: { file: account.file, span: { start: 0, end: 2 } }, message: "m", help: "h", rule: "plan/x" })',
      'team/a m',
    ],
    ['null.x', 'rules/run own rule "team/a" failed: TypeError: Cannot read properties of null (reading \'x\')'],
    [
      'account.body.overrides.openai.model = "gpt-5.2"',
      "rules/run own rule \"team/a\" failed: TypeError: Cannot assign to read only property 'model' of object '#<Object>'",
    ],
    ['process.exit(0)', 'rules/run own rule "team/a" failed: Error: it calls process.exit'],
    [
      'return Promise.reject(new Error("later"))',
      'rules/run own rule "team/a" failed: TypeError: it is asynchronous, and what it reports later is lost',
    ],
    [
      'report({ message: "m", help: "h" })',
      'rules/run own rule "team/a" failed: TypeError: what it reports has no place: use keyAt, valueAt or fileStart',
    ],
    [
      'report({ at: { file: "a", path: 3, part: "key" }, message: "m", help: "h" })',
      'rules/run own rule "team/a" failed: TypeError: the place of what it reports is none: use keyAt or valueAt',
    ],
    [
      'report({ at: { file: "a", span: { start: 2, end: 1 } }, message: "m", help: "h" })',
      'rules/run own rule "team/a" failed: TypeError: the span of what it reports is none',
    ],
    [
      'report({ at: { file: "a", span: { start: 0, end: 1 } }, message: "m" })',
      'rules/run own rule "team/a" failed: TypeError: what it reports has no help',
    ],
    [
      'report({ at: { file: "a", span: { start: 0, end: 1 } }, message: "m", help: "h", severity: "info" })',
      'rules/run own rule "team/a" failed: TypeError: the severity of what it reports is neither "error" nor "warning"',
    ],
    [
      'report({ at: { file: "a", span: { start: 0, end: 1 } }, message: "m", help: "h", fix: [] })',
      'rules/run own rule "team/a" failed: TypeError: it reports a fix, and does not say `fix: "safe"`',
    ],
  ])('%s', (body, said) => {
    expect(saidBy(`'use strict'; ${body}`)).toEqual([said])
  })

  it('prints beside the report, not into it', () => {
    const [report, beside] = [vi.spyOn(console, 'log'), vi.spyOn(console, 'error').mockReturnValue()]
    expect(saidBy('console.log(1); console.info(2); console.debug(3)')).toEqual([])
    expect([report.mock.calls, beside.mock.calls]).toEqual([[], [[1], [2], [3]]])
    vi.restoreAllMocks()
  })
})
