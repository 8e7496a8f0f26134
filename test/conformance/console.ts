/**
 * The console in a browser: axe on every page in two schemes and two widths, journeys by mouse and by keyboard, and what
 * the guard refuses of another origin. Chromium is installed where that may be done; where not, this is left out with a
 * line. With `--shots DIR`, a picture of every page is written there; `--journeys` leaves
 * out what looks at every page.
 */
import { spawn, spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Browser, type BrowserContext, type Page, chromium } from 'playwright-core'
import { largeConsoleRepository } from '../console/repository.ts'
import { openAttacker } from './console/attacker.ts'
import { EDITING_JOURNEYS, KEYBOARD, MOUSE, SCRIPT_JOURNEYS } from './console/editing-journeys.ts'
import { JOURNEYS } from './console/journeys.ts'

const ROOT = join(import.meta.dirname, '..', '..')
const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')
const shots = process.argv.includes('--shots') ? process.argv[process.argv.indexOf('--shots') + 1] : undefined

/** The pictures of docs/console.md. */
const PICTURES: Readonly<Record<string, string>> = {
  '/accounts/acme': 'account',
  '/settings': 'settings',
  '/accounts/evergreen/prompts': 'prompts',
  '/proposals/settings%2Fwarmer': 'proposal',
  '/edit/models/gpt-4o': 'form',
}

const TAGS = JSON.stringify(['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'])

let [passed, failed] = [0, 0]
function check(what: string, isRight: boolean, why = ''): void {
  if (isRight) passed++
  else {
    failed++
    console.log(`console: ${what}: ${why}`)
  }
}

const executable = browserHere()
if (executable === undefined) {
  console.log('console: left out: there is no chromium, and it cannot be installed here')
  process.exit(0)
}

// Where this machine's key and the drafts are: the release is made with the one that the console then knows.
const state = mkdtempSync(join(tmpdir(), 'tenfold-state-'))
process.env['XDG_STATE_HOME'] = state
const repository = await largeConsoleRepository()
const served = spawn(process.execPath, [join(ROOT, 'dist', 'cli.js'), 'console', '--format', 'json'], {
  cwd: repository.folder,
  stdio: ['ignore', 'pipe', 'inherit'],
  env: {
    ...process.env,
    GIT_AUTHOR_NAME: 'Ada',
    GIT_AUTHOR_EMAIL: 'ada@example.org',
  },
})
const { address }: { address: string } = JSON.parse(await firstLine())
const origin = new URL(address).origin

const browser = await chromium.launch({ executablePath: executable, args: ['--no-sandbox'] })
try {
  const context = await signedIn(browser)
  if (!process.argv.includes('--journeys')) await everyPage(context, repository.paths)
  for (const [name, journey] of JOURNEYS) await travel(context, name, journey)
  // Without a script: the same cookie, in a context that runs none.
  const plain = await browser.newContext({ javaScriptEnabled: false, storageState: await context.storageState() })
  const place = { folder: repository.folder, origin }
  for (const [name, journey] of EDITING_JOURNEYS) {
    await travel(context, `${name}, by mouse`, (page) => journey(page, MOUSE, place))
    await travel(context, `${name}, by keyboard`, (page) => journey(page, KEYBOARD, place))
    await travel(plain, `${name}, without a script`, (page) => journey(page, MOUSE, place))
  }
  for (const [name, journey] of SCRIPT_JOURNEYS) await travel(context, name, (page) => journey(page, place))
  await everyPage(context, [await currentDraft(context), '/drafts', '/accounts/acme'])
  for (const [what, isRefused] of await openAttacker(context, origin)) check(what, isRefused, 'was let in')
} finally {
  await browser.close()
  served.kill()
  repository.remove()
  rmSync(state, { recursive: true, force: true })
}
console.log(`console: ${passed} right, ${failed} wrong`)
process.exitCode = failed === 0 ? 0 : 1

function browserHere(): string | undefined {
  const names = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome']
  const found = names.find((name) => existsSync(name))
  if (found !== undefined || process.getuid?.() !== 0) return found
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' }
  spawnSync('apt-get', ['update', '-q'], { env })
  spawnSync('apt-get', ['install', '-y', '-q', 'chromium'], { env })
  return names.find((name) => existsSync(name))
}

