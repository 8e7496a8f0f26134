import { own } from '../../domain/plain-data.ts'
import { thousands } from '../../report/counts-in-words.ts'
import type { Page, PageRequest } from '../page.ts'
import { Count, EditLink } from '../parts/links.tsx'
import { Problems } from '../parts/problems.tsx'
import { shownText, shownValue } from '../parts/shown.ts'
import { Table } from '../parts/tables.tsx'
import { WORDS } from '../words.ts'
import { factsOf, totalOf } from '../workspace/facts-of-accounts.ts'

/** Every global default, and how many accounts have a value of their own instead. */
export async function settingsPage({ workspace }: PageRequest): Promise<Page> {
  const { common } = await workspace.globals()
  const facts = factsOf(await workspace.accounts.now())
  const { settings } = common.context.known
  const total = totalOf(facts)
  const rowsOf = (section: string, fields: Readonly<Record<string, unknown>>) =>
    Object.entries(fields).map(([field, value]) => {
      const own = facts.overriding.get(`${section}.${field}`)?.length ?? 0
      return [
        shownText(field),
        shownValue(value),
        thousands(total - own),
        <Count of={own} query={`overrides:${section}.${field}`} />,
      ]
    })
  const sections = Object.entries(settings?.sections ?? {}).map(
    ([kind, { provider, fields }]) => [kind, { provider, ...fields }] as const,
  )
  const providers = Object.entries(settings?.providers ?? {}).map(([name, { fields }]) => [name, fields] as const)
  return {
    title: WORDS.sidebar.settings,
    body: (
      <>
        <Problems diagnostics={common.diagnostics} />
        <EditLink to="/edit/settings" />
        {[...sections, ...providers].map(([name, fields]) => (
          <section aria-labelledby={`s-${name}`}>
            <h2 id={`s-${name}`}>{titleOf(name, common.context.known.vocabulary?.providers)}</h2>
            <Table caption={WORDS.settings.of(name)} head={WORDS.settings.head} rows={rowsOf(name, fields)} />
          </section>
        ))}
      </>
    ),
  }
}

function titleOf(name: string, providers: Readonly<Record<string, { readonly title?: string }>> = {}): string {
  return shownText(own(providers, name)?.title ?? name)
}
