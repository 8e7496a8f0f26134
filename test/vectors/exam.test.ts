import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { cohortOf } from '../../src/domain/rollout-rings.ts'
import { functionAnswer } from '../../src/domain/flat-form.ts'
import { resolvePrompt, resolveRecords } from '../../src/domain/resolve-answers.ts'
import { isPlan } from '../../src/domain/settings-types.ts'
import { accountOf } from '../../src/store/format/account-leaf.ts'
import { canonical } from '../../src/store/format/canonical-json.ts'
import { readGlobals, withGlobalTexts } from '../../src/store/format/content-root.ts'
import { parseJson } from '../../src/store/format/decode-json.ts'
import { VECTORS, take, vectorNames, vectorOf } from './exam.ts'
import type { ResolveVectors } from './plain-vectors.ts'
import { TYPESCRIPT } from './typescript-reader.ts'

/** TypeScript takes the exam like everybody else. */
const names = vectorNames()

function read(name: string): ReturnType<typeof JSON.parse> {
  return JSON.parse(readFileSync(join(VECTORS, name), 'utf8'))
}

test('there are vectors of both kinds, and none of a name that says the other', () => {
  const refused = names.filter((name) => name.endsWith('_fail'))
  expect(refused.length).toBeGreaterThanOrEqual(60)
  expect(names.length - refused.length).toBeGreaterThanOrEqual(40)
  for (const name of names) {
    const { init, steps } = vectorOf(name)
    const last = init ?? steps.at(-1)?.want
    expect([name, Object.keys(Object(last)).includes('error')]).toEqual([name, name.endsWith('_fail')])
  }
})

describe.each(['full', 'lazy'] as const)('in %s mode', (mode) => {
  test.each(names.filter((name) => vectorOf(name).modes.includes(mode)))('%s', async (name) => {
    expect(await take(TYPESCRIPT, name, mode)).toEqual([])
  })
})

test('resolve.json', () => {
  const { globals, texts, cases }: ResolveVectors = read('resolve.json')
  expect(cases.length).toBeGreaterThanOrEqual(500)
  const text = (ref: string): string => texts[ref] ?? ''
  const all = globals.map((one) => withGlobalTexts(readGlobals(Buffer.from(JSON.stringify(one))), text))
  for (const { globals: index, line, question, answer } of cases) {
    const under = all[index]
    if (under === undefined) throw new Error('there are no such globals')
    const account = line === null ? undefined : accountOf(line, text)
    const { ask, account: id, plan } = question
    const live = typeof plan === 'string' && isPlan(plan) ? plan : undefined
    const who = {
      account: id,
      known: line !== null,
      plan: account?.plan ?? null,
      ...(live !== undefined && { live_plan: live }),
    }
    const said =
      ask === 'function'
        ? {
            ...who,
            function: question['function'],
            ...functionAnswer(under, account, String(question['function']), live),
          }
        : ask === 'prompt'
          ? { ...who, prompt: question['prompt'], ...resolvePrompt(under, account, String(question['prompt']), live) }
          : resolveRecords(under, account, ask === 'strategies' ? ask : 'author_profiles', live)
    expect(said).toEqual(answer)
  }
})

test('cohort.json', () => {
  const { cases }: { cases: { id: string; account: string; cohort: number }[] } = read('cohort.json')
  for (const { id, account, cohort } of cases)
    expect([id, account, cohortOf(id, account)]).toEqual([id, account, cohort])
})

test('canonical.json', () => {
  const {
    same,
    refused,
  }: {
    same: { json: string; canonical: string }[]
    refused: { base64: string; why: string }[]
  } = read('canonical.json')
  for (const one of same) expect([one.json, canonical(JSON.parse(one.json))]).toEqual([one.json, one.canonical])
  // What `JSON.parse` takes, the one encoding gives away.
  const isRefused = (bytes: Buffer): boolean => {
    try {
      return canonical(parseJson(bytes, 'it')) !== bytes.toString('utf8')
    } catch {
      return true
    }
  }
  for (const { base64, why } of refused) expect([why, isRefused(Buffer.from(base64, 'base64'))]).toEqual([why, true])
})
