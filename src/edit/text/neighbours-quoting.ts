import type { Entry, MapNode, Node } from '../../source/source-nodes.ts'

export type Quote = '"' | "'"

/** The quotes of a written text; a plain one is quoted only where YAML would take it for something else. */
export interface Quoting {
  readonly keys: Quote | 'plain'
  readonly texts: Quote | 'plain'
}

/**
 * Returns the quoting beside a place, so that a file of JSON stays JSON: of the mapping itself, else of the nearest one
 * around it that shows it. A text that is replaced shows it best.
 *
 * @param around the mappings that lead to the place, from the root on
 */
export function quotingAt(text: string, around: readonly MapNode[], replaced?: Entry): Quoting {
  const maps = [...around].reverse()
  const keys = maps.find(({ entries }) => entries.length > 0)?.entries ?? []
  const beside = maps
    .map(({ entries }) => entries.map(({ value }) => value).filter(isText))
    .find((all) => all.length > 0)
  const own = replaced !== undefined && isText(replaced.value) ? [replaced.value] : undefined
  return {
    keys: shared(
      text,
      keys.map(({ keySpan }) => keySpan.start),
    ),
    texts: shared(
      text,
      (own ?? beside ?? []).map(({ start }) => start),
    ),
  }
}

/** Returns the quote that all of them begin with; one that is plain among them is enough to write plainly. */
function shared(text: string, starts: readonly number[]): Quote | 'plain' {
  const quotes = starts.map((start) => text.charAt(start))
  const last = quotes.at(-1)
  if ((last !== '"' && last !== "'") || !quotes.every((quote) => quote === '"' || quote === "'")) return 'plain'
  return last
}

/** A block does not show how a text on one line is quoted. */
function isText(node: Node): boolean {
  return node.is === 'scalar' && typeof node.value === 'string' && node.style !== 'block'
}
