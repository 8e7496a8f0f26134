import { describe, expect, test } from 'vitest'
import { Guard, type Verdict } from '../../src/console/guard.ts'

const PORT = 4711
const HOST = `127.0.0.1:${PORT}`
const ORIGIN = `http://${HOST}`

function opened(readOnly = false): { readonly guard: Guard; readonly cookie: string; readonly token: string } {
  const guard = new Guard({ port: PORT, readOnly })
  const { search } = new URL(guard.address)
  const token = new URLSearchParams(search).get('token') ?? ''
  const verdict = guard.admit({ method: 'GET', url: `/${search}`, headers: { host: HOST } })
  if (verdict.is !== 'exchanged') throw new Error('the printed address is not good')
  return { guard, cookie: verdict.cookie.split(';')[0] ?? '', token }
}

describe('a visit', () => {
  test('the token is exchanged for a cookie that no script reads and no other site sends', () => {
    const guard = new Guard({ port: PORT, readOnly: false })
    const { search } = new URL(guard.address)
    const verdict = guard.admit({ method: 'GET', url: `/${search}`, headers: { host: HOST } })
    expect(verdict).toMatchObject({ is: 'exchanged', location: '/' })
    expect(verdict.is === 'exchanged' && verdict.cookie).toMatch(
      /^tenfold-4711=[\w-]{43}; HttpOnly; SameSite=Strict; Path=\/$/,
    )
  })

  test('the token is good once; whoever has the cookie may open the address again', () => {
    const { guard, cookie, token } = opened()
    const url = `/?token=${token}`
    expect(guard.admit({ method: 'GET', url, headers: { host: HOST } })).toEqual({
      is: 'refused',
      status: 401,
      why: 'token',
    })
    expect(guard.admit({ method: 'GET', url, headers: { host: HOST, cookie } })).toMatchObject({ is: 'exchanged' })
  })

  test('two consoles have different cookies and tokens', () => {
    expect(opened().cookie).not.toBe(opened().cookie)
    expect(opened().token).not.toBe(opened().token)
  })
})

const REFUSED: readonly (readonly [what: string, request: Asked, verdict: Verdict])[] = [
  ['another name of this machine', { headers: { host: `localhost:${PORT}` } }, refused(421, 'host')],
  ['a name that was rebound', { headers: { host: 'evil.example' } }, refused(421, 'host')],
  ['another port in the Host', { headers: { host: '127.0.0.1:80' } }, refused(421, 'host')],
  ['no Host', { headers: { host: undefined } }, refused(421, 'host')],
  ['no cookie', { headers: { cookie: undefined } }, refused(401, 'cookie')],
  ['the cookie of another port', { headers: { cookie: 'tenfold-4712=x' } }, refused(401, 'cookie')],
  ['a cookie that is nearly right', { headers: { cookie: `tenfold-4711=${'A'.repeat(43)}` } }, refused(401, 'cookie')],
  ['a wrong token', { url: '/?token=AAAA', headers: { cookie: undefined } }, refused(401, 'token')],
  ['an empty token', { url: '/?token=', headers: { cookie: undefined } }, refused(401, 'token')],
  ['a method that nothing has', { method: 'DELETE' }, refused(405, 'method')],
  ['a form of another port', { method: 'POST', headers: { origin: 'http://127.0.0.1:9999' } }, refused(403, 'origin')],
  ['a form of no origin', { method: 'POST' }, refused(403, 'origin')],
  ['a form of an opaque origin', { method: 'POST', headers: { origin: 'null' } }, refused(403, 'origin')],
  [
    'a form that the browser says is of the same site alone',
    { method: 'POST', headers: { origin: ORIGIN, 'sec-fetch-site': 'same-site' } },
    refused(403, 'origin'),
  ],
]

interface Asked {
  readonly method?: string
  readonly url?: string
  readonly headers?: Readonly<Record<string, string | undefined>>
}

function refused(status: 401 | 403 | 405 | 421, why: Extract<Verdict, { is: 'refused' }>['why']): Verdict {
  return { is: 'refused', status, why }
}

describe('is refused', () => {
  test.each(REFUSED)('%s', (_, { method = 'GET', url = '/', headers = {} }, verdict) => {
    const { guard, cookie } = opened()
    expect(guard.admit({ method, url, headers: { host: HOST, cookie, ...headers } })).toEqual(verdict)
  })

  test('whatever writes, where the console is to read alone', () => {
    const { guard, cookie } = opened(true)
    const headers = { host: HOST, cookie, origin: ORIGIN, 'sec-fetch-site': 'same-origin' }
    expect(guard.admit({ method: 'POST', url: '/', headers })).toEqual(refused(405, 'method'))
  })
})

test('a form of our own is let in, from browsers that say where it comes from and from those that do not', () => {
  const { guard, cookie } = opened()
  for (const more of [{}, { 'sec-fetch-site': 'same-origin' }]) {
    const headers = { host: HOST, cookie, origin: ORIGIN, ...more }
    expect(guard.admit({ method: 'POST', url: '/', headers })).toEqual({ is: 'admitted' })
  }
})
