import { resolveRecords } from '../../domain/resolve-answers.ts'
import { type Page, type PageRequest, inFrame } from '../page.ts'
import { PostForm } from '../parts/post-form.tsx'
import { AccountNotes, isOpaque } from '../parts/account-notes.tsx'
import { shownText, shownValue } from '../parts/shown.ts'
import { Table } from '../parts/tables.tsx'
import { isFree } from '../../lint/facts/account-policy.ts'
import { recordPath } from '../edit/account-record-pages.tsx'
import { WORDS } from '../words.ts'

/** The profiles, or strategies, that an account gets, and which of them are its own. */
export async function accountRecordsPage(
  { workspace, params }: PageRequest,
  collection: 'author_profiles' | 'strategies',
): Promise<Page> {
  const { id = '' } = params
  const one = await workspace.account(id)
  const { account } = one
  const { globals } = one.common
  const fields = WORDS.records[collection].fields
  const records = globals === undefined || isOpaque(one) ? {} : resolveRecords(globals, account, collection)
  return {
    title: `${id}: ${WORDS.records[collection].ofAccount}`,
    account: inFrame(id, one),
    body: (
      <>
        <AccountNotes of={one} />
        <Table
          caption={WORDS.records[collection].ofAccount}
          head={[...WORDS.records[collection].head, WORDS.records.from]}
          rows={Object.entries(records).map(([key, record]) => [
            <a href={recordPath(id, collection, key)}>{shownText(key)}</a>,
            ...fields.map((field) => shownValue(record[field])),
            account?.[collection]?.[key] === undefined ? WORDS.account.layers.provider : WORDS.account.layers.account,
          ])}
        />
        {account !== undefined && !isFree(account.plan) && (
          <PostForm action={recordPath(id, collection, '').slice(0, -1)} class="asked">
            <label>
              {WORDS.create.name[collection === 'strategies' ? 'strategies' : 'profiles']}{' '}
              <input type="text" name="name" autocomplete="off" spellcheck={false} />
            </label>
            <button type="submit">{WORDS.create.own}</button>
          </PostForm>
        )}
      </>
    ),
  }
}
