import type { ComponentChildren, VNode } from 'preact'
import { Failure } from '../../base/failure.ts'
import { PLANS } from '../../domain/settings-types.ts'
import { plural, thousands } from '../../report/counts-in-words.ts'
import type { Page, PageRequest } from '../page.ts'
import { AccountLink, Count } from '../parts/links.tsx'
import { Problems } from '../parts/problems.tsx'
import { shownText } from '../parts/shown.ts'
import { Facts, Table } from '../parts/tables.tsx'
import { WORDS } from '../words.ts'
import { factsOf, totalOf } from '../workspace/facts-of-accounts.ts'
import type { ServedStore, Workspace } from '../workspace/open-workspace.ts'
import { redundantIn } from '../workspace/redundant-overrides.ts'

/** Where the checkout is, how many accounts there are, and what rots. */
export async function homePage({ workspace }: PageRequest): Promise<Page> {
  const { common, head } = await workspace.globals()
  const every = await workspace.accounts.now()
  const facts = factsOf(every)
  const { uncommitted } = every
  const [store, proposals, redundant] = await Promise.all([
    servedBy(workspace),
    workspace.proposals(),
    redundantIn(every),
  ])
  const open = proposals.filter(({ isMerged }) => !isMerged)
  const { models = {} } = common.context.known
  const ending = Object.entries(models).flatMap(
    ([id, { provider, deprecated_on: deprecated, removed_on: removed }]) => {
      const when = removed ?? deprecated
      const term = `${provider}.model=${id}`
      const count = facts.naming.get(term)?.length ?? 0
      if (when === undefined || count === 0) return []
      return [
        { text: WORDS.home.ending(shownText(id), removed === undefined ? 'deprecated' : 'removed', when), term, count },
      ]
    },
  )
  const behind = [...facts.prompts].filter(([, prompt]) => prompt.behind.length > 0)
  return {
    title: WORDS.home.title,
    body: (
      <>
        <Problems diagnostics={common.diagnostics} />
        <Facts
          facts={[
            [
              WORDS.home.commit,
              head === undefined ? (
                WORDS.home.noCommit
              ) : (
                <>
                  <code>{head.commit.slice(0, 12)}</code> {head.date}, {shownText(head.branch ?? WORDS.home.detached)}
                </>
              ),
            ],
            [
              WORDS.home.tree,
              uncommitted === undefined
                ? WORDS.home.noGit
                : uncommitted === 0
                  ? WORDS.home.clean
                  : `${plural(uncommitted, 'file')} ${WORDS.home.changed}`,
            ],
            [WORDS.home.release, <Served store={store} />],
            [WORDS.home.proposals, <a href="/proposals">{thousands(open.length)}</a>],
            [WORDS.home.accounts, thousands(totalOf(facts))],
            ...(every.opaque.length === 0
              ? []
              : ([[WORDS.home.opaque, every.opaque.slice(0, 5).map(shownText).join(', ')]] as const)),
          ]}
        />
        <h2>{WORDS.home.byPlan}</h2>
        <Table
          caption={WORDS.home.byPlan}
          head={WORDS.home.planHead}
          rows={PLANS.map((plan) => [plan, <Count of={facts.byPlan[plan]} query={`plan:${plan}`} />])}
        />
        <h2>{WORDS.home.rots}</h2>
        <Table
          caption={WORDS.home.rots}
          head={WORDS.home.rotsHead}
          rows={[
            ...behind.map(([type, prompt]) => [
              WORDS.home.behind(type),
              <a href={`/prompts/${encodeURIComponent(type)}`}>{thousands(prompt.behind.length)}</a>,
            ]),
            ...(redundant === undefined || redundant.length === 0
              ? []
              : [[WORDS.home.redundant, <Some ids={redundant} />]]),
            ...ending.map(({ text, term, count }) => [text, <Count of={count} query={`overrides:${term}`} />]),
          ]}
        />
      </>
    ),
  }
}

/** A few accounts by name, and how many there are. */
function Some({ ids }: { readonly ids: readonly string[] }): VNode {
  return (
    <>
      {thousands(ids.length)}:{' '}
      {ids.slice(0, 3).map((id) => (
        <>
          <AccountLink id={id} />{' '}
        </>
      ))}
    </>
  )
}

/** A store that cannot be read is one line of this page: the others are about the checkout. */
async function servedBy(workspace: Workspace): Promise<ServedStore | Failure | undefined> {
  try {
    return await workspace.release()
  } catch (error) {
    if (error instanceof Failure) return error
    throw error
  }
}

function Served({ store }: { readonly store: ServedStore | Failure | undefined }): ComponentChildren {
  if (store instanceof Failure) return <a href="/releases">{shownText(store.message)}</a>
  if (store === undefined) return WORDS.home.noRelease
  const { seq, commit, environment } = store.release
  return (
    <>
      {WORDS.releases.seq(seq)}, {shownText(environment)}
      {commit !== null && (
        <>
          , <code>{commit.slice(0, 12)}</code>: <a href={`/releases?from=${seq}&to=head`}>{WORDS.home.beyond}</a>
        </>
      )}
    </>
  )
}
