import { PLANS } from '../../domain/settings-types.ts'
import { overridable } from '../../domain/vocabulary-fields.ts'
import { COLLECTIONS } from '../../domain/settings-types.ts'
import type { Page, PageRequest } from '../page.ts'
import { editPath } from '../edit/subjects.ts'
import { Count, EditLink, NewLink } from '../parts/links.tsx'
import { Problems } from '../parts/problems.tsx'
import { shownText, shownValue } from '../parts/shown.ts'
import { Table } from '../parts/tables.tsx'
import { WORDS } from '../words.ts'
import { factsOf } from '../workspace/facts-of-accounts.ts'

/** The catalogue with who names which model, and what the accounts of each plan may override. */
export async function modelsPage({ workspace }: PageRequest): Promise<Page> {
  const { common } = await workspace.globals()
  const facts = factsOf(await workspace.accounts.now())
  const { models = {}, plans, vocabulary } = common.context.known
  const sections = [...(vocabulary === undefined ? [] : overridable(vocabulary).keys()), ...COLLECTIONS]
  return {
    title: WORDS.sidebar.models,
    body: (
      <>
        <Problems diagnostics={common.diagnostics} />
        <h2>{WORDS.models.catalogue}</h2>
        <NewLink collection="models" />
        <Table
          caption={WORDS.models.catalogue}
          head={WORDS.models.head}
          rows={Object.entries(models).map(([id, model]) => [
            <EditLink to={editPath('models', id)}>{shownText(id)}</EditLink>,
            shownText(model.provider),
            namedValues(model.price),
            endOf(model),
            <Count
              of={facts.naming.get(`${model.provider}.model=${id}`)?.length ?? 0}
              query={`overrides:${model.provider}.model=${id}`}
            />,
          ])}
        />
        <h2>{WORDS.models.plans}</h2>
        <p>{WORDS.models.freeLocked}</p>
        <Table
          caption={WORDS.models.plans}
          head={[WORDS.models.section, ...PLANS]}
          rows={sections.map((section) => [
            shownText(section),
            ...PLANS.map((plan) => mayOf(section, plans?.[plan].may_override ?? [])),
          ])}
        />
        <h2>{WORDS.models.limits}</h2>
        <Table
          caption={WORDS.models.limits}
          head={WORDS.models.limitHead}
          rows={PLANS.map((plan) => [
            plan === 'free' ? plan : <EditLink to={editPath('plans', plan)}>{plan}</EditLink>,
            namedValues(plans?.[plan].limits),
            plans?.[plan].models === undefined ? WORDS.models.any : modelsOf(plans[plan].models),
          ])}
        />
      </>
    ),
  }
}

function mayOf(section: string, items: readonly string[]): string {
  if (items.includes(section)) return WORDS.records.yes
  const fields = items.flatMap((item) => (item.startsWith(`${section}.`) ? [item.slice(section.length + 1)] : []))
  return fields.length === 0 ? '—' : fields.map(shownText).join(', ')
}

function modelsOf({ allow, deny }: { readonly allow?: readonly string[]; readonly deny?: readonly string[] }): string {
  const [words, ids] = allow === undefined ? [WORDS.models.allBut, deny ?? []] : [WORDS.models.only, allow]
  return `${words} ${ids.map(shownText).join(', ')}`
}

/** Names with their values, as in a sentence. */
function namedValues(values: Readonly<Record<string, number | string>> = {}): string {
  return (
    Object.entries(values)
      .map(([name, amount]) => `${shownText(name)} ${shownValue(amount)}`)
      .join(', ') || '—'
  )
}

function endOf({
  deprecated_on: deprecated,
  removed_on: removed,
  successor,
}: {
  readonly deprecated_on?: string
  readonly removed_on?: string
  readonly successor?: string
}): string {
  const parts = [
    ...(deprecated === undefined ? [] : [WORDS.models.deprecated(deprecated)]),
    ...(removed === undefined ? [] : [WORDS.models.removed(removed)]),
    ...(successor === undefined ? [] : [WORDS.models.successor(shownText(successor))]),
  ]
  return parts.join(', ') || '—'
}
