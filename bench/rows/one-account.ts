import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { idOf } from '../../test/support/corpus.ts'
import { type Corpus, corpusOf, editOf } from '../corpus.ts'
import { importCommits } from '../fast-import.ts'
import { type Line, type Row, count } from '../line.ts'
import { inTurns, medianSeconds, tenfold, timed } from '../measure.ts'
import { ROOT, git } from '../place.ts'
import { checkOut, emptyFolder } from '../store.ts'

/** Commits of the history whose every answer is told. */
const COMMITS = 1000
/** The account that is asked about. */
const ONE = 1234

/** What one account gets, and why, and since when, among many. */
export const oneAccount: Row = {
  name: 'one-account',
  title: 'One account',
  async run({ sizes, say }) {
    const lines: Line[] = []
    for (const size of new Set([sizes.small, sizes.big])) {
      const corpus = await corpusOf('plain', size)
      say(`  checking out ${count(size)} accounts`)
      const folder = await checkOut(corpus)
      const among = `of one account, ${count(size)} in a checkout`
      const at = ['--config', join(corpus.folder, 'config'), '--at', corpus.commit]
      const seconds = await inTurns(sizes.rounds, {
        help: () => tenfold(['--help'], ROOT),
        get: () => tenfold(['get', idOf(ONE), 'generate_content'], folder),
        explain: () => tenfold(['explain', idOf(ONE), 'generate_content', '--format', 'json'], folder),
        past: () => tenfold(['get', idOf(ONE), 'generate_content', ...at], folder),
      })
      const of = (name: 'help' | 'get' | 'explain' | 'past'): number => seconds.get(name) ?? 0
      const against = { what: '`tenfold --help`', value: of('help') }
      const goal = { of: 'ratio', most: 4 } as const
      lines.push(
        { what: `\`get\` ${among}`, ours: of('get'), unit: 's', against, goal },
        { what: `\`explain\` ${among}`, ours: of('explain'), unit: 's', against, goal },
        { what: `\`get --at\` of one account, ${count(size)} in git`, ours: of('past'), unit: 's', against, goal },
      )
      rmSync(folder, { recursive: true, force: true })
    }
    const corpus = await corpusOf('plain', sizes.small)
    say(`  committing ${count(COMMITS)} changes of one account`)
    const folder = await historyOf(corpus)
    const log = await medianSeconds(sizes.rounds, () => tenfold(['log', idOf(ONE), '--format', 'json'], folder))
    const bare = await medianSeconds(sizes.rounds, () => {
      return timed(
        'git',
        ['log', '--first-parent', '--raw', '--format=%H', '--', `config/accounts/0001/${idOf(ONE)}.yaml`],
        folder,
      )
    })
    lines.push({
      what: `\`log\` of one account, ${count(COMMITS)} commits that changed it, among ${count(sizes.small)}`,
      ours: log,
      unit: 's',
      against: { what: '`git log --raw` of its file', value: bare },
      goal: { of: 'value', most: 1 },
    })
    return lines
  },
}

/** A repository in which the last commits have each given one account another temperature. */
async function historyOf({ folder: from, commit }: Corpus): Promise<string> {
  const folder = emptyFolder('history')
  await git(folder, 'clone', '--quiet', '--bare', '--shared', from, join(folder, '.git'))
  await git(folder, 'config', 'core.bare', 'false')
  const at = await importCommits(
    folder,
    commit,
    Array.from({ length: COMMITS }, (_, i) => [editOf(ONE, i)]),
  )
  await git(folder, 'update-ref', '--no-deref', 'HEAD', at)
  return folder
}
