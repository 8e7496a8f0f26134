import { describe, expect, test } from 'vitest'
import { StoreFailure } from '../../src/base/failure.ts'
import { parseRegistryUrl } from '../../src/store/backends/oci/registry-place.ts'

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
    const parse = (): unknown => parseRegistryUrl(url)
    const message = expect.stringContaining(`cannot be a store: ${why}; write oci:HOST/NAME[:ENVIRONMENT]`)
    expect(parse).toThrow(StoreFailure)
    expect(parse).toThrow(expect.objectContaining({ problem: 'unsupported', message }))
    expect(parse).not.toThrow('s3cret')
  })
})
