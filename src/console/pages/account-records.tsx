import { resolveRecords } from '../../domain/resolve-answers.ts'
import { isFree } from '../../lint/facts/account-policy.ts'
import type { Page, PageRequest } from '../page.ts'
import { Problems } from '../parts/problems.tsx'
import { shownText, shownValue } from '../parts/shown.ts'
import { Note, Table } from '../parts/tables.tsx'
import { WORDS } from '../words.ts'

/** The profiles, or strategies, that an account gets, and which of them are its own. */
export async function accountRecordsPage(
  { workspace, params }: PageRequest,
  collection: 'author_profiles' | 'strategies',
): Promise<Page> {
  const { id = '' } = params
  const { account, common, diagnostics } = await workspace.account(id)
  const { globals } = common
  const fields = WORDS.records[collection].fields
  const records = globals === undefined ? {} : resolveRecords(globals, account, collection)
  return {
    title: `${id}: ${WORDS.records[collection].ofAccount}`,
    account: { id, plan: account?.plan ?? null },
    body: (
      <>
        <Problems diagnostics={diagnostics} />
        {account !== undefined && isFree(account.plan) && <Note is="info">{WORDS.free}</Note>}
        <Table
          caption={WORDS.records[collection].ofAccount}
          head={[...WORDS.records[collection].head, WORDS.records.from]}
          rows={Object.entries(records).map(([key, record]) => [
            shownText(key),
            ...fields.map((field) => shownValue(record[field])),
            account?.[collection]?.[key] === undefined ? WORDS.account.layers.provider : WORDS.account.layers.account,
          ])}
        />
      </>
    ),
  }
}
