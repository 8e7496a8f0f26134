import { distance } from 'fastest-levenshtein'

/** Returns the nearest of the names, where one is near enough to be what was meant. */
export function nearest(name: string, names: Iterable<string>): string | undefined {
  let best: string | undefined
  if (name.length > LONGEST) return undefined
  let least = Math.max(1, Math.floor(name.length / 3)) + 1
  for (const candidate of names) {
    // There are no fewer slips than one name is longer than the other.
    if (Math.abs(candidate.length - name.length) >= least) continue
    const d = distanceOf(name.toLowerCase(), candidate.toLowerCase())
    if (d < least) [best, least] = [candidate, d]
  }
  return best
}

/** No longer name is misspelt, and comparing costs the product of two lengths. */
const LONGEST = 200

/** Two neighbours that changed places count as one slip, not two. */
function distanceOf(a: string, b: string): number {
  const at = [...a].findIndex((character, i) => character !== b[i])
  const swapped = a.slice(0, at) + (a[at + 1] ?? '') + (a[at] ?? '') + a.slice(at + 2)
  return at >= 0 && swapped === b ? 1 : distance(a, b)
}

/** Whether two names differ by one slip, apart from case and punctuation: `max_token`, `maxTokens`. */
export function isOneSlip(name: string, meant: string): boolean {
  const [a, b] = [bare(name), bare(meant)]
  return Math.abs(a.length - b.length) <= 1 && distanceOf(a, b) <= 1
}

/** Returns a name without its case and punctuation, with look-alikes replaced by the letters that they resemble. */
export function bare(name: string): string {
  return name
    .normalize('NFKC')
    .toLowerCase()
    .replace(/[^a-z0-9]/g, '')
}

/** Returns `did you mean "x"? ` or nothing, to precede the rest of a help. */
export function didYouMean(name: string, names: Iterable<string>): string {
  const near = nearest(name, names)
  return near === undefined ? '' : `did you mean "${near}"? `
}

/** Returns `a, b or c`; cuts a long list, with the number of names left out. */
export function oneOf(names: readonly string[], most = 12): string {
  if (names.length === 0) return 'nothing'
  if (names.length > most) return `${names.slice(0, most).join(', ')} and ${names.length - most} more`
  return names.length === 1 ? (names[0] ?? '') : `${names.slice(0, -1).join(', ')} or ${names.at(-1)}`
}