function firstLine(): Promise<string> {
  return new Promise((resolve) => {
    let text = ''
    served.stdout.setEncoding('utf8').on('data', (more: string) => {
      text += more
      if (text.includes('\n')) resolve(text)
    })
  })
}

async function signedIn(opened: Browser): Promise<BrowserContext> {
  const context = await opened.newContext()
  const page = await context.newPage()
  await page.goto(address)
  check('the printed address leads home', page.url() === `${origin}/`, page.url())
  await page.close()
  return context
}

/** Collects what the page reports as an error, among it what its policy refuses. */
function watch(page: Page): string[] {
  const found: string[] = []
  page.on('console', (message) => {
    if (message.type() === 'error') found.push(message.text())
  })
  page.on('pageerror', (error) => found.push(error.message))
  return found
}

/** One journey on a page of its own, from home, with a draft of its own. */
async function travel(from: BrowserContext, name: string, journey: (page: Page) => Promise<void>): Promise<void> {
  const page = await from.newPage()
  page.setDefaultTimeout(8_000)
  const violations = watch(page)
  try {
    await page.goto(`${origin}/drafts`)
    await page.click('button[value=another]')
    await page.goto(origin)
    await journey(page)
    check(name, violations.length === 0, violations.join('; '))
  } catch (error) {
    check(name, false, error instanceof Error ? error.message : String(error))
  }
  await page.close()
}

async function currentDraft(from: BrowserContext): Promise<string> {
  const page = await from.newPage()
  await page.goto(origin)
  const href = await page.getAttribute('#draft a', 'href', { timeout: 5_000 }).catch(() => null)
  await page.close()
  return href ?? '/drafts'
}

/** Every page, light and dark, wide and narrow: no error, nothing that axe finds, nothing that scrolls sideways. */
async function everyPage(context: BrowserContext, paths: readonly string[]): Promise<void> {
  const page = await context.newPage()
  const violations = watch(page)
  if (shots !== undefined) mkdirSync(shots, { recursive: true })
  for (const path of paths) {
    for (const scheme of ['light', 'dark'] as const) {
      for (const width of [1360, 390]) {
        await page.emulateMedia({ colorScheme: scheme })
        await page.setViewportSize({ width, height: 900 })
        const response = await page.goto(origin + path)
        const name = `${path} ${scheme} ${width}`
        check(`${name}: answers`, response?.status() === 200, `${response?.status()}`)
        const isWide = await page.evaluate(
          'document.documentElement.scrollWidth > document.documentElement.clientWidth',
        )
        check(`${name}: fits`, isWide === false, 'scrolls sideways')
        // The policy keeps scripts of others out of the page; this one is put in by the browser itself.
        const found: readonly Finding[] = await page.evaluate(
          `${axe}; axe.run({ runOnly: ${TAGS} }).then((r) => r.violations)`,
        )
        const told = found.map(
          ({ id, nodes }) =>
            `${id} (${nodes
              .map(({ html }) => html.slice(0, 80))
              .slice(0, 2)
              .join(', ')})`,
        )
        check(`${name}: axe`, found.length === 0, told.join('; '))
        if (shots === undefined) continue
        const file = `${path.replace(/[^a-z0-9]+/gi, '-').replace(/^-|-$/g, '') || 'home'}-${scheme}-${width}.png`
        await page.screenshot({ path: join(shots, file), fullPage: true })
        const shown = path.startsWith('/drafts/draft-') ? 'draft' : PICTURES[path]
        if (shown === undefined || scheme === 'dark' || width < 1000) continue
        await page.setViewportSize({ width: 1100, height: 640 })
        for (const folded of await page.locator('summary').all()) await folded.click()
        await page.screenshot({ path: join(shots, `${shown}.png`) })
      }
    }
  }
  check('no page has an error or breaks its policy', violations.length === 0, violations.slice(0, 3).join('; '))
  await page.close()
}

interface Finding {
  readonly id: string
  readonly nodes: readonly { readonly html: string }[]
}
