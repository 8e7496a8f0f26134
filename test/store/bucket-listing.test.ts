import { describe, expect, test } from 'vitest'
import { firstFailure, readListing, writeDeletion } from '../../src/store/backends/s3/bucket-listing.ts'

describe('the answers of S3', () => {
  const entry = (key: string, size: string, date: string): string => {
    return `<Contents><Key>${key}</Key><LastModified>${date}</LastModified><Size>${size}</Size></Contents>`
  }
  const DATE = '2026-01-31T12:00:00.000Z'
  const list = (...inside: string[]): string => `<ListBucketResult>${inside.join('\n')}</ListBucketResult>`

  test('a page of keys, in its order, and where the next one begins', () => {
    const cut = '<IsTruncated>true</IsTruncated><NextContinuationToken>a&amp;b</NextContinuationToken>'
    expect(readListing(list(cut, entry('a/1', '0', DATE), entry('a/2', '12', DATE)))).toEqual({
      keys: [
        { key: 'a/1', bytes: 0, date: Date.parse(DATE) },
        { key: 'a/2', bytes: 12, date: Date.parse(DATE) },
      ],
      next: 'a&b',
    })
  })

  test('the last page, whatever else it names', () => {
    const last = '<IsTruncated>false</IsTruncated><NextContinuationToken>x</NextContinuationToken>'
    expect(readListing(list(last))).toEqual({ keys: [], next: undefined })
    expect(readListing('')).toEqual({ keys: [], next: undefined })
  })

  test.each([
    ['without a key', '<Contents><Size>1</Size><LastModified>2026-01-31</LastModified></Contents>'],
    ['without a size', `<Contents><Key>a</Key><LastModified>${DATE}</LastModified></Contents>`],
    ['with a size that is no number', entry('a', 'x', DATE)],
    ['with half a byte', entry('a', '0.5', DATE)],
    ['without a date', '<Contents><Key>a</Key><Size>1</Size></Contents>'],
    ['with a date that is none', entry('a', '1', 'yesterday')],
  ])('what is listed %s is left out', (_, xml) => {
    expect(readListing(list(xml, entry('b', '1', DATE))).keys.map(({ key }) => key)).toEqual(['b'])
  })

  test('signs in keys, both ways', () => {
    const xml = list(entry('&lt;a&gt; &amp;amp; &quot;&apos;&#39;&#34;&#x27; &#65;', '1', DATE))
    const [found] = readListing(xml).keys
    expect(found?.key).toBe("<a> &amp; \"''\"' &#65;")
    expect(writeDeletion(['a<b>&c', 'd'])).toBe(
      '<Delete xmlns="http://s3.amazonaws.com/doc/2006-03-01/"><Quiet>true</Quiet>' +
        '<Object><Key>a&lt;b&gt;&amp;c</Key></Object><Object><Key>d</Key></Object></Delete>',
    )
  })

  test.each([
    ['<DeleteResult></DeleteResult>', undefined],
    [
      '<Error><Key>a</Key><Code>AccessDenied</Code></Error>\n<Error><Key>b</Key></Error>',
      { key: 'a', code: 'AccessDenied' },
    ],
    ['<Error>\n<Code>AccessDenied</Code>\n</Error>', { key: 'an object', code: 'AccessDenied' }],
    ['<Error><Key>a</Key></Error>', { key: 'a', code: 'it was refused' }],
  ])('of what could not be deleted in %s the first is told', (xml, told) => {
    expect(firstFailure(xml)).toEqual(told)
  })
})
