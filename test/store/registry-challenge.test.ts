import { describe, expect, test } from 'vitest'
import { StoreFailure } from '../../src/base/failure.ts'
import { readChallenge } from '../../src/store/backends/oci/registry-challenge.ts'

describe('how a registry wants to be asked', () => {
  const server = new URL('https://registry.example.com')
  const realm = new URL('https://registry.example.com/token')

  test.each<readonly [header: string, challenge: unknown]>([
    ['Basic realm="x"', { is: 'basic' }],
    ['basic', { is: 'basic' }],
    [`Bearer realm="${realm}",service="a b"`, { is: 'bearer', realm, service: 'a b' }],
    [`bearer REALM="${realm}", Service=any,scope="x"`, { is: 'bearer', realm, service: 'any' }],
    [`Bearer service="s", realm="${realm}"`, { is: 'bearer', realm, service: 's' }],
    [`Bearer realm="${realm}"`, { is: 'bearer', realm, service: undefined }],
    [`Bearer realm="${realm}",service=""`, { is: 'bearer', realm, service: '' }],
  ])('%s', (header, challenge) => {
    expect(readChallenge(header, server, {})).toEqual(challenge)
  })

  const UNKNOWN = 'registry.example.com wants to be asked in a way that is not known here'
  const NO_SERVER = 'registry.example.com names no server that gives out tokens'
  test.each<readonly [header: string, message: string]>([
    ['', UNKNOWN],
    ['Negotiate', UNKNOWN],
    ['Basics realm="x"', UNKNOWN],
    [`x Bearer realm="${realm}"`, UNKNOWN],
    ['x Basic', UNKNOWN],
    ['Bearer', NO_SERVER],
    ['Bearer realm="/token"', NO_SERVER],
    ['Bearer service="https://registry.example.com/token"', NO_SERVER],
    ['Bearer realm="https://user:pw@registry.example.com/token"', NO_SERVER],
    ['Bearer realm="https://ada@registry.example.com/token"', NO_SERVER],
    ['Bearer realm="https://:word@registry.example.com/token"', NO_SERVER],
  ])('%s is refused', (header, message) => {
    const read = (): unknown => readChallenge(header, server, {})
    expect(read).toThrow(StoreFailure)
    expect(read).toThrow(
      expect.objectContaining({ problem: 'unreadable', message, help: expect.stringContaining('registry') }),
    )
  })

  test.each<readonly [server: string, realm: string, listed: string | undefined, may: boolean]>([
    ['https://ghcr.io', 'https://ghcr.io/token', undefined, true],
    ['https://registry.example.com', 'https://gitlab.example.com/jwt/auth', undefined, true],
    ['https://registry.gitlab.com', 'https://gitlab.com/jwt/auth', undefined, true],
    ['https://registry-1.docker.io', 'https://auth.docker.io/token', undefined, true],
    ['https://registry.example.co.uk', 'https://example.co.uk/token', undefined, true],
    ['https://example.co.uk', 'https://other.co.uk/token', undefined, false],
    ['https://registry.example.com', 'http://registry.example.com/token', undefined, false],
    ['https://registry.example.com', 'https://registry.example.com.evil.org/token', undefined, false],
    ['http://localhost:5000', 'http://127.0.0.1:6000/token', undefined, true],
    ['http://localhost:5000', 'http://tokens.example.com/token', undefined, false],
    ['https://registry.example.com', 'http://localhost:6000/token', undefined, false],
    ['https://registry.example.com', 'https://registry.example.com:8443/token', undefined, true],
    ['https://example.com', 'https://example.com/token', undefined, true],
    ['https://registry.example.com', 'https://example.com/token', undefined, true],
    ['https://registry.example.com', 'https://badexample.com/token', undefined, false],
    ['https://example.com', 'https://other.com/token', undefined, false],
    ['https://example.com', 'https://tokens.example.com/token', undefined, false],
    ['https://docker.io', 'https://auth.docker.io/token', undefined, true],
    ['https://index.docker.io', 'https://auth.docker.io/token', undefined, true],
    ['https://registry.example.com', 'https://tokens.org/token', 'tokens.org', true],
    ['https://registry.example.com', 'https://tokens.org/token', ' a.org,\tb.org  tokens.org ', true],
    ['https://registry.example.com', 'https://tokens.org:8443/token', 'tokens.org', false],
    ['https://registry.example.com', 'https://tokens.org:8443/token', 'tokens.org:8443', true],
    ['https://registry.example.com', 'https://x.tokens.org/token', 'tokens.org', false],
    ['https://registry.example.com', 'http://tokens.org/token', 'tokens.org', false],
    ...['azurecr.io', 'pkg.dev', 'gcr.io', 'github.io', 'gitlab.io', 'cr.io'].map((shared) => {
      return [`https://acme.${shared}`, `https://evil.${shared}/token`, undefined, false] as const
    }),
    ...['ac', 'co', 'com', 'edu', 'go', 'gov', 'ne', 'net', 'nom', 'or', 'org'].map((kind) => {
      return [`https://acme.${kind}.jp`, `https://evil.${kind}.jp/token`, undefined, false] as const
    }),
    ['https://a.acme.co.jp', 'https://b.acme.co.jp/token', undefined, true],
    ['https://registry.acme.cod.jp', 'https://tokens.acme.cod.jp/token', undefined, true],
    ['https://registry.tco.jp', 'https://tokens.tco.jp/token', undefined, true],
    ['https://registry.co.jpn', 'https://tokens.co.jpn/token', undefined, true],
  ])('%s may have the password sent to %s, where %o is listed: %j', (from, to, listed, may) => {
    const read = (): unknown => {
      const env = listed === undefined ? {} : { TENFOLD_OCI_REALMS: listed }
      return readChallenge(`Bearer realm="${to}"`, new URL(from), env)
    }
    if (may) return void expect(read()).toMatchObject({ is: 'bearer' })
    const { origin, host } = new URL(to)
    const message = expect.stringContaining(`wants the password sent to "${origin}"`)
    const help = `if that is meant, list it: TENFOLD_OCI_REALMS=${host}`
    expect(read).toThrow(expect.objectContaining({ message, help }))
  })
})
