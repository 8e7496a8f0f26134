import { command } from '../../base/shell-command.ts'
import { didYouMean } from '../../base/did-you-mean.ts'
import { Failure } from '../../base/failure.ts'
import type { Repository } from '../open-repository.ts'
import { isBranch } from '../parse-git-url.ts'

/**
 * Explains why a repository has no commit of a name, with the command that brings it: a clone may be shallow, or fetch
 * one branch or tag alone, and `git fetch` then brings no other.
 *
 * @param exists whether another name means a commit here
 */
export async function unknownRevision(
  repository: Repository,
  revision: string,
  exists: (name: string) => Promise<boolean>,
): Promise<Failure> {
  const places = await placesOf(repository)
  const [, base = revision, suffix = ''] = /^(.+?)([~^@:].*)$/s.exec(revision) ?? []
  const isDerived = suffix !== '' && (await exists(base))
  const help = isDerived
    ? unreachable(repository, places, base, suffix)
    : `${nearestOf(places, base, suffix)}${await wayTo(repository, places, { base, suffix }, exists)}${listing(places)}`
  return new Failure(
    'usage',
    `there is no revision "${revision}"${repository.isShallow ? ' in this shallow clone' : ''}`,
    help,
  )
}

function unreachable({ isShallow }: Repository, places: Places, base: string, suffix: string): string {
  if (/:|\^\{/.test(suffix)) return `name a commit, a branch or a tag alone, such as ${base}`
  return isShallow ? unshallow(places) : `the history of ${base} does not reach that far`
}

const IN_WORKFLOW = ' (in a workflow, `fetch-depth: 0`)'

function unshallow({ remotes: [first] }: Places): string {
  if (first !== undefined) return `fetch what is missing: \`git fetch --unshallow\`${IN_WORKFLOW}`
  return 'this clone is shallow, and has no remote to fetch what is missing from: add the one that it came from (`git remote add`)'
}

/** Returns the branch that may have been meant; one that exists only on a remote is often named without the remote. */
function nearestOf({ branches, remoteBranches, tags, remotes }: Places, base: string, suffix: string): string {
  const spelled = remotes.map((remote) => `${remote}/${base}`.toLowerCase())
  const same = remoteBranches.find((name) => spelled.includes(name.toLowerCase()))
  if (same !== undefined) return `did you mean "${same}${suffix}"? `
  return base === 'HEAD' ? '' : didYouMean(base, ['HEAD', ...branches, ...remoteBranches, ...tags])
}

interface Named {
  readonly base: string
  readonly suffix: string
}

/**
 * Returns the command that brings a name, as far as the clone shows which; where it brings nothing, it changes nothing.
 */
async function wayTo(
  { run, isShallow }: Repository,
  places: Places,
  { base, suffix }: Named,
  exists: (name: string) => Promise<boolean>,
): Promise<string> {
  const otherwise = isShallow ? unshallow(places) : OTHERWISE
  if (!isShallow && !(await exists('HEAD'))) return 'nothing is committed here yet: `git commit` first'
  const { remote, branch, isNamed } = branchIn(places, base)
  if (remote === undefined) return otherwise
  if (/^[0-9a-f]{40}$|^[0-9a-f]{64}$/.test(base))
    return isShallow ? otherwise : `fetch it: ${command('git', 'fetch', remote, base)}`
  if (base === 'HEAD' || !isBranch(branch)) return otherwise
  if (/^[0-9a-f]{7,}$/.test(base))
    return isShallow ? otherwise : `${OTHERWISE}; one that is not here is fetched by its full id`
  const specs = (await run(['config', '--get-all', `remote.${remote}.fetch`]).catch(() => '')).trim().split('\n')
  const fetch = ['git', 'fetch', ...(isShallow ? ['--unshallow'] : []), remote]
  const how = isShallow ? IN_WORKFLOW : ''
  if (specs.some((spec) => covers(spec, branch))) {
    return isShallow || isNamed ? `${command(...fetch)} brings what ${remote} has now${how}` : OTHERWISE
  }
  // The fetch comes first: git would ask for a branch that does not exist in every later one.
  const spec = `refs/heads/${branch}:refs/remotes/${remote}/${branch}`
  const add = command(...fetch, spec, '&&', 'git', 'remote', 'set-branches', '--add', remote, branch)
  const then = isNamed
    ? ''
    : `, and then name ${remote}/${branch}${suffix}; if it is a tag, ${command('git', 'fetch', remote, 'tag', branch)}`
  return `this clone fetches ${fetched(specs)} alone: if ${branch} is a branch of ${remote}, ${add}${then}${how}`
}

const OTHERWISE = 'name a commit, a branch or a tag'

/** Returns the remote and the branch that a name would be, and whether it names both. */
function branchIn(
  { remotes }: Places,
  base: string,
): { readonly remote: string | undefined; readonly branch: string; readonly isNamed: boolean } {
  const name = base.replace(/^refs\/(?:heads|remotes|tags)\//, '')
  const [only, another] = remotes
  const sole = another === undefined ? only : undefined
  const named = remotes.find((one) => name.startsWith(`${one}/`))
  if (named !== undefined)
    return { remote: named, branch: name.slice(named.length + 1), isNamed: !base.startsWith('refs/heads/') }
  // The usual name of the remote.
  if (sole !== undefined && name.startsWith('origin/'))
    return { remote: sole, branch: name.slice('origin/'.length), isNamed: false }
  return { remote: sole, branch: name, isNamed: false }
}

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
    branches: under('refs/heads/'),
    tags: under('refs/tags/'),
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
  const names = specs.map(
    (spec) =>
      spec
        .replace(/^\+/, '')
        .split(':')[0]
        ?.replace(/^refs\/(?:heads|tags)\//, '') ?? '',
  )
  return names.filter((name) => name !== '').join(', ') || 'no branch'
}

const MOST = 8

function listing({ branches, remoteBranches }: Places): string {
  const names = [...branches, ...remoteBranches]
  if (names.length === 0) return ''
  return `; the branches are ${names.slice(0, MOST).join(', ')}${names.length > MOST ? ` and ${names.length - MOST} more` : ''}`
}
