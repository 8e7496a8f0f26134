/** A comment of a pull request, as far as it matters here. */
export interface Comment {
  readonly id: number
  readonly author: string
  readonly body: string
}

/** The comments of one pull request. */
export interface Comments {
  list(): Promise<readonly Comment[]>
  create(body: string): Promise<void>
  update(id: number, body: string): Promise<void>
}

/** The inputs of a review: they are in the comment, where no reader sees them. */
export interface Marker {
  readonly base: string | null
  readonly head: string | null
  /** SHA-256 over the text below the marker. */
  readonly digest: string
}

export type Decision =
  | { readonly do: 'create' }
  | { readonly do: 'update'; readonly id: number }
  | { readonly do: 'nothing'; readonly id: number }

/**
 * Decides what to do so that one pull request has this review once. The comment to edit is found by its marker, which
 * has to be its very beginning, and by its author: anyone may write the marker.
 */
export function nextComment(existing: readonly Comment[], author: string, body: string): Decision {
  if (body.length > LIMIT) throw new RangeError(`a comment of ${body.length} characters is over ${LIMIT}`)
  const ours = existing.filter((one) => one.author === author && readMarker(one.body) !== undefined)
  const [own] = ours.sort((a, b) => a.id - b.id)
  if (own === undefined) return { do: 'create' }
  return { do: sameText(own.body, body) ? 'nothing' : 'update', id: own.id }
}

/** GitHub's own is 65,536. */
export const LIMIT = 60_000

export function marker({ base, head, digest }: Marker): string {
  return `<!-- tenfold:review v1 base=${base ?? 'none'} head=${head ?? 'none'} digest=${digest} -->`
}

/** Returns undefined where the text does not begin with a marker of this version. */
export function readMarker(body: string): Marker | undefined {
  const [, base, head, digest] = MARKER.exec(body) ?? []
  if (base === undefined || head === undefined || digest === undefined) return undefined
  return { base: base === 'none' ? null : base, head: head === 'none' ? null : head, digest }
}

const MARKER = /^<!-- tenfold:review v1 base=([0-9a-f]+|none) head=([0-9a-f]+|none) digest=([0-9a-f]+) -->/

/** Line ends may have changed on the way, and the last one may have gone. */
function sameText(a: string, b: string): boolean {
  return a.replaceAll('\r\n', '\n').trimEnd() === b.trimEnd()
}
