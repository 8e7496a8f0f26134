/*
 * The one script of the console: it makes what works without it quicker. Keys lead to places, unless they are switched
 * off (WCAG 2.2, 2.1.4), and a search shows what it finds while it is typed.
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
