import { didYouMean } from '../base/suggest.ts'
import { Failure } from '../base/failure.ts'
import type { Repository } from './repository.ts'

/**
 * Why a repository has no commit of a name, with the command that brings it: a clone may be shallow, or fetch one
 * branch or tag alone, and `git fetch` then brings no other.
 *
 * @param exists whether another name means a commit here
 */
export async function unknownRevision(
  repository: Repository,
  revision: string,
  exists: (name: string) => Promise<boolean>,
): Promise<Failure> {
  const places = await placesOf(repository)
  const [, base = revision, suffix] = /^(.+?)([~^@:].*)$/s.exec(revision) ?? []
  const isDerived = suffix !== undefined && (await exists(base))
  const help = isDerived
    ? unreachable(repository, base)
    : `${nearestOf(places, revision)}${await wayTo(repository, places, base, exists)}${listing(places)}`
  return new Failure('usage', `there is no revision "${revision}"${repository.isShallow ? ' in this shallow clone' : ''}`, help)
}

function unreachable({ isShallow }: Repository, base: string): string {
  return isShallow ? UNSHALLOW : `the history of ${base} does not reach that far`
}

const IN_WORKFLOW = ' (in a workflow, `fetch-depth: 0`)'
const UNSHALLOW = `fetch what is missing: \`git fetch --unshallow\`${IN_WORKFLOW}`

/** The branch that somebody may have meant; one that is a remote's alone is often named without the remote. */
function nearestOf({ branches, remoteBranches, tags, remotes }: Places, revision: string): string {
  const same = remoteBranches.find((name) => remotes.some((remote) => name === `${remote}/${revision}`))
  if (same !== undefined) return `did you mean "${same}"? `
  return revision === 'HEAD' ? '' : didYouMean(revision, ['HEAD', ...branches, ...remoteBranches, ...tags])
}

/** The command that brings a name, as far as the clone shows which. */
async function wayTo(
  { run, isShallow }: Repository,
  { remotes }: Places,
  base: string,
  exists: (name: string) => Promise<boolean>,
): Promise<string> {
  if (!isShallow && !(await exists('HEAD'))) return 'nothing is committed here yet: `git commit` first'
  const named = remotes.find((name) => base.startsWith(`${name}/`))
  const remote = named ?? (remotes.length === 1 ? remotes[0] : undefined)
  if (remote === undefined) return isShallow ? UNSHALLOW : OTHERWISE
  if (/^[0-9a-f]{40}$|^[0-9a-f]{64}$/.test(base) && !isShallow) return `fetch it: \`git fetch ${remote} ${base}\``
  const isBranch = base !== 'HEAD' && !/^[0-9a-f]{7,64}$|^-|\.\.|[\s\\?*[~^:]/.test(base)
  if (!isBranch) return isShallow ? UNSHALLOW : OTHERWISE
  const branch = named === undefined ? base : base.slice(named.length + 1)
  const specs = (await run(['config', '--get-all', `remote.${remote}.fetch`]).catch(() => '')).trim().split('\n')
  const fetch = `git fetch ${isShallow ? '--unshallow ' : ''}${remote}`
  const how = isShallow ? IN_WORKFLOW : ''
  if (!specs.some((spec) => covers(spec, branch))) {
    const add = `\`git remote set-branches --add ${remote} ${branch} && ${fetch}\``
    const then = named === undefined ? `, and then name ${remote}/${branch}` : ''
    return `this clone fetches ${fetched(specs)} alone: if ${branch} is a branch of ${remote}, ${add}${then}${how}`
  }
  if (isShallow || named !== undefined) return `\`${fetch}\` brings what ${remote} has now${how}`
  return OTHERWISE
}

const OTHERWISE = 'name a commit, a branch or a tag'

interface Places {
  readonly branches: readonly string[]
  /** As they are named here: `origin/main`. */
  readonly remoteBranches: readonly string[]
  readonly tags: readonly string[]
  readonly remotes: readonly string[]
}

async function placesOf({ run }: Repository): Promise<Places> {
  const [refs, remotes] = await Promise.all([
    run(['for-each-ref', '--format=%(refname)', 'refs/heads', 'refs/remotes', 'refs/tags']).catch(() => ''),
    run(['remote']).catch(() => ''),
  ])
  const under = (prefix: string): string[] =>
    refs.split('\n').flatMap((ref) => (ref.startsWith(prefix) ? [ref.slice(prefix.length)] : []))
  return {
    branches: under('refs/heads/'), tags: under('refs/tags/'),
    remoteBranches: under('refs/remotes/').filter((name) => !name.endsWith('/HEAD')),
    remotes: remotes.split('\n').filter((name) => name !== ''),
  }
}

/** Whether a refspec brings a branch. */
function covers(spec: string, branch: string): boolean {
  const source = spec.replace(/^\+/, '').split(':')[0] ?? ''
  const wanted = `refs/heads/${branch}`
  return source.endsWith('*') ? wanted.startsWith(source.slice(0, -1)) : source === wanted
}

function fetched(specs: readonly string[]): string {
  const names = specs.map((spec) => spec.replace(/^\+/, '').split(':')[0]?.replace(/^refs\/(?:heads|tags)\//, '') ?? '')
  return names.filter((name) => name !== '').join(', ') || 'no branch'
}

const MOST = 8

function listing({ branches, remoteBranches }: Places): string {
  const names = [...branches, ...remoteBranches]
  if (names.length === 0) return ''
  return `; the branches are ${names.slice(0, MOST).join(', ')}${names.length > MOST ? ` and ${names.length - MOST} more` : ''}`
}
