import { describe, expect, test } from 'vitest'
import { proxyOf } from '../../src/store/backends/http/proxy.ts'

describe('the proxy for a store', () => {
  const shownFor = (url: string, env: Readonly<Record<string, string>>): string | undefined =>
    proxyOf(new URL(url), env)?.shown

  test.each<[Record<string, string>, string | undefined]>([
    [{}, undefined],
    [{ HTTPS_PROXY: '' }, undefined],
    [{ HTTPS_PROXY: 'http://proxy.example:3128' }, 'proxy.example:3128'],
    [{ https_proxy: 'http://proxy.example:3128', HTTPS_PROXY: 'http://other.example' }, 'proxy.example:3128'],
    [{ ALL_PROXY: 'http://proxy.example:3128' }, 'proxy.example:3128'],
    [{ all_proxy: 'proxy.example:3128', HTTPS_PROXY: 'other.example' }, 'other.example:80'],
    [{ HTTP_PROXY: 'http://proxy.example:3128', http_proxy: 'http://proxy.example' }, undefined],
    [{ HTTPS_PROXY: 'proxy.example:3128' }, 'proxy.example:3128'],
    [{ HTTPS_PROXY: 'me:secret@proxy.example:3128' }, 'proxy.example:3128'],
    [{ HTTPS_PROXY: 'https://proxy.example' }, 'proxy.example:443'],
    [{ HTTPS_PROXY: 'http://[::1]:3128' }, '[::1]:3128'],
  ])('%j: %s', (env, expected) => {
    expect(shownFor('https://store.example.org/production/', env)).toBe(expected)
  })

  test.each<[string, readonly string[], readonly string[]]>([
    ['*', ['https://store.example'], []],
    [
      'example.org',
      ['https://example.org', 'https://a.b.example.org', 'https://EXAMPLE.org.'],
      ['https://anexample.org', 'https://example.org.uk'],
    ],
    ['.example.org', ['https://example.org', 'https://a.example.org'], ['https://anexample.org']],
    ['*.example.org', ['https://a.example.org'], ['https://example.com']],
    [
      'example.org:8443',
      ['https://example.org:8443', 'https://a.example.org:8443'],
      ['https://example.org', 'https://example.org:9443'],
    ],
    ['example.org:443', ['https://example.org'], ['https://example.org:8443']],
    ['10.0.0.1', ['https://10.0.0.1'], ['https://10.0.0.11', 'https://x.10.0.0.1.example']],
    [
      '10.0.0.0/8, fd00::/8',
      ['https://10.200.3.4', 'https://[fd12::1]'],
      ['https://11.0.0.1', 'https://[fe80::1]', 'https://ten.example'],
    ],
    ['[::1]:8443 ::2', ['https://[::1]:8443', 'https://[::2]'], ['https://[::1]']],
    // Without brackets, what is behind the last colon is no port.
    ['2001:db8::1:8443', ['https://[2001:db8::1:8443]'], ['https://[2001:db8::1]:8443', 'https://[2001:db8::2:8443]']],
    ['localhost, 127.0.0.1', ['https://localhost:1', 'https://127.0.0.1'], ['https://store.example']],
    [
      'a.example b.example,, c.example',
      ['https://a.example', 'https://b.example', 'https://c.example'],
      ['https://d.example'],
    ],
    ['10.0.0.0/99 /8 : .', [], ['https://10.0.0.1', 'https://store.example']],
    ['', [], ['https://localhost', 'https://127.0.0.1']],
  ])('NO_PROXY=%s', (list, excepted, others) => {
    for (const name of ['NO_PROXY', 'no_proxy']) {
      const env = { HTTPS_PROXY: 'http://proxy.example:1', [name]: list }
      for (const url of excepted) expect([url, shownFor(url, env)]).toEqual([url, undefined])
      for (const url of others) expect([url, shownFor(url, env)]).toEqual([url, 'proxy.example:1'])
    }
  })

  test('is told nothing of a store on this machine without TLS', () => {
    const env = {
      http_proxy: 'http://proxy.example',
      HTTPS_PROXY: 'http://proxy.example',
      ALL_PROXY: 'http://proxy.example',
    }
    for (const url of ['http://localhost:8080/', 'http://127.0.0.1/', 'http://[::1]/'])
      expect(shownFor(url, env)).toBeUndefined()
  })

  test('gets its name and password as they were meant', () => {
    const authorizationOf = (given: string): string => {
      const { authorization = '' } = proxyOf(new URL('https://store.example'), { HTTPS_PROXY: given }) ?? {}
      return Buffer.from(authorization.replace('Basic ', ''), 'base64').toString()
    }
    expect(authorizationOf('http://me:p%40ss%2Fword@proxy.example')).toBe('me:p@ss/word')
    expect(authorizationOf('http://me@proxy.example')).toBe('me:')
    expect(authorizationOf('http://100%25:%zz@proxy.example')).toBe('100%:%zz')
    expect(authorizationOf('http://proxy.example')).toBe('')
  })
})
