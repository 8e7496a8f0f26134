import { momentText } from '../../base/parse-moment.ts'
import { forkPoint } from '../../compare/fork-point.ts'
import type { Page, PageRequest } from '../page.ts'
import { Difference } from '../parts/difference.tsx'
import { shownAuthor, shownText } from '../parts/shown.ts'
import { CutList, Facts, LONGEST_LIST, Note, Table } from '../parts/tables.tsx'
import { NOT_FOUND } from '../parts/not-found.tsx'
import { WORDS } from '../words.ts'
import { proposalsIn } from '../workspace/proposals.ts'

/** The branches that propose something, as git has them here. */
export async function proposalsPage({ workspace }: PageRequest): Promise<Page> {
  const { configuration } = await workspace.globals()
  const { repository } = configuration
  const proposals = repository === undefined ? [] : await proposalsIn(repository)
  return {
    title: WORDS.sidebar.proposals,
    body: (
      <>
        <Note is="info">
          <p>{WORDS.proposals.help}</p>
        </Note>
        <Table
          caption={WORDS.sidebar.proposals}
          head={WORDS.proposals.head}
          rows={proposals.slice(0, LONGEST_LIST).map(({ name, commit, subject, author, seconds, isMerged }) => [
            // An address is shown too: a name that may not be gives way to the commit.
            <a href={`/proposals/${encodeURIComponent(shownText(name) === name ? name : commit)}`}>
              {shownText(name)}
            </a>,
            shownText(subject),
            shownAuthor(author),
            <span class="date">{momentText(seconds).slice(0, 10)}</span>,
            isMerged ? WORDS.proposals.merged : WORDS.proposals.open,
          ])}
        />
        {proposals.length > LONGEST_LIST && <p class="more">{WORDS.proposals.more(proposals.length - LONGEST_LIST)}</p>}
      </>
    ),
  }
}

/** One proposal: what it would change, and for whom, from where it began. */
export async function proposalPage({ workspace, params }: PageRequest): Promise<Page> {
  const { name = '' } = params
  const { configuration } = await workspace.globals()
  const { repository } = configuration
  const proposals = repository === undefined ? [] : await proposalsIn(repository)
  const found = proposals.find((one) => one.name === name) ?? proposals.find((one) => one.commit === name)
  if (found === undefined) return NOT_FOUND
  const notes: string[] = []
  const base = await forkPoint(workspace.config, 'HEAD', found.commit, (text) => notes.push(text))
  const comparison = await workspace.compare(base, found.commit)
  return {
    title: found.name,
    body: (
      <>
        <Facts
          facts={[
            [WORDS.proposals.subject, shownText(found.subject)],
            [WORDS.proposals.author, shownText(found.author)],
            [WORDS.proposals.commit, <code>{found.commit.slice(0, 12)}</code>],
            [WORDS.proposals.from, <code>{base.slice(0, 12)}</code>],
          ]}
        />
        {notes.map((note) => (
          <Note is="info">{shownText(note)}</Note>
        ))}
        <h2>{WORDS.proposals.files(comparison.changed.size)}</h2>
        <CutList items={[...comparison.changed].sort()} item={(file) => <code>{shownText(file)}</code>} />
        <h2>{WORDS.proposals.answers}</h2>
        <Difference {...comparison} />
      </>
    ),
  }
}
