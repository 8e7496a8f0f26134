import { join } from 'node:path'
import { HttpReader } from '../../src/store/backends/http-reader.ts'
import { temporaryFolder } from '../support/config.ts'
import { FaultyServer, status } from '../support/faulty-http.ts'
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
