import type { VNode } from 'preact'
import type { Release } from '../../store/format/release-manifest.ts'
import type { Page, PageRequest } from '../page.ts'
import { Difference } from '../parts/difference.tsx'
import { shownText } from '../parts/shown.ts'
import { Facts, Note, Table } from '../parts/tables.tsx'
import { RollBackForm } from '../edit/roll-back.tsx'
import { WORDS } from '../words.ts'

/** What the store serves, what it served before, and what differs between any two of them. */
export async function releasesPage({ workspace, url }: PageRequest): Promise<Page> {
  const store = await workspace.release()
  if (store === undefined) {
    return { title: WORDS.sidebar.releases, body: <Note is="info">{WORDS.releases.none}</Note> }
  }
  const { release } = store
  const kept = [release, ...release.history]
  const commitOf = (text: string | null): string | undefined => {
    if (text === 'head') return 'HEAD'
    return kept.find(({ seq }) => String(seq) === text)?.commit ?? undefined
  }
  const from = url.searchParams.get('from')
  const to = url.searchParams.get('to')
  const [base, head] = [commitOf(from), commitOf(to)]
  return {
    title: WORDS.sidebar.releases,
    body: (
      <>
        <Facts
          facts={[
            [WORDS.releases.store, shownText(store.url)],
            [WORDS.releases.environment, shownText(release.environment)],
            [WORDS.releases.serves, WORDS.releases.seq(release.seq)],
            [WORDS.releases.expires, expiryOf(release)],
          ]}
        />
        <Table
          caption={WORDS.sidebar.releases}
          head={WORDS.releases.head}
          rows={kept.map(({ seq, commit }) => [
            WORDS.releases.seq(seq),
            commit === null ? WORDS.releases.uncommitted : <code>{commit.slice(0, 12)}</code>,
            commit === null || seq === release.seq ? (
              ''
            ) : (
              <>
                <a href={`/releases?from=${seq}&to=${release.seq}`}>{WORDS.releases.since}</a>
                <RollBackForm seq={seq} />
              </>
            ),
          ])}
        />
        <Between kept={kept.map(({ seq }) => seq)} from={from} to={to} />
        {from !== null && to !== null && (base === undefined || head === undefined) && (
          <Note is="error">{WORDS.releases.cannot}</Note>
        )}
        {base !== undefined && head !== undefined && <Difference {...(await workspace.compare(base, head))} />}
      </>
    ),
  }
}

function expiryOf({ expires, issued }: Release): string {
  if (expires === null) return issued === null ? WORDS.releases.compiled : WORDS.releases.never
  return Date.parse(expires) > Date.now() ? expires : WORDS.releases.expired(expires)
}

interface BetweenProps {
  readonly kept: readonly number[]
  readonly from: string | null
  readonly to: string | null
}

/** A form that compares any two. */
function Between({ kept, from, to }: BetweenProps): VNode {
  const options = (chosen: string | null): VNode[] => [
    <option value="head" selected={chosen === 'head'}>
      {WORDS.releases.here}
    </option>,
    ...kept.map((seq) => (
      <option value={String(seq)} selected={chosen === String(seq)}>
        {WORDS.releases.seq(seq)}
      </option>
    )),
  ]
  return (
    <form class="asked" method="get" action="/releases">
      <label>
        {WORDS.releases.from} <select name="from">{options(from ?? String(kept[0] ?? ''))}</select>
      </label>
      <label>
        {WORDS.releases.to} <select name="to">{options(to ?? 'head')}</select>
      </label>
      <button type="submit">{WORDS.releases.compare}</button>
    </form>
  )
}
