import { collectGarbage, input, number, say, text, words } from './io.ts'
import { open } from './open.ts'

/**
 * A running service. It says when it is ready. Then either it looks at the store when it is told to, and says for how
 * long its event loop stood still meanwhile; or it looks by itself, and says what one account gets after each change.
 */
const everyMs = number('everyMs')
const settings = await open({ refresh: { everyMs }, ...noticeIn(input['notify']) })
settings.on('error', (error) => process.stderr.write(`${error.code}: ${error.message}\n`))
if (everyMs > 0 || input['notify'] !== undefined) {
  const temperature = (): number | undefined => settings.getModelConfig('generate_content', text('account')).temperature
  settings.on('changed', () => say({ temperature: temperature() ?? null }))
}
say({ ready: true })
for await (const word of words()) {
  if (word !== 'refresh') continue
  collectGarbage()
  // What the machine does to an idle loop is not the swap's.
  const idle = await watched(() => new Promise((resolve) => setTimeout(resolve, 300)))
  const { rss } = process.memoryUsage()
  const busy = await watched(async () => {
    if (!(await settings.refresh())) throw new Error('there was nothing new')
  })
  say({ idle: idle.pause, pause: busy.pause, before: rss, peak: busy.peak, milliseconds: busy.milliseconds })
}

/** The longest that the event loop kept others waiting while something was done, and the most memory seen. */
async function watched(work: () => Promise<unknown>): Promise<{ pause: number; peak: number; milliseconds: number }> {
  const begun = performance.now()
  let last = begun
  let sampled = 0
  let pause = 0
  let peak = 0
  let running = true
  const turn = (): void => {
    const now = performance.now()
    pause = Math.max(pause, now - last)
    if (now - sampled > 2) {
      peak = Math.max(peak, process.memoryUsage.rss())
      sampled = now
    }
    // Counted from here: looking at the memory is ours and not the swap's.
    last = performance.now()
    if (running) setImmediate(turn)
  }
  setImmediate(turn)
  await work()
  running = false
  pause = Math.max(pause, performance.now() - last)
  return { pause, peak, milliseconds: performance.now() - begun }
}

function noticeIn(given: unknown): { readonly notify?: { readonly url: string; readonly spreadMs: number } } {
  if (typeof given !== 'object' || given === null || !('url' in given) || typeof given.url !== 'string') return {}
  return { notify: { url: given.url, spreadMs: 0 } }
}
