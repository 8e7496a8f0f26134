import { describe, expect, test } from 'vitest'
import { explainRefusal } from '../../src/store/backends/s3/explain-refusal.ts'

describe('a refusal is explained', () => {
  const NOW = Date.parse('2026-01-31T12:00:00Z')
  const LOGS = 'see the server’s own logs; nothing was published'
  const ENDPOINT = 'name the bucket’s own endpoint'
  const xml = (code: string, more = ''): string => `<Error><Code>${code}</Code>${more}</Error>`

  test.each<
    readonly [status: number, body: string | 'unfit', headers: Record<string, string>, why: string, help: string]
  >([
    [418, '', {}, 'the server answered 418', LOGS],
    [418, 'unfit', {}, 'the server answered 418', LOGS],
    [
      200,
      'unfit',
      {},
      'the server answered 200 with more than belongs there',
      'check the bucket’s URL, and what else writes there',
    ],
    [418, xml('Teapot'), {}, 'the server answered 418 Teapot', LOGS],
    [418, xml('constructor'), {}, 'the server answered 418 constructor', LOGS],
    [503, '', {}, 'the server answered 503', 'run it again in a minute: what was uploaded is used'],
    [
      400,
      xml('NoSuchBucket'),
      {},
      'there is no such bucket (the server answered 400 NoSuchBucket)',
      'create it, or check its name, region and endpoint',
    ],
    [
      301,
      '',
      { 'x-amz-bucket-region': 'eu-west-1' },
      'the bucket is in the region eu-west-1 (the server answered 301)',
      'add region=eu-west-1 to the URL',
    ],
    [
      300,
      xml('X', '<Region>eu-west-1</Region>'),
      {},
      'the bucket is in the region eu-west-1 (the server answered 300 X)',
      'add region=eu-west-1 to the URL',
    ],
    [
      400,
      xml('AuthorizationHeaderMalformed', '<Region>eu-west-1</Region>'),
      {},
      'the bucket is in the region eu-west-1 (the server answered 400 AuthorizationHeaderMalformed)',
      'add region=eu-west-1 to the URL',
    ],
    [400, xml('X', '<Region>eu-west-1</Region>'), {}, 'the server answered 400 X', LOGS],
    [307, '', {}, 'the server leads elsewhere, and is not followed (the server answered 307)', ENDPOINT],
    [
      307,
      '',
      { 'x-amz-bucket-region': 'eu west\n' },
      'the server leads elsewhere, and is not followed (the server answered 307)',
      ENDPOINT,
    ],
    [
      307,
      '',
      { 'x-amz-bucket-region': 'e' },
      'the server leads elsewhere, and is not followed (the server answered 307)',
      ENDPOINT,
    ],
    [
      399,
      '',
      { 'x-amz-bucket-region': '!eu-west-1' },
      'the server leads elsewhere, and is not followed (the server answered 399)',
      ENDPOINT,
    ],
  ])('%d %j %j', (status, body, headers, why, help) => {
    const bytes = body === 'unfit' ? body : Buffer.from(body)
    expect(explainRefusal({ status, etag: '', headers, bytes }, NOW)).toEqual({ why, help })
  })

  test.each([
    ['Sat, 31 Jan 2026 12:20:00 GMT', '20 minutes behind the server’s'],
    ['Sat, 31 Jan 2026 11:30:29 GMT', '30 minutes ahead of the server’s'],
    [undefined, 'wrong'],
    ['noon', 'wrong'],
  ])('a clock, beside %s, is %s', (date, by) => {
    const answer = { status: 403, etag: '', headers: { date }, bytes: Buffer.from(xml('RequestTimeTooSkewed')) }
    expect(explainRefusal(answer, NOW)).toEqual({
      why: `this machine’s clock is ${by} (the server answered 403 RequestTimeTooSkewed)`,
      help: 'set the clock, by NTP, and run it again',
    })
  })
})
