import { backwards, decoded, gapped, rotated, undisguised, unescaped } from './disguises.ts'
import { GAP } from './forms.ts'
import { acrossGaps, plainly } from './plain.ts'
import { isRestlessAnywhere } from './random.ts'

/** What kind of credential a text holds, as it stands or in disguise; undefined where it holds none. */
export function credentialIn(text: string): string | undefined {
  return text.length < SHORTEST ? undefined : look(undisguised(text), DEPTH)
}

/** What kind of credential runs through texts that stand beside each other. */
export function credentialAcross(texts: readonly string[]): string | undefined {
  const text = undisguised(texts.join('\n'))
  return isRestlessAnywhere(text) ? inGaps(gapped(text), DEPTH) : undefined
}

/** A URL with a password is the shortest credential that there is. */
export const SHORTEST = 10

/** How many disguises may lie over each other. */
const DEPTH = 3

/** Letters are moved in the text itself alone, and not in what it decodes to. */
function look(text: string, depth: number): string | undefined {
  const found = lookOnce(text) ?? inEscapes(text, depth)
  if (found !== undefined || !isRestlessAnywhere(text)) return found
  const back = backwards(text)
  return lookOnce(back) ?? (depth === DEPTH ? lookOnce(rotated(text)) : undefined)
    ?? inDecoded(text, back, depth) ?? inGaps(gapped(text), depth)
}

function lookOnce(text: string): string | undefined {
  for (const { what } of plainly(text)) return what
  return undefined
}

function inEscapes(text: string, depth: number): string | undefined {
  const plain = depth === 0 ? text : unescaped(text)
  return plain === text ? undefined : look(undisguised(plain), depth - 1)
}

function inDecoded(text: string, back: string, depth: number): string | undefined {
  if (depth === 0) return undefined
  for (const said of decoded(text)) {
    const found = look(undisguised(said), depth - 1)
    if (found !== undefined) return found
  }
  return depth === DEPTH ? inDecoded(back, '', 1) : undefined
}

/** A text without gaps was looked at already. */
function inGaps(text: string, depth: number): string | undefined {
  if (!text.includes(GAP)) return undefined
  const back = backwards(text)
  return acrossGaps(text) ?? acrossGaps(back) ?? inDecoded(text.replaceAll(GAP, ''), back.replaceAll(GAP, ''), depth)
}
