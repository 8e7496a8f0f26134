import { createHash } from 'node:crypto'
import { type IncomingMessage, type ServerResponse, createServer, request as ask } from 'node:http'
import { input, say, words } from './io.ts'

/**
 * Counts the requests to a bucket, and says so when it is asked. The bucket is another server, where one is named; else
 * one in memory that knows conditional writes: as little of a server as can be, so that what is measured is the
 * publisher.
 */
const upstream = typeof input['upstream'] === 'string' ? new URL(input['upstream']) : undefined
const objects = new Map<string, { readonly etag: string; readonly bytes: Buffer }>()
const counts = { puts: 0, gets: 0, bytes: 0 }

const server = createServer((request, response) => {
  if (request.method === 'PUT') counts.puts++
  else counts.gets++
  if (upstream === undefined) void answer(request, response)
  else forward(upstream, request, response)
})

async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
  const key = request.url ?? ''
  const found = objects.get(key)
  if (request.method === 'PUT') {
    const chunks: Buffer[] = []
    for await (const chunk of request) chunks.push(Buffer.from(chunk))
    const match = request.headers['if-match']
    const isTaken = request.headers['if-none-match'] === '*' && found !== undefined
    if (isTaken || (match !== undefined && found?.etag !== match)) return void response.writeHead(412).end()
    const bytes = Buffer.concat(chunks)
    const etag = `"${createHash('md5').update(bytes).digest('hex')}"`
    objects.set(key, { etag, bytes })
    return void response.writeHead(200, { etag }).end()
  }
  if (found === undefined) return void response.writeHead(404).end('<Error><Code>NoSuchKey</Code></Error>')
  if (request.headers['if-none-match'] === found.etag) return void response.writeHead(304, { etag: found.etag }).end()
  counts.bytes += found.bytes.length
  return void response.writeHead(200, { etag: found.etag }).end(found.bytes)
}

function forward(to: URL, request: IncomingMessage, response: ServerResponse): void {
  const { method, url = '/', headers } = request
  const passed = ask({ host: to.hostname, port: to.port, method, path: url, headers }, (from) => {
    response.writeHead(from.statusCode ?? 500, from.headers)
    from.on('data', (chunk: Buffer) => (counts.bytes += chunk.length))
    from.pipe(response)
  })
  passed.on('error', () => response.destroy())
  request.pipe(passed)
}

await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
const address = server.address()
say({ port: typeof address === 'object' && address !== null ? address.port : 0 })
for await (const word of words()) {
  if (word === 'empty') objects.clear()
  say(counts)
  Object.assign(counts, { puts: 0, gets: 0, bytes: 0 })
}
