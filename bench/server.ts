import { readFile } from 'node:fs/promises'
import { type Server, createServer } from 'node:http'
import type { Socket } from 'node:net'
import { join } from 'node:path'

/** A store as any server of plain files would serve it, on loopback, counting what goes over the line. */
export class StoreServer {
  readonly url: string
  readonly #server: Server
  readonly #count: Count

  private constructor(server: Server, count: Count, port: number) {
    this.#server = server
    this.#count = count
    this.url = `http://127.0.0.1:${port}`
  }

  static async start(folder: string): Promise<StoreServer> {
    const count = { requests: 0, sockets: new Set<Socket>(), before: 0 }
    const server = createServer((request, response) => {
      count.requests++
      void readFile(join(folder, request.url ?? '')).then(
        (bytes) => response.end(bytes),
        () => response.writeHead(404).end(),
      )
    })
    server.on('connection', (socket) => count.sockets.add(socket))
    const port = await new Promise<number>((resolve, reject) => {
      server.listen(0, '127.0.0.1', () => {
        const address = server.address()
        if (typeof address === 'object' && address !== null) resolve(address.port)
        else reject(new Error('the server has no port'))
      })
    })
    return new StoreServer(server, count, port)
  }

  /** Requests answered, and bytes sent with their headers, since the last time this was asked. */
  taken(): { readonly requests: number; readonly bytes: number } {
    const sent = [...this.#count.sockets].reduce((sum, socket) => sum + socket.bytesWritten, 0)
    const { requests, before } = this.#count
    this.#count.requests = 0
    this.#count.before = sent
    return { requests, bytes: sent - before }
  }

  close(): void {
    this.#server.closeAllConnections()
    this.#server.close()
  }
}

interface Count {
  requests: number
  before: number
  readonly sockets: Set<Socket>
}
