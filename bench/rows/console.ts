import { type ChildProcess, spawn } from 'node:child_process'
import { rmSync } from 'node:fs'
import { Agent, request } from 'node:http'
import { createInterface } from 'node:readline'
import { idOf } from '../../test/support/corpus.ts'
import { corpusOf } from '../corpus.ts'
import { type Line, type Row, count } from '../line.ts'
import { median, repeat, tenfold } from '../measure.ts'
import { CLI } from '../place.ts'
import { checkOut } from '../store.ts'

/** The account that is looked at. */
const ONE = 1234
/** Requests of a page whose median counts. */
const VISITS = 15
/** Milliseconds between two requests of a page: nobody reads faster, and what is read behind the pages gets its turn. */
const READING = 150

const QUERY = 'openai.model=gpt-4 plan:growth'

/** Every kind of page but a history, which is as long as it is. */
const PAGES: readonly (readonly [what: string, path: string])[] = [
  ['home', '/'],
  ['an account', `/accounts/${idOf(ONE)}`],
  ['an account’s prompts', `/accounts/${idOf(ONE)}/prompts`],
  ['global settings', '/settings'],
  ['prompts', '/prompts'],
  ['one prompt', '/prompts/clustering'],
  ['models and plans', '/models'],
  ['keys', '/keys'],
]

const SEARCHES: readonly (readonly [what: string, path: string])[] = [
  ['a part of an id', '/accounts?q=123'],
  [`\`${QUERY}\``, `/accounts?q=${encodeURIComponent(QUERY)}`],
]

/** What a console on somebody's own machine is for. */
const MOST = 100_000

/** What somebody waits for who clicks through the console. */
export const consoleRow: Row = {
  name: 'console',
  title: 'Console',
  async run({ sizes, say }) {
    const lines: Line[] = []
    for (const size of new Set([sizes.small, Math.min(sizes.big, MOST)])) {
      const corpus = await corpusOf('plain', size)
      say(`  checking out ${count(size)} accounts`)
      const folder = await checkOut(corpus)
      try {
        lines.push(...(await linesAt(folder, size, sizes.rounds)))
      } finally {
        rmSync(folder, { recursive: true, force: true })
      }
    }
    return lines
  },
}

async function linesAt(folder: string, size: number, rounds: number): Promise<Line[]> {
  const get = median((await repeat(rounds, () => tenfold(['get', idOf(ONE), 'generate_content'], folder))).map(msOf))
  const starts = await repeat(rounds, async () => {
    const opened = await OpenedConsole.start(folder)
    await opened.end()
    return opened.milliseconds
  })
  const among = `${count(size)} accounts`
  const against = { what: '`tenfold get`', value: get }
  const lines: Line[] = [
    {
      what: `start to the printed address, ${among}`,
      ours: median(starts),
      unit: 'ms',
      against,
      goal: { of: 'ratio', most: 2 },
    },
  ]
  const opened = await OpenedConsole.start(folder)
  try {
    await opened.signIn()
    const meanwhile = await firstVisit(opened)
    const most = size > 10_000 ? 100 : 50
    for (const [what, path] of PAGES) {
      lines.push({ what: `${what}, ${among}`, ...(await warm(opened, path)), goal: { of: 'value', most } })
    }
    for (const [what, path] of SEARCHES) {
      lines.push({
        what: `search by ${what}, ${among}`,
        ...(await warm(opened, path)),
        goal: { of: 'value', most: 20 },
      })
    }
    lines.push({
      what: `an account while all are read for the first time, ${among}`,
      ours: meanwhile.account,
      unit: 'ms',
      note: `the slowest of ${meanwhile.visits}; the first page with a count took ${Math.round(meanwhile.home)} ms`,
    })
  } finally {
    await opened.end()
  }
  return lines
}

async function warm(opened: OpenedConsole, path: string): Promise<Pick<Line, 'ours' | 'unit' | 'note'>> {
  await opened.visit(path)
  const all: number[] = []
  for (let i = 0; i < VISITS; i++) {
    await new Promise((resolve) => setTimeout(resolve, READING))
    all.push(await opened.visit(path))
  }
  return { ours: median(all), unit: 'ms', note: `the slowest of ${VISITS}: ${Math.round(Math.max(...all))} ms` }
}

/** The home page counts all accounts, which nothing has read yet; an account's page does not wait for them. */
async function firstVisit(
  opened: OpenedConsole,
): Promise<{ readonly home: number; readonly account: number; readonly visits: number }> {
  // The first page of all has to read the globals.
  await opened.visit(`/accounts/${idOf(ONE + 1)}`)
  const ended = new AbortController()
  const home = opened.visit('/').finally(() => ended.abort())
  const all: number[] = []
  do all.push(await opened.visit(`/accounts/${idOf(ONE)}`))
  while (!ended.signal.aborted)
  return { home: await home, account: Math.max(...all), visits: all.length }
}

function msOf({ seconds }: { readonly seconds: number }): number {
  return seconds * 1000
}

/** A console as a user starts it, and the browser that has its cookie. */
class OpenedConsole {
  /** From the start of the program to the printed address. */
  readonly milliseconds: number
  readonly #child: ChildProcess
  readonly #address: URL
  readonly #agent = new Agent({ keepAlive: true })
  #cookie = ''

  private constructor(child: ChildProcess, address: string, milliseconds: number) {
    this.#child = child
    this.#address = new URL(address)
    this.milliseconds = milliseconds
  }

  static async start(folder: string): Promise<OpenedConsole> {
    const begun = performance.now()
    const flags = (process.env['TENFOLD_BENCH_NODE_FLAGS'] ?? '').split(' ').filter((flag) => flag !== '')
    const child = spawn(process.execPath, [...flags, CLI, 'console', '--no-open'], {
      cwd: folder,
      stdio: ['ignore', 'pipe', 'ignore'],
    })
    for await (const line of createInterface({ input: child.stdout })) {
      return new OpenedConsole(child, line, performance.now() - begun)
    }
    throw new Error('the console ended without an address')
  }

  async signIn(): Promise<void> {
    const { headers } = await this.#ask(this.#address.pathname + this.#address.search)
    this.#cookie = headers['set-cookie']?.[0]?.split(';')[0] ?? ''
  }

  /** Returns how many milliseconds a page took. @throws where it is not that page. */
  async visit(path: string): Promise<number> {
    const begun = performance.now()
    const { status } = await this.#ask(path)
    if (status !== 200) throw new Error(`${path} answers with ${status}`)
    return performance.now() - begun
  }

  async end(): Promise<void> {
    const ended = new Promise((resolve) => this.#child.once('exit', resolve))
    this.#agent.destroy()
    this.#child.kill('SIGTERM')
    await ended
  }

  #ask(
    path: string,
  ): Promise<{ readonly status: number; readonly headers: Readonly<Record<string, string[] | undefined>> }> {
    return new Promise((resolve, reject) => {
      const { hostname, port } = this.#address
      const headers = { cookie: this.#cookie }
      request({ hostname, port, path, headers, agent: this.#agent }, (response) => {
        response.resume().once('end', () => {
          resolve({ status: response.statusCode ?? 0, headers: { 'set-cookie': response.headers['set-cookie'] } })
        })
      })
        .on('error', reject)
        .end()
    })
  }
}
