import { entropyRank } from './entropy.ts'

/**
 * Whether a word that stands behind the name of a key is one: twenty characters that chance has chosen, from whichever
 * alphabet. Words, names, paths and model ids are none, nor is what is public, such as a digest that says what it is.
 */
export function isKeyText(whole: string): boolean {
  const word = whole.slice(0, MOST)
  if (word.length < LEAST || isPublic(word) || isMadeUp(word)) return false
  if (UUID.test(word) || isNumber(word)) return true
  const parts = word.split(/[^A-Za-z0-9]+/)
  let noise = 0
  for (const part of parts) if (isNoise(part)) noise += part.length
  return noise >= ENOUGH || (parts.length <= 4 && isMixedNoise(parts.join('')))
}

const LEAST = 20
/** More of a word tells nothing new. */
const MOST = 512
/** Of its characters, so many are noise: signs may stand between them. */
const ENOUGH = 16
const UUID = /^[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}/i

/** A digest, a recipient, the half of a key pair that everybody may have, a file, a host with a path. */
function isPublic(word: string): boolean {
  const slash = word.indexOf('/')
  return KNOWN.test(word) || (slash > 0 && word.lastIndexOf('.', slash) > 0)
}

const KNOWN = /^(?:sha[0-9]+[-:]|age1|AAAA[BCE])|\.(?:[a-z]{2,4}|md5|sha256|woff2|mp[34])$/
const SAMPLE = /your|insert|replace|example|placeholder|here|goes|dummy|sample|changeme|redacted|(.)\1{5,}/gi

function isMadeUp(word: string): boolean {
  const own = word.replace(SAMPLE, '')
  return own.length < word.length && own.replace(/[^A-Za-z0-9]/g, '').length < LEAST
}

/** Whether a run of letters and digits is no word and no number that a person would write. */
function isNoise(run: string): boolean {
  if (run.length < 8) return false
  if (/[a-z]/.test(run) && /[A-Z]/.test(run)) return isMixedNoise(run) || (run.length >= LEAST && hasPairs(run))
  return /[0-9]/.test(run) ? isHalfNoise(run) : run.length >= LEAST && isUnpronounceable(run)
}

/** Small letters, capitals and digits. */
function isMixedNoise(run: string): boolean {
  return /[0-9]/.test(run) && /[a-z]/.test(run) && /[A-Z]/.test(run) && !isCamel(run) && entropyRank(run) >= 0.25
}

/** Small letters and capitals. */
function hasPairs(run: string): boolean {
  return !isCamel(run) && (entropyRank(run) >= 0.2 || isUnpronounceable(run))
}

/** Digits alone, and none that are counted up. */
function isNumber(word: string): boolean {
  return /^[0-9]+$/.test(word) && !/0123456789|1234567890/.test(word)
}

/** Digits and letters of one case. */
function isHalfNoise(run: string): boolean {
  const turns = entropyRank(run)
  return turns >= 0.15 || (turns > 0.05 && run.length >= LEAST && isUnpronounceable(run.replace(/[0-9]/g, '')))
}

/** Words run together, each with its capital: chance puts two capitals side by side before long. */
export function isCamel(run: string): boolean {
  return /^[A-Z]?[a-z]+(?:[A-Z][a-z]+)*[0-9]{0,4}$/.test(run)
}

/** Letters that no language puts together so: few vowels, or many of the rarest letters. */
function isUnpronounceable(run: string): boolean {
  const vowels = run.match(/[aeiou]/gi)?.length ?? 0
  const rare = run.match(/[jqxz]/gi)?.length ?? 0
  return vowels / run.length < 0.28 || rare > 2 || /[^aeiouy]{6}/i.test(run)
}
