import type { RequestListener } from 'node:http'
import { expect, onTestFinished, test } from 'vitest'
import { type Answer, type HttpRequest, HttpClient } from '../../src/store/backends/http/http-client.ts'
import { serving } from './http-server.ts'

/** A server of its own for a test, and how to ask it. */
async function served(answer: RequestListener): Promise<{
  origin: string
  ask: (path: string, more?: Partial<HttpRequest>) => Promise<Answer>
  open: () => number
}> {
  const { url, open } = await serving(answer)
  const client = new HttpClient(url, undefined, 1000)
  onTestFinished(() => client.close())
  const { signal } = new AbortController()
  return {
    origin: url.origin,
    ask: (path, more) => client.ask(new URL(path, url), { headers: {}, signal, most: 100, ...more }),
    open,
  }
}

const textOf = ({ status, bytes }: Answer): string => `${status} ${bytes === 'unfit' ? bytes : bytes.toString()}`

test('what is asked is sent, with the headers of a client that unpacks nothing', async () => {
  const { ask } = await served((request, response) => {
    const { 'user-agent': agent, accept, 'accept-encoding': packing, 'content-length': length, x } = request.headers
    response.setHeader('etag', '"1"')
    response.write(JSON.stringify([request.method, request.url, agent, accept, packing, length, x]))
    request.pipe(response)
  })
  const plain = await ask('/a?b=c')
  expect(plain.etag).toBe('"1"')
  expect(textOf(plain)).toBe('200 ["GET","/a?b=c","tenfold","*/*","identity",null,null]')
  const put = await ask('/a', {
    method: 'PUT',
    body: Buffer.from('body'),
    headers: { x: 'y', accept: 'application/json' },
  })
  expect(textOf(put)).toBe('200 ["PUT","/a","tenfold","application/json","identity","4","y"]body')
})

test.each<readonly [string, Partial<HttpRequest>, number, string, string]>([
  ['as long as it may be', {}, 200, 'x'.repeat(100), `200 ${'x'.repeat(100)}`],
  ['longer', {}, 200, 'x'.repeat(101), '200 unfit'],
  ['empty', {}, 200, '', '200 '],
  ['of another success', {}, 299, 'yes', '299 yes'],
  ['of a refusal, which nobody asked for', {}, 403, 'no', '403 '],
  ['of a refusal', { mostOfRefusal: 2 }, 403, 'no', '403 no'],
  ['of a refusal that is longer', { mostOfRefusal: 1 }, 403, 'no', '403 unfit'],
  ['of a redirect to nowhere', { mostOfRefusal: 2 }, 300, 'no', '300 no'],
])('a body %s', async (_, more, status, body, want) => {
  const { ask } = await served((_request, response) => response.writeHead(status).end(body))
  const answer = await ask('/', more)
  expect(textOf(answer)).toBe(want)
  expect(answer.etag).toBe('')
})

test('an answer without a body is no more than its status; a refusal ends its connection', async () => {
  const { ask, open } = await served((request, response) => {
    const status = Number(request.url?.slice(1))
    response.writeHead(status).end(status === 304 ? undefined : 'body')
  })
  expect(textOf(await ask('/304'))).toBe('304 ')
  expect(textOf(await ask('/200', { method: 'HEAD' }))).toBe('200 ')
  expect(textOf(await ask('/200'))).toBe('200 body')
  const before = open()
  expect(before).toBeGreaterThan(0)
  expect(textOf(await ask('/404'))).toBe('404 ')
  await expect.poll(open).toBeLessThan(before)
})

test('redirects within the server are followed, three of them', async () => {
  const { ask, origin } = await served((request, response) => {
    const left = Number(request.url?.slice(1))
    if (left === 0) response.end('here')
    else response.writeHead(left % 2 === 0 ? 301 : 308, { location: left === 2 ? `${origin}/1` : `/${left - 1}` }).end()
  })
  expect(textOf(await ask('/1'))).toBe('200 here')
  expect(textOf(await ask('/3'))).toBe('200 here')
  await expect(ask('/4')).rejects.toMatchObject({
    problem: 'unreadable',
    message: `${origin}/4 leads in a circle`,
    help: expect.stringContaining('redirects'),
  })
  expect(textOf(await ask('/1', { followsNone: true }))).toBe('308 ')
})

test.each([
  ['http://[', 'to what is no URL'],
  ['http://a:b@127.0.0.1/', 'to a URL with a name or a password in it'],
  ['http://a@127.0.0.1/', 'to a URL with a name or a password in it'],
  ['http://:b@127.0.0.1/', 'to a URL with a name or a password in it'],
  ['ftp://127.0.0.1/', 'to a "ftp:" URL'],
  ['http://other.example/secret', 'elsewhere, to "http://other.example": name that store if it is meant'],
  ['//other.example/secret', 'elsewhere, to "http://other.example": name that store if it is meant'],
])('a redirect to %s is refused', async (location, where) => {
  const { ask, origin } = await served((_request, response) => response.writeHead(302, { location }).end())
  await expect(ask('/')).rejects.toMatchObject({ problem: 'unreadable', message: `${origin} leads ${where}` })
})

test.each([
  [304, '/a', '304 '],
  [200, '/a', '200 no'],
  [400, '/a', '400 '],
  [399, '/a', 'followed'],
])('%d with a location %s: %s', async (status, location, want) => {
  const { ask } = await served((request, response) => {
    if (request.url === '/a') response.end('followed')
    else response.writeHead(status, { location }).end(status === 304 ? undefined : 'no')
  })
  expect(textOf(await ask('/'))).toBe(want === 'followed' ? '200 followed' : want)
})

test.each([
  ['gzip', 'gzip'],
  [' X-Gzip ', 'X-Gzip'],
  ['identity, zstd', 'zstd'],
])('a body packed as %j is refused', async (encoding, named) => {
  const { ask, origin } = await served((_request, response) => {
    response.writeHead(200, { 'content-encoding': encoding }).end('body')
  })
  await expect(ask('/a')).rejects.toMatchObject({
    problem: 'unreadable',
    message: `cannot read ${origin}/a: the server packs what it sends ("${named}") though it was asked not to`,
    help: 'switch compression off for the store on the server',
  })
})

test('once closed, it opens new connections', async () => {
  const { origin } = await served((_request, response) => response.end('here'))
  const client = new HttpClient(new URL(origin), undefined, 1000)
  const ask = (): Promise<Answer> =>
    client.ask(new URL(origin), { headers: {}, signal: new AbortController().signal, most: 9 })
  expect(textOf(await ask())).toBe('200 here')
  client.close()
  expect(textOf(await ask())).toBe('200 here')
  client.close()
})

test('a signal ends a request', async () => {
  const { origin } = await served(() => {})
  const client = new HttpClient(new URL(origin), undefined, 1000)
  const controller = new AbortController()
  const asked = client.ask(new URL(origin), { headers: {}, signal: controller.signal, most: 9 })
  controller.abort()
  await expect(asked).rejects.toMatchObject({ name: 'AbortError' })
})
