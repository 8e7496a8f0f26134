import { plural } from '../../report/counts-in-words.ts'
import type { Page, PageRequest } from '../page.ts'
import { PostForm } from '../parts/post-form.tsx'
import { AccountLink, NewLink } from '../parts/links.tsx'
import { Problems } from '../parts/problems.tsx'
import { shownText, shownValue } from '../parts/shown.ts'
import { LONGEST_LIST, Note, Table } from '../parts/tables.tsx'
import { WORDS } from '../words.ts'
import { BulkFields } from '../edit/bulk-fields.tsx'
import { findAccounts, isQuery } from '../workspace/find-accounts.ts'

/** Accounts by a part of their id, or by a query of `tenfold find`. */
export async function accountsPage({ workspace, url }: PageRequest): Promise<Page> {
  const query = (url.searchParams.get('q') ?? '').trim()
  const every = await workspace.accounts.now()
  const asked = isQuery(query)
  const { ids, valuesOf } = await findAccounts(query, every)
  // Of a configuration that answers nothing, no query can be answered: none would be a wrong answer.
  const isKnown = !asked || every.answers !== undefined
  const shown = ids.slice(0, LONGEST_LIST)
  const more = ids.length - shown.length
  return {
    title: query === '' ? WORDS.accounts.title : WORDS.accounts.found(query),
    body: (
      <>
        {every.answers === undefined && <Problems diagnostics={every.common.diagnostics} />}
        {isKnown && <p role="status">{plural(ids.length, 'account')}</p>}
        {asked && every.opaque.length > 0 && (
          <Note is="warning">{WORDS.accounts.opaque(every.opaque.slice(0, 5).map(shownText).join(', '))}</Note>
        )}
        <NewLink collection="accounts" />
        {isKnown && (
          <PostForm action="/accounts" class="bulk">
            <Table
              caption={WORDS.accounts.title}
              head={WORDS.accounts.head}
              rows={shown.map((id) => [
                <>
                  <input type="checkbox" name="id" value={id} aria-label={id} /> <AccountLink id={id} />
                </>,
                every.accounts.get(id)?.account.plan ?? '—',
                Object.entries(valuesOf(id)).map(([name, value]) => (
                  <span class="match">
                    {shownText(name)} <strong>{shownValue(value)}</strong>
                  </span>
                )),
              ])}
            />
            {ids.length > 0 && (
              <BulkFields vocabulary={every.common.context.known.vocabulary} query={query} count={ids.length} />
            )}
          </PostForm>
        )}
        {more > 0 && <p class="more">{WORDS.more(more)}</p>}
        <Note is="info">
          <p>{WORDS.accounts.help}</p>
        </Note>
      </>
    ),
  }
}
