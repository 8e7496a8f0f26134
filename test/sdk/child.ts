import { spawn } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { buildSync } from 'esbuild'
import { writeRootDocument } from '../../src/trust/root-document.ts'
import { type Point, killing } from '../support/killed.ts'
import { ROOT } from '../support/run.ts'
import type { RootedStore } from './rooted.ts'

export interface Child {
  /** What it printed, a line at a time. */
  readonly lines: string[]
  readonly ended: Promise<NodeJS.Signals | number | null>
  /** True when it answers; false where it ended before. */
  readonly opened: Promise<boolean>
}

/** A service of its own process, which looks at the store until it has changed; `before` is code that is run first. */
export class Service {
  readonly #store: RootedStore
  readonly #script: string
  readonly #trust: string

  constructor(store: RootedStore, before = '') {
    this.#store = store
    const bundle = join(store.base, 'sdk.mjs')
    this.#script = join(store.base, 'service.mjs')
    this.#trust = join(store.base, 'root.json')
    buildSync({
      entryPoints: [join(ROOT, 'src', 'sdk', 'index.ts')],
      outfile: bundle,
      bundle: true,
      platform: 'node',
      format: 'esm',
      external: ['age-encryption'],
      logLevel: 'error',
    })
    writeFileSync(this.#trust, writeRootDocument(store.first))
    writeFileSync(
      this.#script,
      `import { openSettings } from './sdk.mjs'
${before}
const [options, rounds] = process.argv.slice(2).map((text) => JSON.parse(text))
const now = () => ${store.clock.now}
try {
  const settings = await openSettings({ ...options, now, refresh: { everyMs: 0 }, keys: { from: 'env', env: {} } })
  settings.on('error', ({ code }) => console.log('error', code))
  // What went wrong at the start is told in the next turn.
  await new Promise((done) => setImmediate(done))
  console.log('open', settings.getModelConfig('generate_content', 'acme').maxTokens, settings.status.state)
  for (let i = 0; i < rounds; i++) {
    if (!(await settings.refresh())) continue
    console.log('changed', settings.getModelConfig('generate_content', 'acme').maxTokens)
    break
  }
} catch (error) {
  console.log('failed', error.code)
}
`,
    )
  }

  /** @param point where it is killed; by default nowhere. */
  start(cacheDir: string, rounds: number, store = this.#store.url, point: Point = { at: -1 }): Child {
    const options = { store, trust: this.#trust, cacheDir }
    const { flags, env } = killing(point)
    const child = spawn(process.execPath, [...flags, this.#script, JSON.stringify(options), String(rounds)], {
      stdio: ['ignore', 'pipe', 'inherit'],
      env: { ...process.env, ...env },
    })
    const lines: string[] = []
    let rest = ''
    const ended = new Promise<NodeJS.Signals | number | null>((done) =>
      child.on('close', (code, signal) => done(signal ?? code)),
    )
    const opened = new Promise<boolean>((done) => {
      child.stdout.setEncoding('utf8').on('data', (text: string) => {
        const all = (rest + text).split('\n')
        rest = all.pop() ?? ''
        lines.push(...all)
        if (lines.some((line) => line.startsWith('open '))) done(true)
      })
      void ended.then(() => done(false))
    })
    return { lines, ended, opened }
  }
}
