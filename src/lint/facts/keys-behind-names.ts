import type { Span } from '../../source/source-nodes.ts'
import { isKeyName } from '../../credentials/patterns/sensitive-names.ts'

/**
 * Finds what follows the names of credentials in a text that has no tree, or an incomplete one: to the end of the line,
 * and the lines that are indented beneath it. Whatever it is, it must not be shown.
 */
export function behindNames(text: string): Span[] {
  const found: Span[] = []
  let beneath: number | undefined
  for (const { line, start } of linesOf(text)) {
    const indent = line.search(/\S/)
    if (indent < 0) continue
    const from = beneath !== undefined && indent > beneath ? indent : behindName(line)
    if (beneath === undefined || indent <= beneath) beneath = from === undefined ? undefined : indent
    if (from !== undefined && !NAMES_SECRET.test(line)) found.push({ start: start + from, end: start + line.length })
  }
  return found
}

function* linesOf(text: string): Generator<{ readonly line: string; readonly start: number }> {
  for (let start = 0; start <= text.length; ) {
    const newline = text.indexOf('\n', start)
    const end = newline < 0 ? text.length : newline
    yield { line: text.slice(start, end), start }
    start = end + 1
  }
}

/** A secret named as in settings.yaml, on a line of its own. */
const NAMES_SECRET = /^\s*secret\s*:\s*[A-Z][A-Z0-9_]*_API_KEY\s*(?:#.*)?$/
const SIGN = /[:=]/g
/** And in braces. */
const IN_BRACES = /\s*\{\s*secret\s*:\s*[A-Z][A-Z0-9_]*_API_KEY\s*\}/y
/** More signs than these in one line are not examined: what follows is hidden. */
const MOST_SIGNS = 2_000
const LEAD = 64
const NAME_BEFORE = /([\p{L}\p{N}_.-]+(?: [\p{L}\p{N}_.-]+)?)["'`*\])]{0,3}\s{0,4}$/u
/** A colon may be what is missing. */
const FIRST_WORD = /^\s*(?:-\s+)?["']?([\p{L}\p{N}_.-]{1,64})["']?\s+(?=\S)/u

/** Returns where the text behind a credential's name begins; undefined in a line without such a name. */
function behindName(line: string): number | undefined {
  let count = 0
  for (const { index } of line.matchAll(SIGN)) {
    if (++count > MOST_SIGNS) return index
    const [, name = ''] = NAME_BEFORE.exec(line.slice(Math.max(0, index - LEAD), index)) ?? []
    if (!isName(name)) continue
    IN_BRACES.lastIndex = index + 1
    if (!IN_BRACES.test(line)) return index + 1
  }
  const first = FIRST_WORD.exec(line)
  return first !== null && isKeyName(first[1] ?? '') ? first[0].length : undefined
}

/** Whether a name names a credential, even if it has two words: `API key: …`. */
function isName(name: string): boolean {
  const last = name.slice(name.lastIndexOf(' ') + 1)
  return isKeyName(name) || isKeyName(last) || /(?:[_.-]k|[a-z0-9]K)eys?$|[_.-]KEYS?$/.test(last)
}
