export interface PullRequest {
  readonly number: number
  readonly url: string
  readonly state: 'open' | 'closed'
  readonly title: string
  readonly body: string
  /** The commit that it proposes. */
  readonly head: string
  /** The branch that it proposes it to. */
  readonly base: string
}

/** The part of an API's pull request that is read. */
export interface RawPull {
  readonly number: number
  readonly html_url: string
  readonly state: string
  readonly title: string
  readonly body: string | null
  readonly head: RawEnd
  readonly base: RawEnd
}

interface RawEnd {
  readonly ref: string
  readonly sha: string
  /** Null where a fork is gone. */
  readonly repo: { readonly full_name: string } | null
}

export function pullOf({ number, html_url: url, state, title, body, head, base }: RawPull): PullRequest {
  return {
    number,
    url,
    state: state === 'open' ? 'open' : 'closed',
    title,
    body: body ?? '',
    head: head.sha,
    base: base.ref,
  }
}

/**
 * Whether a pull request is of a branch of the repository itself into another. A server may ignore the parameters of a
 * list, and return everything.
 */
export function isOf({ head, base }: RawPull, branch: string, into: string): boolean {
  return head.ref === branch && base.ref === into && head.repo !== null && head.repo.full_name === base.repo?.full_name
}

/** Whether a pull request is open in a repository, from anywhere, with this very commit as its head. */
export function hasHead({ state, head, base }: RawPull, commit: string, repository: string): boolean {
  const isHere = base.repo?.full_name.toLowerCase() === repository.toLowerCase()
  return state === 'open' && isHere && head.sha === commit
}

/** Compares texts apart from their line ends: a site's editor writes other ones than we do. */
export function sameText(a: string, b: string): boolean {
  return a.replaceAll('\r\n', '\n').trimEnd() === b.replaceAll('\r\n', '\n').trimEnd()
}
