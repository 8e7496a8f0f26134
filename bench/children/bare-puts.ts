import { readFileSync, readdirSync, statSync } from 'node:fs'
import { Agent, request } from 'node:http'
import { join } from 'node:path'
import { number, say, text } from './io.ts'

/** The same objects by a bare loop, as many at once as ours, without a signature: the bound of a first publish. */
const AT_ONCE = 24
const folder = text('folder')
const agent = new Agent({ keepAlive: true })
const paths = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((path) => {
  return statSync(join(folder, path)).isFile()
})

const begun = performance.now()
const queue = paths[Symbol.iterator]()
await Promise.all(
  Array.from({ length: AT_ONCE }, async () => {
    for (const path of queue) await put(path, readFileSync(join(folder, path)))
  }),
)
say({ seconds: (performance.now() - begun) / 1000, puts: paths.length })
process.exit(0)

function put(path: string, body: Buffer): Promise<void> {
  return new Promise((resolve, reject) => {
    const headers = { 'content-length': body.length }
    request({ port: number('port'), method: 'PUT', path: `/bare/${path}`, headers, agent }, (response) => {
      response.resume().once('end', resolve)
    })
      .on('error', reject)
      .end(body)
  })
}
