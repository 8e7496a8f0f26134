import { editPath } from '../edit/subjects.ts'
import type { Page, PageRequest } from '../page.ts'
import { EditLink, NewLink } from '../parts/links.tsx'
import { Problems } from '../parts/problems.tsx'
import { shownText, shownValue } from '../parts/shown.ts'
import { Table } from '../parts/tables.tsx'
import { WORDS } from '../words.ts'

/** The functions that services ask for, with their prompts and their defaults. */
export async function functionsPage({ workspace }: PageRequest): Promise<Page> {
  const { common } = await workspace.globals()
  const { functions = {} } = common.context.known
  return {
    title: WORDS.sidebar.functions,
    body: (
      <>
        <Problems diagnostics={common.diagnostics} />
        <NewLink collection="functions" />
        <Table
          caption={WORDS.sidebar.functions}
          head={WORDS.functions.head}
          rows={Object.entries(functions).map(([name, { kind, prompts, defaults, models }]) => [
            <EditLink to={editPath('functions', name)}>{shownText(name)}</EditLink>,
            shownText(kind),
            prompts.map(shownText).join(', ') || '—',
            [
              ...Object.entries(defaults),
              ...Object.entries(models).map(([provider, id]) => [`models.${provider}`, id] as const),
            ]
              .map(([field, value]) => `${shownText(field)} ${shownValue(value)}`)
              .join(', ') || '—',
          ])}
        />
      </>
    ),
  }
}
