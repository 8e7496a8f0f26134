import type { Repository } from '../../git/open-repository.ts'

/** An open proposal: a branch below `settings/`, here or at a remote. */
export interface ProposedBranch {
  /** Without `refs/heads/` or `refs/remotes/`. */
  readonly name: string
  /** The full name of the reference. */
  readonly ref: string
  readonly commit: string
  /** `Name <email>`. */
  readonly author: string
  /** In seconds since 1970. */
  readonly seconds: number
  readonly subject: string
  /** Whether HEAD has all of it already. */
  readonly isMerged: boolean
}

const FIELDS = ['%(refname)', '%(objectname)', '%(authorname) %(authoremail)', '%(committerdate:unix)', '%(subject)']

/** Lists the branches that `--pr` pushes, by git alone, newest first. */
export async function proposalsIn(repository: Repository): Promise<ProposedBranch[]> {
  const format = FIELDS.join('%00')
  const [printed, merged] = await Promise.all([
    repository.run([
      'for-each-ref',
      '--sort=-committerdate',
      `--format=${format}`,
      'refs/heads/settings',
      'refs/remotes/*/settings/*',
      'refs/remotes/*/settings/**',
    ]),
    mergedIn(repository),
  ])
  const seen = new Set<string>()
  return printed.split('\n').flatMap((line): ProposedBranch[] => {
    const [ref = '', commit = '', author = '', seconds = '', subject = ''] = line.split('\0')
    if (commit === '' || seen.has(ref)) return []
    seen.add(ref)
    const name = ref.replace(/^refs\/(?:heads|remotes)\//, '')
    return [{ name, ref, commit, author, seconds: Number(seconds), subject, isMerged: merged.has(ref) }]
  })
}

async function mergedIn(repository: Repository): Promise<ReadonlySet<string>> {
  const merged = await repository
    .run(['for-each-ref', '--merged=HEAD', '--format=%(refname)', 'refs/heads/settings', 'refs/remotes'])
    .catch(() => '')
  return new Set(merged.split('\n'))
}
