import { entropyRank } from './entropy.ts'

/**
 * Whether a word behind the name of a key is one: twenty characters that chance has chosen, from any alphabet. Words,
 * names, paths and model ids are not, nor is what is public, such as a digest that names itself one.
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
/** A longer part of a word reveals nothing new. */
const MOST = 512
/** So many of its characters are noise: signs may be between them. */
const ENOUGH = 16
const UUID = /^[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}/i

/** Whether a word is a digest, a recipient, the public half of a key pair, a file, or a host with a path. */
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

/** Whether a run of letters and digits is neither a word nor a number that a person would write. */
function isNoise(run: string): boolean {
  if (run.length < 8) return false
  if (/[a-z]/.test(run) && /[A-Z]/.test(run)) return isMixedNoise(run) || (run.length >= LEAST && hasPairs(run))
  return /[0-9]/.test(run) ? isHalfNoise(run) : run.length >= LEAST && isUnpronounceable(run)
}

/** Whether a run of small letters, capitals and digits is noise. */
function isMixedNoise(run: string): boolean {
  return /[0-9]/.test(run) && /[a-z]/.test(run) && /[A-Z]/.test(run) && !isCamel(run) && entropyRank(run) >= 0.25
}

/** Whether a run of small letters and capitals is noise. */
function hasPairs(run: string): boolean {
  return !isCamel(run) && (entropyRank(run) >= 0.2 || isUnpronounceable(run))
}

/** Whether a word is digits alone that do not count up. */
function isNumber(word: string): boolean {
  return /^[0-9]+$/.test(word) && !/0123456789|1234567890/.test(word)
}

/** Whether a run of digits and letters of one case is noise. */
function isHalfNoise(run: string): boolean {
  const turns = entropyRank(run)
  return turns >= 0.15 || (turns > 0.05 && run.length >= LEAST && isUnpronounceable(run.replace(/[0-9]/g, '')))
}

/** Whether a run is words run together, each with its capital: chance soon puts two capitals side by side. */
export function isCamel(run: string): boolean {
  return /^[A-Z]?[a-z]+(?:[A-Z][a-z]+)*[0-9]{0,4}$/.test(run)
}

/** Whether letters are a sequence that no language has: few vowels, or many of the rarest letters. */
function isUnpronounceable(run: string): boolean {
  const vowels = run.match(/[aeiou]/gi)?.length ?? 0
  const rare = run.match(/[jqxz]/gi)?.length ?? 0
  return vowels / run.length < 0.28 || rare > 2 || /[^aeiouy]{6}/i.test(run)
}
