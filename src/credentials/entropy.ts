/**
 * Whether the part of a key that cannot be guessed is a placeholder or a slug: one character again and again,
 * `YOUR-API-KEY`, or words between hyphens. Chance makes a key of neither.
 */
export function isPlaceholder(body: string): boolean {
  // Small letters in short words are the bulk of what comes in, and quickly recognised.
  if (!/[0-9A-Z]|[a-z]{17}/.test(body)) return true
  const own = body.replace(/(.)\1{3,}/gs, '').replace(PLACEHOLDER, '')
  const parts = own.split(/[^A-Za-z0-9]+/)
  if (parts.reduce((sum, part) => sum + part.length, 0) < 8) return true
  return parts.every((part) => WORD.test(part))
}

const PLACEHOLDER = new RegExp(
  'your|insert|replace|example|placeholder|here|goes|openai|anthropic|dummy|sample|changeme|redacted|secret|token|key',
  'gi',
)
const WORD = /^(?:[A-Za-z]?[a-z]{0,15}|[A-Z]{0,16}|[0-9]{1,4})$/

/**
 * Counts how often a text goes from small to capital letters, or between letters and digits, for each of its
 * characters: about 0.45 in random ones, and next to nothing in words without their spaces.
 */
export function entropyRank(text: string): number {
  let turns = 0
  for (let i = 1; i < text.length; i++) {
    const [from, to] = [kindOf(text.charCodeAt(i - 1)), kindOf(text.charCodeAt(i))]
    if (from === OTHER || to === OTHER || from === to) continue
    if (from === DIGIT || to === DIGIT || from === SMALL) turns++
  }
  return turns / text.length
}

/**
 * Whether a stretch of a text turns often enough between kinds of characters to hold a key in any encoding, even when
 * everything but letters and digits is left out of it. One quick pass, which almost no prose survives.
 */
export function isHighEntropyAnywhere(text: string): boolean {
  const recent = RECENT.fill(0)
  let [score, at, before, capitals] = [0, 0, OTHER, 0]
  for (let i = 0; i < text.length; i++) {
    const kind = kindOf(text.charCodeAt(i))
    if (kind === OTHER) continue
    const points = kind === before || before === OTHER ? 0 : pointsFor(before, kind)
    score += points - (recent[at] ?? 0)
    recent[at] = points
    at = (at + 1) % STRETCH
    before = kind
    // Some keys are capitals and few digits.
    capitals = kind === SMALL ? 0 : capitals + 1
    if (score >= 8 || capitals >= 16) return true
  }
  return false
}

const STRETCH = 32
/** One for all calls: this runs on every text. */
const RECENT = new Uint8Array(STRETCH)

function pointsFor(from: number, to: number): number {
  if (from === DIGIT || to === DIGIT) return 2
  return from === SMALL ? 1 : 0
}

/**
 * Whether a word is random letters of both cases with digits among them, as keys without a form of their own are.
 * Digests and ids are in one case alone; names in mixed case are made of words.
 */
export function isRandom(word: string, least = 0.25): boolean {
  if (!/[0-9]/.test(word) || !/[A-Z][^A-Z]*[A-Z]/.test(word) || !/[a-z][^a-z]*[a-z]/.test(word)) return false
  return entropyRank(word) >= least && !/[a-z]{9}/.test(word) && !/(.)\1{3}/.test(word)
}

/** Whether a text is one word of random characters, such as the second half of a key. */
export function isContinuation(text: string): boolean {
  const word = text.trim()
  if (!/^[A-Za-z0-9+/_=-]{6,}$/.test(word) || /[0-9]x[0-9]/.test(word)) return false
  // Model names and dates have digits as well, between hyphens.
  return word.split(/[^A-Za-z0-9]/).some((part) => part.length >= 4 && /[A-Za-z]/.test(part) && isNoWord(part))
}

/** Whether a word has a digit, or a capital letter where words have none. */
export function isNoWord(word: string): boolean {
  return /[0-9]|[a-z][A-Z]|[A-Z]{2}/.test(word)
}

const OTHER = 0
const SMALL = 1
const CAPITAL = 2
const DIGIT = 3

function kindOf(code: number): number {
  if (code >= 97 && code <= 122) return SMALL
  if (code >= 65 && code <= 90) return CAPITAL
  return code >= 48 && code <= 57 ? DIGIT : OTHER
}
