import { expect, test } from 'vitest'
import { Budget, Memo } from '../../src/sdk/answers/answer-memo.ts'

test('answers are kept by number, however far apart the numbers are', () => {
  const memo = new Memo<string>(new Budget(1 << 20))
  for (const number of [0, 1, 255, 256, 70_000, 3]) expect(memo.set(number, `n${number}`)).toBe(`n${number}`)
  for (const number of [0, 1, 255, 256, 70_000, 3]) expect(memo.get(number)).toBe(`n${number}`)
  for (const number of [2, 257, 69_999, 1_000_000]) expect(memo.get(number)).toBeUndefined()
})

test('what is kept stays within its bound, whoever is asked for', () => {
  const budget = new Budget(100_000)
  const [one, other] = [new Memo<object>(budget), new Memo<object>(budget)]
  const most = { held: 0 }
  for (let number = 0; number < 5000; number++) {
    const answer = {}
    expect(one.set(number, answer)).toBe(answer)
    expect(one.get(number)).toBe(answer)
    if (number % 7 === 0) other.set(number, answer)
    let held = 0
    for (let i = 0; i <= number; i += 1)
      held += (one.get(i) === undefined ? 0 : 1) + (other.get(i) === undefined ? 0 : 1)
    most.held = Math.max(most.held, held)
  }
  expect(most.held).toBeGreaterThan(100)
  expect(most.held).toBeLessThan(100_000 / 160)
})
