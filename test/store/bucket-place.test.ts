import { describe, expect, test } from 'vitest'
import { StoreFailure } from '../../src/base/failure.ts'
import { baseOfBucket, parseBucketUrl } from '../../src/store/backends/s3/bucket-place.ts'

describe('the URL of a bucket', () => {
  test.each<readonly [url: string, base: string]>([
    ['s3:settings', 'https://settings.s3.us-east-1.amazonaws.com/'],
    ['s3://settings/', 'https://settings.s3.us-east-1.amazonaws.com/'],
    ['s3:settings/prod', 'https://settings.s3.us-east-1.amazonaws.com/prod/'],
    ['s3:settings/a b/ü//', 'https://settings.s3.us-east-1.amazonaws.com/a%20b/%C3%BC/'],
    ['s3:settings/...', 'https://settings.s3.us-east-1.amazonaws.com/.../'],
    ['s3:settings?region=eu-west-1', 'https://settings.s3.eu-west-1.amazonaws.com/'],
    ['s3:settings/prod?region=cn-north-1', 'https://settings.s3.cn-north-1.amazonaws.com.cn/prod/'],
    // A certificate for all buckets does not cover a name with a dot in it.
    ['s3:a.b/prod', 'https://s3.us-east-1.amazonaws.com/a.b/prod/'],
    ['s3:settings/prod?endpoint=https://s3.example.com', 'https://s3.example.com/settings/prod/'],
    ['s3:settings?endpoint=https://s3.example.com/below//', 'https://s3.example.com/below/settings/'],
    ['s3:settings?region=auto&endpoint=https%3A%2F%2Fs3.example.com', 'https://s3.example.com/settings/'],
    ['s3:settings?endpoint=http://localhost:9000', 'http://localhost:9000/settings/'],
    ['s3:settings?endpoint=http://[::1]:9000', 'http://[::1]:9000/settings/'],
    [`s3:${'a'.repeat(63)}`, `https://${'a'.repeat(63)}.s3.us-east-1.amazonaws.com/`],
    ['s3:a-b', 'https://a-b.s3.us-east-1.amazonaws.com/'],
  ])('%s', (url, base) => {
    expect(baseOfBucket(parseBucketUrl(url)).href).toBe(base)
  })

  const NONE = 'it names no bucket'
  const PART = 'a part of its prefix is empty, `.` or `..`'
  const ENDPOINT = 'its endpoint is no URL such as https://s3.example.com'
  test.each<readonly [url: string, why: string]>([
    ['s3:', NONE],
    ['s3:///prod', NONE],
    ['s3:ab', NONE],
    ['s3:-abc', NONE],
    ['s3:abc-', NONE],
    ['s3:a c', NONE],
    [`s3:${'a'.repeat(64)}`, NONE],
    ['s3:settings#prod', NONE],
    ['s3:settings?region=a#b', NONE],
    ['x s3:settings', NONE],
    ['s3:settings/a//b', PART],
    ['s3:settings/./b', PART],
    ['s3:settings/a/..', PART],
    ['s3:settings/a\\b', PART],
    ['s3:settings/a\u007f', PART],
    ['s3:settings/a\nb', PART],
    ['s3:settings?profile=x', '"profile" is not for a bucket’s URL; write s3:BUCKET'],
    ['s3:settings?region=a&key=b', '"key" is not for a bucket’s URL'],
    ['s3:settings?region=', 'its region is not the name of one'],
    ['s3:settings?region=eu.west', 'its region is not the name of one'],
    [`s3:settings?region=${'a'.repeat(65)}`, 'its region is not the name of one'],
    ['s3:settings?endpoint=', ENDPOINT],
    ['s3:settings?endpoint=s3.example.com', ENDPOINT],
    ...['xhttps://host', 'httpsx://host', 'ftp://host', 'host'].map((endpoint) => {
      return [`s3:settings/prod?endpoint=${endpoint}`, ENDPOINT] as const
    }),
    ['s3:settings?endpoint=https://ada@s3.example.com', 'keep credentials out of the endpoint'],
    ['s3:settings?endpoint=https://:s3cret@s3.example.com', 'keep credentials out of the endpoint'],
    ['s3:settings?endpoint=https://s3.example.com?a', 'its endpoint has a query or a fragment'],
    ['s3:settings?endpoint=https://s3.example.com%23a', 'its endpoint has a query or a fragment'],
    ['s3:settings?endpoint=http://s3.example.com', 'use https for its endpoint'],
    ['s3:ada:s3cret@settings', 'keep credentials out of the URL: set AWS_ACCESS_KEY_ID'],
  ])('%j is refused', (url, why) => {
    const parse = (): unknown => parseBucketUrl(url)
    expect(parse).toThrow(StoreFailure)
    expect(parse).toThrow(expect.objectContaining({ problem: 'unsupported', message: expect.stringContaining(why) }))
    expect(parse).not.toThrow('s3cret')
  })
})
