import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Page } from 'playwright-core'
import { commitAll } from '../../support/run.ts'

/** How somebody gets to a control, and uses it: the journeys are the same for all. */
export interface Hand {
  /** Follows a link, or presses a button. */
  press(page: Page, selector: string): Promise<void>
  /** Puts a text or a choice into a control. */
  fill(page: Page, selector: string, value: string): Promise<void>
}

/** What is asked of an element: this file knows no types of the browser's. */
interface Tagged {
  readonly tagName: string
}
interface Focusable {
  matches(selector: string): boolean
}

export const MOUSE: Hand = {
  press: (page, selector) => page.click(selector),
  async fill(page, selector, value) {
    const isChoice = (await page.locator(selector).evaluate((element: Tagged) => element.tagName)) === 'SELECT'
    await (isChoice ? page.selectOption(selector, value) : page.fill(selector, value))
  },
}

/** Reaches everything by Tab, Enter, Space and typing: nothing is clicked, and nothing is focused for it. */
export const KEYBOARD: Hand = {
  async press(page, selector) {
    await tabTo(page, selector)
    await page.keyboard.press('Enter')
  },
  async fill(page, selector, value) {
    await tabTo(page, selector)
    const tag = await page.locator(selector).evaluate((element: Tagged) => element.tagName)
    if (tag !== 'SELECT') {
      await page.keyboard.press('Control+A')
      return page.keyboard.type(value)
    }
    await page.keyboard.press('Home')
    for (let i = 0; i < 50 && (await page.inputValue(selector)) !== value; i++) await page.keyboard.press('ArrowDown')
    return undefined
  },
}

async function tabTo(page: Page, selector: string): Promise<void> {
  await page.waitForSelector(selector)
  for (let i = 0; i < 400; i++) {
    const isThere: unknown = await page
      .locator(selector)
      .first()
      .evaluate((element: Focusable) => element.matches(':focus'))
    if (isThere === true) return
    await page.keyboard.press('Tab')
  }
  throw new Error(`Tab does not lead to ${selector} on ${page.url()}`)
}

export interface Place {
  readonly folder: string
  readonly origin: string
}

type EditingJourney = (page: Page, hand: Hand, place: Place) => Promise<void>

