import type { Page } from 'playwright-core'

type Journey = (page: Page) => Promise<void>

/** What people come for, by mouse and by keyboard alone. Each throws where the answer is not on the page. */
export const JOURNEYS: readonly (readonly [name: string, journey: Journey])[] = [
  [
    'why acme has gpt-4, by mouse',
    async (page) => {
      await page.fill('#search', 'acme')
      await page.click('form[role=search] button')
      await page.click('main table a')
      await expectText(page, 'config/accounts/acme.yaml')
      await expectText(page, 'gpt-4')
    },
  ],
  [
    'why acme has gpt-4, by keyboard',
    async (page) => {
      await page.keyboard.press('/')
      await page.keyboard.type('acme')
      await page.keyboard.press('Enter')
      await page.waitForURL(/q=acme/)
      await tabTo(page, 'acme')
      await page.keyboard.press('Enter')
      await page.waitForURL(/accounts\/acme$/)
      await expectText(page, 'config/accounts/acme.yaml')
    },
  ],
  [
    'who has a temperature of their own on the Growth plan, by mouse',
    async (page) => {
      await page.fill('#search', 'overrides:openai.temperature plan:growth')
      await page.click('form[role=search] button')
      await expectText(page, 'overrides.openai.temperature')
    },
  ],
  [
    'who has a temperature of their own on the Growth plan, by keyboard',
    async (page) => {
      await page.keyboard.press('/')
      await page.keyboard.type('overrides:openai.temperature plan:growth')
      await page.keyboard.press('Enter')
      await page.waitForURL(/overrides/)
      await expectText(page, 'overrides.openai.temperature')
    },
  ],
  [
    'what acme would get on Free, by mouse',
    async (page) => {
      await page.goto(new URL('/accounts/acme', page.url()).href)
      await page.selectOption('select[name=plan]', 'free')
      await page.click('main form button')
      await expectText(page, 'stopped by')
    },
  ],
  [
    'what acme would get on Free, by keyboard',
    async (page) => {
      await page.goto(new URL('/accounts/acme', page.url()).href)
      await page.focus('select[name=plan]')
      await page.keyboard.type('free')
      await page.keyboard.press('Tab')
      await page.keyboard.press('Enter')
      await page.waitForURL(/plan=free/)
      await expectText(page, 'stopped by')
    },
  ],
  [
    'which customisations are behind, and what the global gained, by mouse',
    async (page) => {
      await page.click('nav a[href="/prompts"]')
      await page.click('main a[href="/prompts/content_generation"]')
      await page.click('h2:has-text("Behind") + form a[href*=evergreen]')
      await expectText(page, 'behind')
      await page.click('summary')
      if (!(await page.isVisible('details ins'))) throw new Error('what was gained is not shown')
    },
  ],
  [
    'which customisations are behind, and what the global gained, by keyboard',
    async (page) => {
      await page.goto(new URL('/prompts/content_generation', page.url()).href)
      await tabTo(page, 'evergreen')
      await page.keyboard.press('Enter')
      await page.waitForURL(/evergreen/)
      await tabTo(page, 'What the global text has gained since')
      await page.keyboard.press('Enter')
      if (!(await page.isVisible('details ins'))) throw new Error('what was gained is not shown')
    },
  ],
  [
    'a search that is being typed shows what it finds',
    async (page) => {
      await page.goto(new URL('/accounts', page.url()).href)
      await page.keyboard.press('/')
      await page.keyboard.type('acm')
      await page.waitForURL(/q=acm/)
      const found = await page.locator('main tbody tr').count()
      if (found !== 1) throw new Error(`it shows ${found} accounts`)
    },
  ],
  [
    'the keys are listed, and can be switched off',
    async (page) => {
      await page.keyboard.press('?')
      await page.waitForURL(/help/)
      await page.check('#keys-off')
      await page.keyboard.press('g')
      await page.keyboard.press('h')
      await page.click('#content h1')
      await page.waitForTimeout(200)
      if (!page.url().endsWith('/help')) throw new Error('the keys still lead somewhere')
      await page.uncheck('#keys-off')
    },
  ],
  [
    'home by two keys',
    async (page) => {
      await page.goto(new URL('/models', page.url()).href)
      await page.keyboard.press('g')
      await page.keyboard.press('h')
      await page.waitForURL(/\/$/)
    },
  ],
]

async function expectText(page: Page, text: string): Promise<void> {
  await page.waitForLoadState()
  const shown = (await page.textContent('main')) ?? ''
  if (!shown.includes(text)) throw new Error(`the page at ${page.url()} does not say "${text}"`)
}

/** Presses Tab until the focus is on a link of that text. */
async function tabTo(page: Page, text: string): Promise<void> {
  for (let i = 0; i < 300; i++) {
    await page.keyboard.press('Tab')
    const focused: unknown = await page.evaluate(
      'document.activeElement?.closest("main") && document.activeElement.textContent',
    )
    if (focused === text) return
  }
  throw new Error(`no Tab leads to "${text}"`)
}
