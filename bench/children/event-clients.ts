import { connect } from 'node:net'
import { number, say, text, words } from './io.ts'

/** So many open event streams. Says when all are open; asked, when all have been told of a change. */
const { hostname, port } = new URL(text('url'))
const streams = number('streams')
let [open, told, first, last] = [0, 0, 0, 0]

const all = new Promise<void>((resolve) => {
  for (let i = 0; i < streams; i++) {
    const socket = connect(Number(port), hostname)
    let isOpen = false
    socket.on('data', (chunk) => {
      if (!isOpen) {
        isOpen = true
        if (++open === streams) say({ open })
      }
      if (!chunk.includes('refetchEvaluation')) return
      last = performance.now()
      if (told++ === 0) first = last
      if (told === streams) resolve()
    })
    socket.write(`GET /v1/events HTTP/1.1\r\nHost: ${hostname}:${port}\r\n\r\n`)
  }
})
for await (const _ of words()) {
  await all
  say({ milliseconds: last - first })
}
