import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { HttpReader } from '../../src/store/backends/http-reader.ts'
import { temporaryFolder } from '../support/config.ts'
import { FaultyServer, encoded, status } from '../support/faulty-http.ts'
import { readerContract, writeAll } from './contract.ts'

readerContract('a server', async () => {
  const folder = join(temporaryFolder(), 'store')
  const server = await new FaultyServer(folder).listen()
  return {
    open: () => new HttpReader(server.origin),
    put: async (contents) => writeAll(folder, contents),
    async cut() {
      server.fault = () => status(403)
    },
    isForServices: true,
  }
})

readerContract('a folder of a server without ETags', async () => {
  const folder = temporaryFolder()
  const server = await new FaultyServer(folder).listen()
  server.etag = () => undefined
  return {
    open: () => new HttpReader(`${server.origin}/a/store/`),
    put: async (contents) => writeAll(join(folder, 'a', 'store'), contents),
    async cut() {
      server.fault = () => status(503)
    },
    isForServices: true,
  }
})

describe('a server that says how it has packed what it sends', () => {
  const HEAD = Buffer.from('{"head":1}')

  async function headUnder(encoding: string): Promise<Buffer> {
    const folder = temporaryFolder()
    writeAll(folder, { 'head.json': HEAD })
    const server = await new FaultyServer(folder).listen()
    server.fault = () => encoded(encoding, (bytes) => bytes)
    return new HttpReader(server.origin).head()
  }

  test.each([
    ['gzip', 'gzip'],
    ['BR', 'BR'],
    ['identity, deflate', 'deflate'],
  ])('%s is refused, and named', async (encoding, named) => {
    await expect(headUnder(encoding)).rejects.toMatchObject({
      problem: 'unreadable',
      message: expect.stringContaining(`the server packs what it sends ("${named}") though it was asked not to`),
    })
  })

  test.each(['identity', 'utf-8', 'application/json'])('%s is no packing', async (encoding) => {
    expect((await headUnder(encoding)).equals(HEAD)).toBe(true)
  })
})