/** What people change, each from where they find it to the proposal. */
export const EDITING_JOURNEYS: readonly (readonly [name: string, journey: EditingJourney])[] = [
  [
    'change a global model, and see whom it reaches before it is proposed',
    async (page, hand, { origin }) => {
      await page.goto(`${origin}/settings`)
      await hand.press(page, 'main a[data-key=e]')
      await hand.fill(page, '[name="v:providers/openai/model"]', 'gpt-4o')
      await hand.press(page, '#form .main')
      await hand.press(page, '#draft a')
      await expectText(page, /\d+ accounts? of \d+ get other answers/)
      await expectText(page, /gpt-4o-mini → gpt-4o/)
      await hand.press(page, 'button[value=propose]')
      await expectText(page, /Proposed as settings\/draft-/)
    },
  ],
  [
    'rebase 17 customisations as one proposal',
    async (page, hand, { origin }) => {
      await page.goto(`${origin}/prompts/content_generation`)
      await expectText(page, /17 merge cleanly, 1 have to be merged by hand/)
      await hand.press(page, 'button[value=rebase-all]')
      await expectText(page, /17 accounts of \d+ get other answers/)
      await hand.press(page, 'button[value=propose]')
      await expectText(page, /Proposed as/)
    },
  ],
  [
    'merge one by hand, beside the three texts',
    async (page, hand, { origin }) => {
      await page.goto(`${origin}/prompts/content_generation`)
      await hand.press(page, 'a[href$="/rebase"]')
      await expectText(page, /Both sides changed these lines/)
      await hand.press(page, 'form.edit .main')
      await page.waitForURL(/prompts\/content_generation$/)
      await expectText(page, /customised/)
      await hand.press(page, '#draft a')
      await expectText(page, /content_generation\.default/)
    },
  ],
  [
    'resolve a conflict',
    async (page, hand, { origin, folder }) => {
      const set = (model: string): void => {
        const file = join(folder, 'config/accounts/acme.yaml')
        writeFileSync(file, readFileSync(file, 'utf8').replace(/(openai: .*?model: )[\w.-]+/s, `$1${model}`))
      }
      set('gpt-4')
      await commitAll(folder, 'As it was')
      await page.goto(`${origin}/accounts/acme`)
      await hand.fill(page, '[name="v:overrides/openai/model"]', 'gpt-4o')
      await hand.press(page, '#form > .buttons .main')
      await page.waitForURL(/#set$/)
      set('gpt-4.1')
      await commitAll(folder, 'By somebody else')
      await hand.press(page, '#draft a')
      await expectText(page, /Somebody else has changed it meanwhile/)
      await expectText(page, /gpt-4o[\s\S]*gpt-4\.1[\s\S]*gpt-4/)
      await hand.press(page, '.conflict button[value=mine]')
      await expectText(page, /gpt-4\.1 → gpt-4o/)
      await hand.press(page, 'button[value=propose]')
      await expectText(page, /Proposed as/)
    },
  ],
  [
    'reset in bulk',
    async (page, hand, { origin }) => {
      await page.goto(`${origin}/prompts/content_generation`)
      for (const id of ['behind-02', 'behind-03']) {
        const box = `form.bulk:has(button[value=rebase-all]) input[value=${id}]`
        await hand.press(page, box).catch(() => undefined)
        // Enter sends a form; a box is ticked with a space.
        if (!(await page.isChecked(box).catch(() => false))) {
          await page.goto(`${origin}/prompts/content_generation`)
          await page.check(box)
        }
      }
      await hand.press(page, 'form.bulk:has(button[value=rebase-all]) button[value=reset]')
      await expectText(page, /accounts? of \d+ get other answers/)
    },
  ],
  ...(['prompts', 'profiles', 'accounts'] as const).map((collection): readonly [string, EditingJourney] => [
    `create one of ${collection}`,
    async (page, hand, { origin }) => {
      await page.goto(origin + { prompts: '/prompts', profiles: '/profiles', accounts: '/accounts' }[collection])
      await hand.press(page, `a[href="/new/${collection}"]`)
      await hand.fill(page, '#name', 'newcomer')
      if (collection === 'prompts') await hand.fill(page, '#first-title', 'A title')
      if (collection === 'profiles') await hand.fill(page, '#first-name', 'A name')
      if (collection === 'accounts') await hand.fill(page, '#first-plan', 'starter')
      await hand.press(page, 'form.edit .main')
      await page.waitForURL(/newcomer/)
      await hand.press(page, '#draft a')
      await expectText(page, /newcomer/)
      await hand.press(page, 'button[value=discard]')
      await page.waitForURL(/drafts$/)
    },
  ]),
]

/** What the script adds. */
export const SCRIPT_JOURNEYS: readonly (readonly [
  name: string,
  journey: (page: Page, place: Place) => Promise<void>,
])[] = [
  [
    'a field is kept as it is left, and its error is there at once',
    async (page, { origin }) => {
      await page.goto(`${origin}/accounts/acme`)
      await page.fill('[name="v:overrides/openai/temperature"]', '5')
      await page.keyboard.press('Tab')
      await page.waitForSelector('[data-field="v:overrides/openai/temperature"] .problems .error')
      await page.waitForSelector('#draft')
      await page.reload()
      const kept = await page.inputValue('[name="v:overrides/openai/temperature"]')
      if (kept !== '5') throw new Error(`the field says ${kept} after a reload`)
    },
  ],
  [
    'e goes to the form, p to the draft, and a button is not pressed by a key',
    async (page, { origin }) => {
      await page.goto(`${origin}/edit/settings`)
      await page.keyboard.press('e')
      const name: unknown = await page.evaluate('document.activeElement.name')
      if (typeof name !== 'string' || !name.startsWith('v:')) throw new Error('the form is not focused')
      await page.fill('[name="v:providers/openai/temperature"]', '0.4')
      await page.keyboard.press('Tab')
      await page.waitForSelector('#draft')
      await page.click('h1')
      await page.keyboard.press('p')
      await page.waitForURL(/drafts\//)
      await page.keyboard.press('p')
      const focused: unknown = await page.evaluate('document.activeElement.value')
      if (focused !== 'propose') throw new Error('the button is not focused')
      if ((await page.textContent('main'))?.includes('Proposed as') === true) throw new Error('a key has proposed')
    },
  ],
  [
    'the editor: a change is kept, a text is compared, Tab leaves it',
    async (page, { origin }) => {
      await page.goto(`${origin}/accounts/behind-04/prompts/content_generation`)
      await page.click('.editor > button')
      await page.waitForSelector('.cm-editor')
      await page.click('.editor [role=group] button')
      await page.waitForSelector('.cm-changedLine')
      await page.click('.cm-content')
      await page.keyboard.press('Control+Home')
      await page.keyboard.type('A line of ours.\n')
      // Between the text and what is behind the editor are the buttons of the comparison.
      const isIn = (): Promise<unknown> => page.evaluate('document.activeElement.closest(".cm-editor") !== null')
      for (let i = 0; i < 12 && (await isIn()) === true; i++) await page.keyboard.press('Tab')
      if ((await isIn()) !== false) throw new Error('Tab stays in the editor')
      await page.waitForSelector('#draft')
      await page.reload()
      const text = await page.inputValue('textarea[name^="v:"]')
      if (!text.startsWith('A line of ours.\n')) throw new Error('the text was not kept')
    },
  ],
]

async function expectText(page: Page, pattern: RegExp): Promise<void> {
  const deadline = Date.now() + 10_000
  for (;;) {
    await page.waitForLoadState()
    const shown = (await page.textContent('body')) ?? ''
    if (pattern.test(shown)) return
    if (Date.now() > deadline) throw new Error(`the page at ${page.url()} does not say ${String(pattern)}`)
    await page.waitForTimeout(50)
  }
}
