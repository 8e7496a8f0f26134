import type { ServerResponse } from 'node:http'
import { expect, onTestFinished, test } from 'vitest'
import { StoreFailure } from '../../src/base/failure.ts'
import { type Exchange, type RequestOptions, Requests } from '../../src/store/backends/http/requests.ts'
import { serving } from './http-server.ts'

interface Asked {
  readonly requests: Requests
  readonly send: (more?: Partial<Exchange>) => Promise<string>
  /** How many requests have arrived. */
  readonly count: () => number
}

const OPTIONS: RequestOptions = {
  timeoutMs: 60_000,
  tries: 3,
  longestPauseMs: 0,
  env: {},
  failed: (what, why, cause) => new StoreFailure('unreadable', `cannot read ${what}: ${why}`, { cause }),
}

/** Requests to a server of their own, which answers each in turn, and the last one from then on. */
async function asking(
  answers: readonly ((response: ServerResponse) => void)[],
  more: Partial<RequestOptions> = {},
): Promise<Asked> {
  let count = 0
  const { url } = await serving((_, response) => answers[Math.min(count++, answers.length - 1)]?.(response))
  const requests = new Requests(url, { ...OPTIONS, ...more })
  onTestFinished(() => requests.interrupt())
  const exchange: Exchange = {
    what: 'it',
    length: 10,
    ask: (client, signal) => client.ask(url, { headers: {}, signal, most: 100, mostOfRefusal: 100 }),
  }
  return {
    requests,
    count: () => count,
    send: async (changed) => {
      const { status, bytes } = await requests.send({ ...exchange, ...changed })
      return `${status} ${bytes.toString()}`
    },
  }
}

const says =
  (status: number, text: string, headers: Record<string, string> = {}) =>
  (response: ServerResponse): void => {
    response.writeHead(status, headers).end(text)
  }
const hangsUp = (response: ServerResponse): void => {
  response.socket?.resetAndDestroy()
}
const saysNothing = (): void => {}

test.each([
  ['an answer is final', [says(200, 'yes')], '200 yes', 1],
  ['so is one of no success', [says(404, 'no')], '404 no', 1],
  ['the last one below 500 too', [says(499, 'no')], '499 no', 1],
  ['a server in trouble is asked again', [says(500, 'no'), says(503, 'no'), says(200, 'yes')], '200 yes', 3],
  ['so is one that is asked too much', [says(429, 'no'), says(200, 'yes')], '200 yes', 2],
  ['the last answer is given, whatever it is', [says(500, 'no')], '500 no', 3],
  ['a connection that ends is made again', [hangsUp, hangsUp, says(200, 'yes')], '200 yes', 3],
] as const)('%s', async (_, answers, want, times) => {
  const { send, count } = await asking(answers)
  expect(await send()).toBe(want)
  expect(count()).toBe(times)
})

test('a connection that ends each time is a failure, named by its code', async () => {
  const { send, count } = await asking([hangsUp])
  await expect(send()).rejects.toMatchObject({ message: 'cannot read it: ECONNRESET', cause: { code: 'ECONNRESET' } })
  expect(count()).toBe(3)
})

test.each([
  ['a server in trouble', says(503, 'no'), '503 no'],
  ['a connection that ends', hangsUp, undefined],
] as const)('what must not be made twice is not, after %s', async (_, answer, want) => {
  const { send, count } = await asking([answer])
  if (want === undefined) await expect(send({ isOnce: true })).rejects.toThrow('cannot read it: ECONNRESET')
  else expect(await send({ isOnce: true })).toBe(want)
  expect(count()).toBe(1)
})

test('what the server refuses by a failure of its own is not asked again', async () => {
  const { send, count } = await asking([says(302, '', { location: 'http://other.example/' })])
  await expect(send()).rejects.toMatchObject({ problem: 'unreadable', message: expect.stringContaining('elsewhere') })
  expect(count()).toBe(1)
})

test.each([
  ['without one, in its own time', undefined, 60_000, 0],
  ['as long as it asks for', '0.6', 60_000, 600],
  ['as long as may be', '60', 600, 600],
  ['not for a date', 'Wed, 21 Oct 2026 07:28:00 GMT', 60_000, 0],
  ['not for less than nothing', '-60', 60_000, 0],
])('a pause that a server asks for is made %s', async (_, wanted, longestPauseMs, least) => {
  const busy = says(503, 'no', wanted === undefined ? {} : { 'retry-after': wanted })
  const { send } = await asking([busy, says(200, 'yes')], { longestPauseMs })
  const began = performance.now()
  expect(await send()).toBe('200 yes')
  // A timer may be a millisecond early, by its clock.
  expect(performance.now() - began).toBeGreaterThan(least - 2)
})

test('an answer that does not come in time is none; a long one has more time', async () => {
  const { send, count } = await asking([saysNothing], { timeoutMs: 20, tries: 2 })
  await expect(send()).rejects.toThrow('cannot read it: no whole answer within 20 ms')
  expect(count()).toBe(2)
  const mib = 1 << 20
  for (const [length, ms] of [
    [mib - 1, 20],
    [mib, 40],
    [2 * mib + 5, 60],
  ] as const) {
    await expect(send({ length })).rejects.toThrow(`cannot read it: no whole answer within ${ms} ms`)
  }
})

test.each([2 ** 31 - 1, 2 ** 31, 1e12])('there may be any time for an answer: %d ms', async (timeoutMs) => {
  const slowly = (response: ServerResponse): void => void setTimeout(() => response.end('yes'), 50)
  const { send, count } = await asking([slowly], { timeoutMs, tries: 1 })
  expect([await send({ length: 5 << 20 }), count()]).toEqual(['200 yes', 1])
})

test('an interruption ends what is asked, and nothing that is asked later', async () => {
  const answers = [saysNothing, says(200, 'yes')]
  const { send, requests, count } = await asking(answers)
  const asked = send()
  await expect.poll(count).toBe(1)
  requests.interrupt()
  await expect(asked).rejects.toThrow('cannot read it: the settings were closed')
  expect(await send()).toBe('200 yes')
  expect(count()).toBe(2)
})

test('an interruption in a pause ends the request, too', async () => {
  const { send, requests, count } = await asking([says(503, 'no', { 'retry-after': '0.2' })], { longestPauseMs: 200 })
  const asked = send()
  await expect.poll(count).toBe(1)
  requests.interrupt()
  await expect(asked).rejects.toThrow('cannot read it: the settings were closed')
  expect(count()).toBe(1)
})

test('a failure names the proxy on the way, unless it is the proxy’s', async () => {
  const requests = new Requests(new URL('https://store.example/'), {
    ...OPTIONS,
    env: { https_proxy: 'http://127.0.0.1:1' },
    tries: 1,
  })
  const url = new URL('https://store.example/head.json')
  const ask: Exchange['ask'] = (client, signal) => client.ask(url, { headers: {}, signal, most: 9 })
  await expect(requests.send({ what: 'it', length: 10, ask })).rejects.toThrow(
    'cannot read it: the proxy 127.0.0.1:1 cannot be used: ECONNREFUSED',
  )
  expect(requests.failed('it', 'it is late').message).toBe('cannot read it: it is late, through the proxy 127.0.0.1:1')
})
