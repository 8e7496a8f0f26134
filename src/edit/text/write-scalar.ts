import { isMisread } from '../../source/parse/is-misread.ts'
import { parse } from '../../source/parse/parse-file.ts'
import { nodeAt } from '../../source/source-nodes.ts'
import type { Quote } from './neighbours-quoting.ts'

/**
 * Writes a value on one line, in the quotes of its neighbours; plain only where every reader takes it for what it is.
 */
export function inline(value: string | number | boolean, inFlow: boolean, quote: Quote | 'plain' = 'plain'): string {
  if (typeof value !== 'string') return String(value)
  if (quote === "'" && PRINTABLE.test(value)) return `'${value.replaceAll("'", "''")}'`
  return quote === 'plain' && isPlain(value, inFlow) ? value : quoted(value)
}

/** Text that needs no escapes, which single quotes do not have. */
const PRINTABLE = /^[\p{L}\p{M}\p{N}\p{P}\p{S} ]*$/u

/** Returns the header and the lines of a literal block; undefined where the text does not permit one. */
export function block(text: string, column: number, step: number): { head: string; lines: string[] } | undefined {
  if (text.trim() === '' || UNPRINTABLE.test(text)) return undefined
  const lines = text.split('\n')
  const ends = lines.at(-1) === ''
  if (ends) lines.pop()
  // Lines of spaces at either end are blank to some readers and text to others.
  if ([lines[0], lines.at(-1)].some((line) => line !== undefined && line !== '' && line.trim() === '')) return undefined
  const first = lines.find((line) => line !== '') ?? ''
  const indicator = /^\s/.test(first) ? String(step) : ''
  const chomping = !ends ? '-' : lines.at(-1) === '' ? '+' : ''
  const pad = ' '.repeat(column + step)
  return { head: `|${indicator}${chomping}`, lines: lines.map((line) => (line === '' ? '' : pad + line)) }
}

/**
 * Characters that a block cannot hold as they are: carriage returns, controls, separators that some readers take for
 * line ends.
 */
const UNPRINTABLE = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u2028\u2029\ufeff]|\p{Surrogate}/u

/** JSON's escapes are YAML's; what JSON leaves bare and YAML does not print is escaped too. */
function quoted(text: string): string {
  return JSON.stringify(text).replace(
    /[\u007f-\u009f\u2028\u2029\ufeff]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  )
}

function isPlain(text: string, inFlow: boolean): boolean {
  if (!WORDS.test(text) || text.endsWith(' ') || (inFlow && text.includes(','))) return false
  if (isMisread(text) || NUMBER_TO_SOME.test(text)) return false
  const node = nodeAt(parse('', 'account', Buffer.from(`key: ${text}\n`)).root, ['key'])
  return node?.is === 'scalar' && node.value === text
}

const WORDS = /^[\p{L}\p{N}][\p{L}\p{M}\p{N} _.,&'()/@+-]*$/u
/** Readers of YAML 1.1 know underscores, octals and binaries. */
const NUMBER_TO_SOME = /^(?:[\d_.,+-]+|0[box][\da-f_]+)$/i
