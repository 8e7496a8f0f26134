/*
 * The one script of the console: it makes what works without it quicker. Keys lead to places (`/` to the search, `g h`
 * home, `?` to this list), unless they were switched off: WCAG 2.2, 2.1.4.
 */
const OFF = 'tenfold-keys-off'

function isTyping(target: EventTarget | null): boolean {
  return (
    target instanceof HTMLElement && (target.isContentEditable || /^(?:INPUT|SELECT|TEXTAREA)$/.test(target.tagName))
  )
}

let before = ''
document.addEventListener('keydown', (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target)) return
  if (localStorage.getItem(OFF) !== null) return
  if (event.key === '/') {
    event.preventDefault()
    document.getElementById('search')?.focus()
  }
  if (before === 'g' && event.key === 'h') location.assign('/')
  before = event.key
})
