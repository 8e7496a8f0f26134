import { createServer } from 'node:http'
import type { BrowserContext } from 'playwright-core'

/**
 * Opens a page of another port of this machine in the visitor's own browser, which has the cookie, and tries what such a
 * page can try. Returns what it tried, and whether it was refused.
 */
export async function openAttacker(context: BrowserContext, origin: string): Promise<(readonly [string, boolean])[]> {
  const server = createServer((_, response) => {
    response
      .writeHead(200, { 'content-type': 'text/html' })
      .end(`<form method="post" action="${origin}/"><button>go</button></form>`)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  const port = typeof address === 'object' && address !== null ? address.port : 0
  const tried: (readonly [string, boolean])[] = []
  const page = await context.newPage()
  try {
    await page.goto(`http://127.0.0.1:${port}/`)
    const read = await page.evaluate(
      `fetch('${origin}/', { credentials: 'include' }).then((r) => r.text()).then(() => true, () => false)`,
    )
    tried.push(['a page of another port cannot read', read === false])
    const [response] = await Promise.all([page.waitForNavigation(), page.click('button')])
    tried.push(['a form of another port cannot write', (response?.status() ?? 0) >= 400])
    await page.goto(`http://127.0.0.1:${port}/`)
    const framed = await page.evaluate(`new Promise((resolve) => {
      const frame = document.createElement('iframe')
      frame.src = '${origin}/'
      frame.onload = () => { try { resolve(frame.contentDocument !== null && frame.contentDocument.title !== '') } catch { resolve(false) } }
      document.body.append(frame)
      setTimeout(() => resolve(false), 2000)
    })`)
    tried.push(['a page of another port cannot frame it', framed === false])
    // A name that is rebound to this machine: the Host is another one.
    const rebound = await context.request.get(`http://localhost:${new URL(origin).port}/`, { failOnStatusCode: false })
    tried.push(['another name of this machine is refused', rebound.status() === 421])
  } finally {
    await page.close()
    server.close()
  }
  return tried
}
