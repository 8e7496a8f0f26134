import { createServer } from 'node:http'
import { createHash } from 'node:crypto'
import { say, words } from './io.ts'

/**
 * A bucket in memory that knows conditional writes: as little of a server as can be, so that what is measured is the
 * publisher. It says where it is, and when it is asked, how many requests came since.
 */
const objects = new Map<string, { readonly etag: string; readonly bytes: Buffer }>()
let [puts, gets] = [0, 0]

const server = createServer(async (request, response) => {
  const key = request.url ?? ''
  const found = objects.get(key)
  if (request.method === 'PUT') {
    puts++
    const chunks: Buffer[] = []
    for await (const chunk of request) chunks.push(Buffer.from(chunk))
    const match = request.headers['if-match']
    const isTaken = request.headers['if-none-match'] === '*' && found !== undefined
    if (isTaken || (match !== undefined && found?.etag !== match)) return response.writeHead(412).end()
    const bytes = Buffer.concat(chunks)
    const etag = `"${createHash('md5').update(bytes).digest('hex')}"`
    objects.set(key, { etag, bytes })
    return response.writeHead(200, { etag }).end()
  }
  gets++
  if (found === undefined) return response.writeHead(404).end('<Error><Code>NoSuchKey</Code></Error>')
  if (request.headers['if-none-match'] === found.etag) return response.writeHead(304, { etag: found.etag }).end()
  return response.writeHead(200, { etag: found.etag }).end(found.bytes)
})
await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
const address = server.address()
say({ port: typeof address === 'object' && address !== null ? address.port : 0 })
for await (const word of words()) {
  if (word === 'empty') objects.clear()
  say({ puts, gets })
  puts = gets = 0
}
