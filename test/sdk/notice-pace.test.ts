import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { readNotice, writeNotice } from '../../src/notice/notice-message.ts'
import { parseNoticeUrl } from '../../src/notice/notice-url.ts'
import { NoticePace } from '../../src/sdk/notice/notice-pace.ts'

beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

/** A pace whose looks find a seq, one after the other, the last one for ever. */
function paced(found: readonly number[], takesMs = 0): { pace: NoticePace; looks: number[]; seq: () => number } {
  let seq = 1
  const looks: number[] = []
  const started = Date.now()
  const pace = new NoticePace({
    spreadMs: 300,
    random: () => 0.5,
    now: () => Date.now(),
    seq: () => seq,
    look: async () => {
      looks.push(Date.now() - started)
      if (takesMs > 0) await new Promise((resolve) => setTimeout(resolve, takesMs))
      seq = Math.max(seq, found[Math.min(looks.length, found.length) - 1] ?? seq)
    },
  })
  return { pace, looks, seq: () => seq }
}

test('a notice is one look, after a random wait; several are one', async () => {
  const { pace, looks } = paced([5])
  for (const seq of [2, 3, 5, 4]) pace.told(seq)
  await vi.advanceTimersByTimeAsync(60_000)
  expect(looks).toEqual([150])
})

test('what is known already is no look; a new connection is one', async () => {
  const { pace, looks } = paced([1])
  pace.told(1)
  await vi.advanceTimersByTimeAsync(60_000)
  expect(looks).toEqual([])
  pace.told(0)
  await vi.advanceTimersByTimeAsync(60_000)
  expect(looks).toHaveLength(1)
})

test('a look that finds less than it was told is repeated after one and four seconds, and no more', async () => {
  const { pace, looks } = paced([1, 1, 1])
  pace.told(2)
  await vi.advanceTimersByTimeAsync(60_000)
  expect(looks).toEqual([150, 1150, 5150])
})

test('no two looks at once, and one for all notices that came meanwhile', async () => {
  const { pace, looks } = paced([2, 4], 5_000)
  pace.told(2)
  await vi.advanceTimersByTimeAsync(1_000)
  pace.told(3)
  pace.told(4)
  await vi.advanceTimersByTimeAsync(60_000)
  expect(looks).toEqual([150, 5300])
})

test('a bus that floods with lies buys six looks, and one more every ten seconds', async () => {
  const { pace, looks } = paced([1])
  for (let second = 0; second < 100; second++) {
    pace.told(1_000 + second)
    await vi.advanceTimersByTimeAsync(1_000)
  }
  expect(looks.length).toBeGreaterThanOrEqual(6)
  expect(looks.length).toBeLessThanOrEqual(6 + 11)
  pace.close()
})

test('after it is closed nothing is looked at', async () => {
  const { pace, looks } = paced([2])
  pace.told(2)
  pace.close()
  pace.told(3)
  await vi.advanceTimersByTimeAsync(60_000)
  expect(looks).toEqual([])
})

test('a notice comes back, and whatever else is on a bus is none', () => {
  const notice = { environment: 'production', seq: 7 }
  expect(readNotice(Buffer.from(writeNotice(notice)))).toEqual(notice)
  const others = ['', '{}', 'null', '[]', '{"environment":"production","seq":7}', '{"v":2,"seq":7,"environment":3}']
  const lies = [
    '{"v":2,"environment":"p","seq":-1}',
    '{"v":2,"environment":"p","seq":1.5}',
    '{"v":2,"environment":"p","seq":1e99}',
  ]
  const large = JSON.stringify({ ...notice, v: 2, more: 'x'.repeat(2000) })
  for (const text of [...others, ...lies, large]) expect(readNotice(Buffer.from(text)), text).toBeUndefined()
})

test.each([
  ['nats://bus:4222/tenfold.production', 'nats://bus:4222', false],
  ['tls://bus.example.com/a', 'tls://bus.example.com', true],
  ['nats://[::1]:4222/a-b.c_d', 'nats://[::1]:4222', false],
])('%s is a subject of a bus', (url, server, isSecure) => {
  expect(parseNoticeUrl(url)).toMatchObject({ url, server, isSecure })
})

test.each([
  'nats://bus:4222',
  'nats://bus/>',
  'nats://bus/a.*',
  'nats://bus/a..b',
  'http://bus/a',
  'bus/a',
  'nats:///a',
  'nats://bus/_INBOX.a',
])('%s is none', (url) => {
  expect(() => parseNoticeUrl(url)).toThrow(
    expect.objectContaining({ kind: 'usage', help: expect.stringMatching(/\S/) }),
  )
})

test('credentials in the URL are refused, and not shown', () => {
  expect(() => parseNoticeUrl('nats://ada:pass-word@bus/a')).toThrow(
    expect.objectContaining({
      message: expect.not.stringContaining('pass-word'),
      help: expect.stringContaining('TENFOLD_NATS_CREDS'),
    }),
  )
})
