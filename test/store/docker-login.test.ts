import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { userFor } from '../../src/store/backends/oci/docker-login.ts'
import { temporaryFolder } from '../support/config.ts'

const HOST = 'registry.example.com'
const base64 = (text: string): string => Buffer.from(text).toString('base64')
const ADA = { username: 'ada', password: 'pass:word' }
const AUTH = { auth: base64('ada:pass:word') }

/** A home in which docker's own file has this content. */
function homeWith(content: unknown): { HOME: string } {
  const home = temporaryFolder()
  mkdirSync(join(home, '.docker'))
  const text = typeof content === 'string' ? content : JSON.stringify(content)
  writeFileSync(join(home, '.docker', 'config.json'), text)
  return { HOME: home }
}

describe('the user of a registry', () => {
  test.each<[about: string, host: string, config: unknown, user: unknown]>([
    ['under its host', HOST, { auths: { [HOST]: AUTH } }, ADA],
    ['under its URL', HOST, { auths: { [`https://${HOST}`]: AUTH } }, ADA],
    ['under its URL with a slash', HOST, { auths: { [`https://${HOST}/`]: AUTH } }, ADA],
    [
      'under its host before its URL',
      HOST,
      { auths: { [`https://${HOST}`]: { auth: base64('b:c') }, [HOST]: AUTH } },
      ADA,
    ],
    ['not under another host', HOST, { auths: { 'other.example.com': AUTH } }, undefined],
    ['not under Docker’s', HOST, { auths: { 'https://index.docker.io/v1/': AUTH } }, undefined],
    ['Docker’s under its own name', 'docker.io', { auths: { 'https://index.docker.io/v1/': AUTH } }, ADA],
    ['Docker’s under another', 'registry-1.docker.io', { auths: { 'https://index.docker.io/v1/': AUTH } }, ADA],
    ['Docker’s under a third', 'index.docker.io', { auths: { 'index.docker.io': AUTH } }, ADA],
    ['of an empty entry is none', HOST, { auths: { [HOST]: {} } }, undefined],
    ['of an empty text is none', HOST, { auths: { [HOST]: { auth: '' } } }, undefined],
    ['without its entry is not asked of a helper', HOST, { auths: {}, credsStore: 'desktop' }, undefined],
    ['with a text is not asked of a helper', HOST, { auths: { [HOST]: AUTH }, credsStore: 'desktop' }, ADA],
    ['of a file without any', HOST, {}, undefined],
    ['of a file that is a list', HOST, [], undefined],
    ['of a host named as what objects have', 'constructor', { auths: {} }, undefined],
    [
      'whose text docker has filled up with zeros',
      HOST,
      { auths: { [HOST]: { auth: base64('ada:pass:word\0\0') } } },
      ADA,
    ],
    ['without a password', HOST, { auths: { [HOST]: { auth: base64('ada:') } } }, { username: 'ada', password: '' }],
  ])('%s', (_, host, config, user) => {
    expect(userFor(host, homeWith(config))).toEqual(user)
  })

  test('comes from the environment first, and both parts have to be there', () => {
    const env = { ...homeWith({ auths: { [HOST]: AUTH } }), TENFOLD_OCI_USERNAME: 'bo', TENFOLD_OCI_PASSWORD: 'secret' }
    expect(userFor(HOST, env)).toEqual({ username: 'bo', password: 'secret' })
    expect(userFor(HOST, { ...env, TENFOLD_OCI_USERNAME: '', TENFOLD_OCI_PASSWORD: '' })).toEqual(ADA)
  })

  test('is looked for where DOCKER_CONFIG says', () => {
    const { HOME } = homeWith({ auths: { [HOST]: AUTH } })
    expect(userFor(HOST, { HOME: '/nonexistent', DOCKER_CONFIG: join(HOME, '.docker') })).toEqual(ADA)
    expect(userFor(HOST, { HOME: '/nonexistent' })).toBeUndefined()
    // A file in the place of the folder.
    expect(userFor(HOST, { HOME, DOCKER_CONFIG: join(HOME, '.docker', 'config.json') })).toBeUndefined()
  })

  const ONE = 'only one of TENFOLD_OCI_USERNAME and TENFOLD_OCI_PASSWORD is set'
  const LINE = 'the user or the password has a line break'
  const kept = (by: string): string => `docker keeps the password for ${HOST} in "${by}", which is not asked`
  test.each<[message: string, env: () => Readonly<Record<string, string>>]>([
    [ONE, () => ({ TENFOLD_OCI_USERNAME: 'ada' })],
    [ONE, () => ({ TENFOLD_OCI_PASSWORD: 'secret' })],
    [LINE, () => ({ TENFOLD_OCI_USERNAME: 'ada', TENFOLD_OCI_PASSWORD: 'sec\nret' })],
    [LINE, () => ({ TENFOLD_OCI_USERNAME: 'a\u007f', TENFOLD_OCI_PASSWORD: 'secret' })],
    [LINE, () => homeWith({ auths: { [HOST]: { auth: base64('ada:sec\rret') } } })],
    [kept('desktop'), () => homeWith({ auths: { [HOST]: {} }, credsStore: 'desktop' })],
    [kept('pass'), () => homeWith({ auths: { [HOST]: {} }, credsStore: 'desktop', credHelpers: { [HOST]: 'pass' } })],
    ['config.json has an entry without a user', () => homeWith({ auths: { [HOST]: { auth: base64(':secret') } } })],
    ['config.json has an entry without a user', () => homeWith({ auths: { [HOST]: { auth: base64('secret') } } })],
    ['config.json cannot be read (it is no JSON)', () => homeWith('{"auths": secret')],
    [
      'config.json cannot be read (EISDIR)',
      () => {
        const home = temporaryFolder()
        mkdirSync(join(home, '.docker', 'config.json'), { recursive: true })
        return { HOME: home }
      },
    ],
  ])('that cannot be used: %s', (message, env) => {
    const settings = env()
    const failure = expect.objectContaining({
      problem: 'unreadable',
      message: expect.stringContaining(message),
      help: expect.stringContaining('docker login'),
    })
    expect(() => userFor(HOST, settings)).toThrow(failure)
    expect(() => userFor(HOST, settings)).not.toThrow(/sec/)
  })
})
