import type { VNode } from 'preact'
import type { Comparison } from '../../compare/compare-revisions.ts'
import type { AccountChange, Change, Diff } from '../../compare/diff-types.ts'
import { PLANS } from '../../domain/settings-types.ts'
import { plural, thousands } from '../../report/counts-in-words.ts'
import { WORDS } from '../words.ts'
import { AccountLink } from './links.tsx'
import { Problems } from './problems.tsx'
import { shownText, shownValue } from './shown.ts'
import { CutList, LONGEST_LIST, Table } from './tables.tsx'

/** What differs between two revisions: the globals, the answers of accounts, and whom a change does not reach. */
export function Difference({ compared, diagnostics }: Comparison): VNode {
  return (
    <>
      <Problems diagnostics={diagnostics} />
      {compared === undefined ? <p>{WORDS.difference.unknown}</p> : <Answers diff={compared.diff} />}
    </>
  )
}

function Answers({ diff }: { readonly diff: Diff }): VNode {
  const { summary, globals, accounts, unknown_accounts: unknown, shielded } = diff
  return (
    <>
      <p role="status">
        {WORDS.difference.reach(plural(summary.accounts_changed, 'account'), thousands(summary.accounts_total))}
      </p>
      <Table
        caption={WORDS.difference.byPlan}
        head={WORDS.difference.planHead}
        rows={PLANS.map((plan) => {
          const { changed, total } = summary.by_plan[plan]
          return [plan, thousands(changed), thousands(total)]
        })}
      />
      <h2>{WORDS.difference.globals}</h2>
      <Table
        caption={WORDS.difference.globals}
        head={WORDS.difference.globalHead}
        rows={globals.map(({ field, file, line, ...change }) => [
          shownText(field),
          <Values old={change.old} now={change.new} />,
          <code>{shownText(`${file}:${line}`)}</code>,
        ])}
      />
      <h2>{WORDS.difference.accounts}</h2>
      <Accounts accounts={accounts} />
      {unknown.length > 0 && (
        <>
          <h2>{WORDS.difference.unknownAccounts}</h2>
          <Changes changes={unknown} />
        </>
      )}
      {Object.keys(shielded).length > 0 && (
        <>
          <h2>{WORDS.difference.shielded}</h2>
          <Table
            caption={WORDS.difference.shielded}
            head={WORDS.difference.shieldedHead}
            rows={Object.entries(shielded).map(([field, ids]) => [
              shownText(field),
              thousands(ids.length),
              <CutList items={ids.slice(0, 5)} item={(id) => <AccountLink id={id} />} />,
            ])}
          />
        </>
      )}
    </>
  )
}

function Accounts({ accounts }: { readonly accounts: readonly AccountChange[] }): VNode {
  const more = accounts.length - LONGEST_LIST
  return (
    <>
      <Table
        caption={WORDS.difference.accounts}
        head={WORDS.difference.accountHead}
        rows={accounts
          .slice(0, LONGEST_LIST)
          .map(({ account, plan, changes }) => [<AccountLink id={account} />, plan, <Changes changes={changes} />])}
      />
      {more > 0 && <p class="more">{WORDS.difference.more(more)}</p>}
    </>
  )
}

/** A few changes are listed; of an account that is new or gone, each field would be. */
function Changes({ changes }: { readonly changes: readonly Change[] }): VNode {
  const shown = changes.slice(0, 8)
  return (
    <ul class="list">
      {shown.map(({ field, old, new: now }) => (
        <li>
          {shownText(field)} <Values old={old} now={now} />
        </li>
      ))}
      {changes.length > shown.length && <li class="more">{WORDS.difference.fields(changes.length - shown.length)}</li>}
    </ul>
  )
}

/** What a value was, and what it is. */
export function Values({ old, now }: { readonly old: unknown; readonly now: unknown }): VNode {
  return (
    <span class="change">
      <del>{cut(shownValue(old))}</del> <span aria-hidden="true">→</span> <ins>{cut(shownValue(now))}</ins>
    </span>
  )
}

/** A prompt's text is as long as a page. */
function cut(text: string): string {
  return text.length > 160 ? `${text.slice(0, 160)}…` : text
}
