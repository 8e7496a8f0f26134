import { createHash } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { type Ladder, type Ring, StageMembers, cohortOf } from '../../src/domain/rollout-rings.ts'

const ladder = (stages: readonly Ring[], exclude: readonly string[] = [], id = 'r1'): Ladder => ({
  id,
  stages,
  exclude,
})

describe('the cohort of an account', () => {
  test.each([
    ['r1', 'acme', 785],
    ['r2', 'acme', 3214],
    ['r1', 'globex', 713],
    ['r1', '', 1514],
    ['spring-prices', 'a', 8243],
    ['r1', 'ünïcode', 733],
  ])('%s/%s is %i', (id, account, cohort) => {
    expect(cohortOf(id, account)).toBe(cohort)
  })

  test('is the floor of the exact product, whatever the digest', () => {
    for (let i = 0; i < 5000; i++) {
      const digest = createHash('sha256').update(`r9/a${i}`).digest()
      const exact = (BigInt(`0x${digest.subarray(0, 4).toString('hex')}`) * 10_000n) >> 32n
      expect(cohortOf('r9', `a${i}`)).toBe(Number(exact))
    }
  })

  test('of 200,000 ids each ring has its share, within 0.2 points, and the rings are nested', () => {
    const points = [100, 500, 2500, 5000, 9000, 10_000]
    const rings = points.map((_, i) => new StageMembers(ladder(points.map((bp) => ({ bp }))), i))
    const counts = points.map(() => 0)
    let left = 0
    for (let i = 0; i < 200_000; i++) {
      let wasIn = false
      for (const [stage, ring] of rings.entries()) {
        const isIn = ring.has(`account-${i}`)
        if (wasIn && !isIn) left++
        if (isIn) counts[stage] = (counts[stage] ?? 0) + 1
        wasIn = isIn
      }
    }
    expect(left).toBe(0)
    const off = points.map((bp, i) => Math.abs((counts[i] ?? 0) / 2000 - bp / 100))
    console.log(`shares of 200,000 ids are off by at most ${Math.max(...off).toFixed(3)} points`)
    expect(Math.max(...off)).toBeLessThan(0.2)
  })

  test('another id puts other accounts first', () => {
    const first = (id: string): string[] => {
      const ring = new StageMembers(ladder([{ bp: 500 }], [], id), 0)
      return Array.from({ length: 2000 }, (_, i) => `a${i}`).filter((account) => ring.has(account))
    }
    const [a, b] = [first('r1'), first('r2')]
    expect(a.filter((account) => b.includes(account)).length).toBeLessThan(a.length / 4)
  })
})

describe('a stage', () => {
  test('has the accounts of the rings up to its own, but for those that are excluded', () => {
    const stages: readonly Ring[] = [
      { accounts: ['acme', 'beta'] },
      { bp: 500 },
      { accounts: ['late'] },
      { bp: 10_000 },
    ]
    const at = (stage: number, account: string): boolean => {
      return new StageMembers(ladder(stages, ['beta']), stage).has(account)
    }
    expect([0, 1, 2, 3].map((stage) => at(stage, 'acme'))).toEqual([true, true, true, true])
    expect([0, 1, 2, 3].map((stage) => at(stage, 'beta'))).toEqual([false, false, false, false])
    expect([0, 1, 2, 3].map((stage) => at(stage, 'late'))).toEqual([false, false, true, true])
    expect([0, 1, 2, 3].map((stage) => at(stage, 'anybody'))).toEqual([false, false, false, true])
  })

  test('remembers cohorts within a bound, and answers the same', () => {
    const members = new StageMembers(ladder([{ bp: 3000 }]), 0)
    const ids = Array.from({ length: 30_000 }, (_, i) => `a${i}`)
    const once = ids.map((id) => members.has(id))
    expect(ids.map((id) => members.has(id))).toEqual(once)
    expect(ids.map((id) => cohortOf('r1', id) < 3000)).toEqual(once)
  })
})
