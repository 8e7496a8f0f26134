import { type RequestListener, createServer } from 'node:http'
import { onTestFinished } from 'vitest'

/** A server of this machine that answers as a test says, until the test ends. */
export interface ServedUrl {
  readonly url: URL
  /** How many connections are open. */
  readonly open: () => number
}

export async function serving(answer: RequestListener): Promise<ServedUrl> {
  let open = 0
  // No connection ends by itself: that one does is for a test to see.
  const server = createServer({ keepAliveTimeout: 0 }, answer)
  server.on('connection', (socket) => {
    open++
    socket.on('close', () => open--)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => {
    server.closeAllConnections()
    server.close()
  })
  const address = server.address()
  const port = typeof address === 'object' && address !== null ? address.port : 0
  return { url: new URL(`http://127.0.0.1:${port}`), open: () => open }
}
