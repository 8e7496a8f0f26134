import type { Page, PageRequest } from '../page.ts'
import { editPath } from '../edit/subjects.ts'
import { Count, EditLink, NewLink } from '../parts/links.tsx'
import { Problems } from '../parts/problems.tsx'
import { shownText, shownValue } from '../parts/shown.ts'
import { Table } from '../parts/tables.tsx'
import { WORDS } from '../words.ts'
import { factsOf } from '../workspace/facts-of-accounts.ts'

/** The global profiles, or strategies, and how many accounts replace each. */
export async function recordsPage(
  { workspace }: PageRequest,
  collection: 'author_profiles' | 'strategies',
): Promise<Page> {
  const { common } = await workspace.globals()
  const facts = factsOf(await workspace.accounts.now())
  const of = collection === 'strategies' ? 'strategies' : 'profiles'
  const fields = WORDS.records[collection].fields
  return {
    title: WORDS.records[collection].title,
    body: (
      <>
        <Problems diagnostics={common.diagnostics} />
        <NewLink collection={of} />
        <Table
          caption={WORDS.records[collection].title}
          head={[...WORDS.records[collection].head, WORDS.records.active, WORDS.records.replacedBy]}
          rows={Object.entries(common.context.known[collection]).map(([id, record]) => [
            <EditLink to={editPath(of, id)}>{shownText(id)}</EditLink>,
            ...fields.map((field) => shownValue(record[field])),
            record['active'] === false ? WORDS.records.no : WORDS.records.yes,
            <Count
              of={facts.replacing.get(`${collection}.${id}`)?.length ?? 0}
              query={`overrides:${collection}.${id}`}
            />,
          ])}
        />
      </>
    ),
  }
}
