import { createServer } from 'node:http'
import { say, text } from './io.ts'

/** As little of a server as there can be: it reads a request's body and sends the same bytes each time. */
const answer = text('answer')
const headers = {
  'content-type': 'application/json; charset=utf-8',
  'content-length': String(Buffer.byteLength(answer)),
}

const server = createServer((request, response) => {
  const chunks: Buffer[] = []
  request.on('data', (chunk: Buffer) => chunks.push(chunk))
  request.on('end', () => response.writeHead(200, headers).end(answer))
})
await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
const address = server.address()
say({ port: typeof address === 'object' && address !== null ? address.port : 0 })
