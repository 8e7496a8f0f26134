/*
 * The one script of the console: it makes what works without it quicker. Keys lead to places, unless they are switched
 * off (WCAG 2.2, 2.1.4), a search shows what it finds while it is typed, and a form is kept field by field.
 */
const OFF = 'tenfold-keys-off'
const PAUSE = 150

const search = document.getElementById('search')
const results = location.pathname === '/accounts' ? document.querySelector('main') : null

function isTyping(target: EventTarget | null): boolean {
  if (!(target instanceof HTMLElement)) return false
  return target.isContentEditable || /^(?:INPUT|SELECT|TEXTAREA)$/.test(target.tagName)
}

let before = ''
document.addEventListener('keydown', (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target)) return
  if (localStorage.getItem(OFF) !== null) return
  if (event.key === '/') {
    event.preventDefault()
    search?.focus()
  }
  if (event.key === '?') location.assign('/help')
  if (before === 'g' && event.key === 'h') location.assign('/')
  if (event.key === 'e') edit(event)
  if (event.key === 'p') follow('main [data-key=p], [data-key=p]', event)
  before = event.key
})

const box = document.getElementById('keys-off')
if (box instanceof HTMLInputElement) {
  box.checked = localStorage.getItem(OFF) !== null
  box.addEventListener('change', () => {
    if (box.checked) localStorage.setItem(OFF, '1')
    else localStorage.removeItem(OFF)
  })
}

let waiting: ReturnType<typeof setTimeout> | undefined
let asked = 0
if (search instanceof HTMLInputElement && results !== null) {
  search.addEventListener('input', () => {
    clearTimeout(waiting)
    waiting = setTimeout(() => void show(search.value, results), PAUSE)
  })
}

/** Replaces the results; an answer that a later one has overtaken is left out. */
async function show(query: string, place: Element): Promise<void> {
  const number = ++asked
  const address = `/accounts?q=${encodeURIComponent(query)}`
  const response = await fetch(address)
  // What is half typed is often no query yet.
  if (!response.ok) return
  const page = new DOMParser().parseFromString(await response.text(), 'text/html')
  const found = page.querySelector('main')
  if (number !== asked || found === null) return
  place.replaceChildren(...found.childNodes)
  document.title = page.title
  history.replaceState(null, '', address)
}

/** Goes to the form of this page, or to the page that has it. */
function edit(event: KeyboardEvent): void {
  const control = document.querySelector<HTMLElement>(
    '.edit :is(input, select, textarea):not([type=hidden], :disabled)',
  )
  if (control === null) return follow('[data-key=e]', event)
  event.preventDefault()
  control.focus()
}

/** A link is followed; a button that proposes is only gone to. */
function follow(selector: string, event: KeyboardEvent): void {
  const found = document.querySelector<HTMLElement>(selector)
  if (found === null) return
  event.preventDefault()
  if (found instanceof HTMLAnchorElement) found.click()
  else found.focus()
}

document.addEventListener('change', (event) => {
  const { target } = event
  const form = target instanceof HTMLElement ? target.closest('form') : null
  if (form?.matches('[data-keep]') === true) void keep(form)
})

/** Changes are kept one after another, in the order in which they were made. */
let keeping = Promise.resolve()
let waitingForIt = 0

function keep(form: HTMLFormElement): Promise<void> {
  waitingForIt++
  keeping = keeping.then(async () => {
    const body = new URLSearchParams()
    for (const [name, value] of new FormData(form)) if (typeof value === 'string') body.append(name, value)
    const response = await fetch(form.action, { method: 'POST', body }).catch(() => undefined)
    waitingForIt--
    // What cannot be kept like this is sent as without the script, so that the page says why.
    if (response?.ok !== true) return form.requestSubmit()
    update(new DOMParser().parseFromString(await response.text(), 'text/html'))
  })
  return keeping
}

/** A form that is sent waits for what is being kept: else it would take our own change for that of another tab. */
document.addEventListener('submit', (event) => {
  const { target, submitter } = event
  if (waitingForIt === 0 || !(target instanceof HTMLFormElement)) return
  event.preventDefault()
  void keeping.then(() => target.requestSubmit(submitter))
})

/** Takes over what the page says by now of each field; what somebody is typing in stays as it is. */
function update(page: Document): void {
  for (const field of document.querySelectorAll<HTMLElement>('[data-field]')) {
    const now = page.querySelector(`[data-field="${CSS.escape(field.dataset['field'] ?? '')}"]`)
    if (now === null) continue
    // With more to be kept, this page is older than what the form says.
    const isBusy =
      waitingForIt > 0 || field.contains(document.activeElement) || field.querySelector('.cm-editor') !== null
    if (!isBusy) field.replaceWith(now)
    else
      for (const part of ['.about', 'input[type=hidden]'])
        field.querySelector(part)?.replaceWith(now.querySelector(part) ?? '')
  }
  updateBar(page)
}

function updateBar(page: Document): void {
  const [bar, now] = [document.getElementById('draft'), page.getElementById('draft')]
  if (now === null) bar?.remove()
  else if (bar === null) document.body.append(now)
  // A region that is read aloud has to stay the same one.
  else bar.innerHTML = now.innerHTML
  if (now?.dataset['pending'] !== undefined) lookAgain()
}

let looks = 0

/** What takes longer than a page may is asked for again. */
function lookAgain(): void {
  if (looks++ > 20) return
  setTimeout(async () => {
    const response = await fetch(location.href)
    if (response.ok) updateBar(new DOMParser().parseFromString(await response.text(), 'text/html'))
  }, 700)
}
if (document.getElementById('draft')?.dataset['pending'] !== undefined) lookAgain()

for (const place of document.querySelectorAll<HTMLElement>('.editor')) {
  const button = document.createElement('button')
  button.type = 'button'
  button.textContent = place.dataset['editor'] ?? ''
  button.addEventListener('click', () => {
    button.remove()
    place.dataset['asked'] = ''
    place.dispatchEvent(new CustomEvent('open-editor', { bubbles: true }))
    if (document.querySelector('script[src="/editor.js"]') !== null) return
    const script = document.createElement('script')
    script.type = 'module'
    script.src = '/editor.js'
    document.head.append(script)
  })
  place.prepend(button)
}
