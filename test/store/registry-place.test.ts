import { describe, expect, test } from 'vitest'
import { StoreFailure } from '../../src/base/failure.ts'
import { readChallenge } from '../../src/store/backends/oci/registry-challenge.ts'
import { parseRegistryUrl } from '../../src/store/backends/oci/registry-place.ts'

function failureOf(run: () => unknown): StoreFailure {
  try {
    run()
  } catch (error) {
    if (error instanceof StoreFailure) return error
    throw error
  }
  throw new Error('it was accepted')
}

describe('the URL of a registry', () => {
  test.each<readonly [url: string, server: string, path: string]>([
    ['oci:ghcr.io/acme/settings', 'https://ghcr.io', 'acme/settings'],
    ['oci:ghcr.io/acme/settings:production', 'https://ghcr.io', 'acme/settings:production'],
    ['oci://ghcr.io/acme/settings:eu-west_1', 'https://ghcr.io', 'acme/settings:eu-west_1'],
    ['oci:ghcr.io/settings', 'https://ghcr.io', 'settings'],
    ['oci:GHCR.io/settings', 'https://ghcr.io', 'settings'],
    ['oci:ghcr.io/a.b_c__d-e---f/g:x', 'https://ghcr.io', 'a.b_c__d-e---f/g:x'],
    ['oci:ghcr.io/ab-cd/ef---gh.ij', 'https://ghcr.io', 'ab-cd/ef---gh.ij'],
    ['oci:ghcr.io/0/1:2', 'https://ghcr.io', '0/1:2'],
    ['oci:registry.example.com:5000/a', 'https://registry.example.com:5000', 'a'],
    ['oci:registry:5000/a', 'https://registry:5000', 'a'],
    ['oci:10.0.0.7/a', 'https://10.0.0.7', 'a'],
    ['oci:[fd00::7]:5000/a:b', 'https://[fd00::7]:5000', 'a:b'],
    // On this machine alone nobody listens between.
    ['oci:localhost/a', 'http://localhost', 'a'],
    ['oci:localhost:5000/a', 'http://localhost:5000', 'a'],
    ['oci:127.0.0.1:5000/a', 'http://127.0.0.1:5000', 'a'],
    ['oci:[::1]:5000/a', 'http://[::1]:5000', 'a'],
    ['oci:localhost.example.com/a', 'https://localhost.example.com', 'a'],
    ['oci:docker.io/acme/settings', 'https://registry-1.docker.io', 'acme/settings'],
    ['oci:index.docker.io/acme/settings', 'https://registry-1.docker.io', 'acme/settings'],
    [`oci:ghcr.io/${'a'.repeat(255)}`, 'https://ghcr.io', 'a'.repeat(255)],
    [`oci:ghcr.io/a:${'b'.repeat(63)}`, 'https://ghcr.io', `a:${'b'.repeat(63)}`],
  ])('%s', (url, server, path) => {
    const place = parseRegistryUrl(url)
    expect(place.server.href).toBe(`${server}/`)
    expect(place.environment === undefined ? place.name : `${place.name}:${place.environment}`).toBe(path)
    // As it is written: `docker login` keeps a password by that.
    expect(url).toMatch(new RegExp(`^oci:(//)?${place.host.replaceAll(/[[\].]/g, '\\$&')}/`))
  })

  const REGISTRY = 'it names no registry'
  const NAME = 'its name is none that a registry takes'
  const TAG = 'its tag is not the name of an environment'
  test.each<readonly [url: string, why: string]>([
    ['oci:', REGISTRY],
    ['oci:settings', REGISTRY],
    ['oci:ghcr.io', REGISTRY],
    ['oci:ghcr.io/', REGISTRY],
    ['oci:/settings', REGISTRY],
    // docker would take it for a user of its own registry.
    ['oci:acme/settings', REGISTRY],
    ['oci:ghcr.io:port/a', REGISTRY],
    ['oci:ghcr.io:123456/a', REGISTRY],
    ['oci:ghcr.io:99999/a', REGISTRY],
    ['oci:gh cr.io/a', REGISTRY],
    ['oci:-ghcr.io_x/a', REGISTRY],
    ['oci:x[::1]/a', REGISTRY],
    ['oci:ghcr.io/a?b', REGISTRY],
    ['oci:ghcr.io/a#b', REGISTRY],
    ['x oci:ghcr.io/a', REGISTRY],
    ['oci:ghcr.io/Acme', NAME],
    ['oci:ghcr.io/acme//settings', NAME],
    ['oci:ghcr.io/acme/settings/', NAME],
    ['oci:ghcr.io/-acme', NAME],
    ['oci:ghcr.io/acme-', NAME],
    ['oci:ghcr.io/a..b', NAME],
    ['oci:ghcr.io/a___b', NAME],
    ['oci:ghcr.io/:a', NAME],
    [`oci:ghcr.io/${'a'.repeat(256)}`, NAME],
    ['oci:ghcr.io/a:', TAG],
    ['oci:ghcr.io/a:B', TAG],
    ['oci:ghcr.io/a:-b', TAG],
    ['oci:ghcr.io/a:b.c', TAG],
    ['oci:ghcr.io/a:b:c', TAG],
    ['oci:ghcr.io/a:b/c', TAG],
    [`oci:ghcr.io/a:${'b'.repeat(64)}`, TAG],
    [`oci:ghcr.io/a@sha256:${'0'.repeat(64)}`, 'credentials and digests are not for its URL'],
    ['oci:ada:s3cret-word@ghcr.io/a', 'credentials and digests are not for its URL'],
  ])('%s is refused', (url, why) => {
    const { problem, message } = failureOf(() => parseRegistryUrl(url))
    expect(problem).toBe('unsupported')
    expect(message).toContain(`cannot be a store: ${why}; write oci:HOST/NAME[:ENVIRONMENT]`)
    expect(message).not.toContain('s3cret')
  })
})

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
    ['Bearer realm="https://ada@registry.example.com/token"', NO_SERVER],
    ['Bearer realm="https://:word@registry.example.com/token"', NO_SERVER],
  ])('%s is refused', (header, message) => {
    expect(failureOf(() => readChallenge(header, server, {}))).toMatchObject({ problem: 'unreadable', message })
  })

  test.each<readonly [server: string, realm: string, listed: string | undefined, may: boolean]>([
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
    const { message, help } = failureOf(read)
    expect(message).toContain(`wants the password sent to "${new URL(to).origin}"`)
    expect(help).toBe(`if that is meant, list it: TENFOLD_OCI_REALMS=${new URL(to).host}`)
  })
})
