import { type ChildProcess, spawn } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { buildSync } from 'esbuild'
import { writeRootDocument } from '../../src/trust/root.ts'
import { ROOT } from '../support/run.ts'
import type { RootedStore } from './rooted.ts'

export interface Child {
  readonly process: ChildProcess
  /** What it printed, a line at a time. */
  readonly lines: string[]
  readonly ended: Promise<NodeJS.Signals | number | null>
}

/** A service of its own process, which looks at the store all the time; `how` is code that is run before. */
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
      entryPoints: [join(ROOT, 'src', 'sdk', 'index.ts')], outfile: bundle, bundle: true, platform: 'node', format: 'esm',
      external: ['age-encryption'], logLevel: 'error',
    })
    writeFileSync(this.#trust, writeRootDocument(store.first))
    writeFileSync(this.#script, `import { openSettings } from './sdk.mjs'
${before}
const [options, rounds] = process.argv.slice(2).map((text) => JSON.parse(text))
const now = () => ${store.clock.now}
try {
  const settings = await openSettings({ ...options, now, refresh: { everyMs: 0 }, keys: { from: 'env', env: {} } })
  settings.on('error', ({ code }) => console.log('error', code))
  await new Promise((done) => setTimeout(done, 5))
  console.log('open', settings.getModelConfig('generate_content', 'acme').maxTokens, settings.status.state)
  for (let i = 0; i < rounds; i++) {
    if (await settings.refresh()) console.log('changed', settings.getModelConfig('generate_content', 'acme').maxTokens)
  }
} catch (error) {
  console.log('failed', error.code)
}
`)
  }

  start(cacheDir: string, rounds: number, store = this.#store.url): Child {
    const options = { store, trust: this.#trust, cacheDir }
    const child = spawn(process.execPath, [this.#script, JSON.stringify(options), String(rounds)], { stdio: ['ignore', 'pipe', 'inherit'] })
    const lines: string[] = []
    let rest = ''
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      const all = (rest + text).split('\n')
      rest = all.pop() ?? ''
      lines.push(...all)
    })
    const ended = new Promise<NodeJS.Signals | number | null>((done) => child.on('close', (code, signal) => done(signal ?? code)))
    return { process: child, lines, ended }
  }
}
