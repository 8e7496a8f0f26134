import type { ComponentChildren, VNode } from 'preact'
import type { Authors } from '../../ask/blame-layers.ts'
import { type AccountExplanation, explanationOf } from '../../ask/explain-account.ts'
import type { LayeredField, WrittenLayer } from '../../domain/explain-layers.ts'
import { PLANS, type PlanName, isPlan } from '../../domain/settings-types.ts'
import { isFree } from '../../lint/facts/account-policy.ts'
import type { Configuration } from '../../source/open-configuration.ts'
import type { OneAccount } from '../../ask/read-one-account.ts'
import { type Page, type PageRequest, inFrame } from '../page.ts'
import { accountForm } from '../edit/account-form.tsx'
import { EditLink } from '../parts/links.tsx'
import { Problems } from '../parts/problems.tsx'
import { shownAuthor, shownText, shownValue } from '../parts/shown.ts'
import { LONGEST_LIST, Note } from '../parts/tables.tsx'
import { WORDS } from '../words.ts'
import { proposalsIn } from '../workspace/proposals.ts'

/** What an account gets for each function, and why: every layer of every field, and who wrote it. */
export async function accountPage({ workspace, url, params }: PageRequest): Promise<Page> {
  const { id = '' } = params
  const at = url.searchParams.get('at') ?? ''
  const plan = url.searchParams.get('plan') ?? ''
  const live = isPlan(plan) ? plan : undefined
  const one = await accountAt(workspace, id, at)
  const explanation = explanationOf(one)
  return {
    title: id,
    account: inFrame(id, one),
    body: (
      <>
        <Asked id={id} at={at} plan={live} moments={await momentsIn(workspace)} />
        {at === '' && one.own !== undefined && <EditLink to="#set" />}
        {explanation.kind === 'refused' ? (
          <Problems diagnostics={explanation.diagnostics} />
        ) : (
          <Answers
            explanation={explanation}
            // Who wrote a line is known of the lines as they are now.
            authors={
              at === '' ? await workspace.authorsOf(explanation.configuration, layersOf(explanation)) : undefined
            }
            live={live}
          />
        )}
        {at === '' && (await accountForm(workspace, id))}
      </>
    ),
  }
}

/** Reads an account as of now, with the current draft, or as of a moment. @throws {Failure} for one that is none. */
async function accountAt(workspace: PageRequest['workspace'], id: string, at: string): Promise<OneAccount> {
  if (at === WORDS.account.myDraft) return workspace.accountWithDraft(id)
  return workspace.account(id, at === '' ? undefined : await workspace.revisionOf(at))
}

type Known = Extract<AccountExplanation, { readonly kind: 'known' }>

function layersOf({ functions, fields }: Known): WrittenLayer[] {
  return Object.keys(functions).flatMap((name) => [...fields(name).values()].flatMap((field) => field.layers))
}

interface AskedProps {
  readonly id: string
  readonly at: string
  readonly plan: PlanName | undefined
  /** What may be asked about, as suggestions. */
  readonly moments: readonly Moment[]
}

interface Moment {
  readonly value: string
  readonly label: string
}

/** The releases that the store keeps, and what is proposed. */
async function momentsIn(workspace: PageRequest['workspace']): Promise<Moment[]> {
  const { configuration } = await workspace.globals()
  const { repository } = configuration
  const [store, proposals] = await Promise.all([
    // A store that cannot be read has a page of its own to say so.
    workspace.release().catch(() => undefined),
    repository === undefined ? [] : proposalsIn(repository),
  ])
  const releases = store === undefined ? [] : [store.release, ...store.release.history]
  const draft = await workspace.drafting.current().catch(() => undefined)
  return [
    ...(draft === undefined ? [] : [{ value: WORDS.account.myDraft, label: WORDS.draft.bar }]),
    ...releases.flatMap(({ seq, commit }) =>
      commit === null ? [] : [{ value: `seq:${seq}`, label: WORDS.releases.seq(seq) }],
    ),
    // A name that may not be shown cannot be suggested.
    ...proposals
      .filter(({ name }) => shownText(name) === name)
      .slice(0, LONGEST_LIST)
      .map(({ name, subject }) => ({ value: name, label: shownText(subject) })),
  ]
}

/** As of when, and under which plan: a form, so that it works without a script. */
function Asked({ id, at, plan, moments }: AskedProps): VNode {
  return (
    <form class="asked" method="get" action={`/accounts/${encodeURIComponent(id)}`}>
      <label>
        {WORDS.account.asOf}{' '}
        <input name="at" value={at} placeholder={WORDS.account.asOfNow} list="moments" autocomplete="off" />
      </label>
      <datalist id="moments">
        {moments.map(({ value, label }) => (
          <option value={value}>{label}</option>
        ))}
      </datalist>
      <label>
        {WORDS.account.whatIf}{' '}
        <select name="plan">
          <option value="">{WORDS.account.ownPlan}</option>
          {PLANS.map((name) => (
            <option value={name} selected={name === plan}>
              {name}
            </option>
          ))}
        </select>
      </label>
      <button type="submit">{WORDS.account.show}</button>
    </form>
  )
}

interface AnswersProps {
  readonly explanation: Known
  readonly authors: Authors | undefined
  readonly live: PlanName | undefined
}

function Answers({ explanation, authors, live }: AnswersProps): VNode {
  const { functions, fields, account, configuration } = explanation
  return (
    <>
      {account === undefined && <Note is="info">{WORDS.unknown}</Note>}
      {account !== undefined && isFree(account.plan) && <Note is="info">{WORDS.free}</Note>}
      {live !== undefined && <Note is="info">{WORDS.account.live(live)}</Note>}
      {Object.keys(functions).map((name) => (
        <section aria-labelledby={`f-${name}`}>
          <h2 id={`f-${name}`}>{shownText(name)}</h2>
          <Layers
            fields={fields(name, live)}
            committed={fields(name)}
            authors={authors}
            configuration={configuration}
            name={name}
          />
        </section>
      ))}
    </>
  )
}

interface LayersProps {
  readonly name: string
  readonly fields: ReadonlyMap<string, LayeredField>
  readonly committed: ReadonlyMap<string, LayeredField>
  readonly authors: Authors | undefined
  readonly configuration: Configuration
}

/** One row a field: its value, the layer that won, and below it every other layer that was written. */
function Layers({ name, fields, committed, authors, configuration }: LayersProps): VNode {
  return (
    <div class="scroll" role="region" aria-label={WORDS.account.layersOf(name)} tabindex={0}>
      <table class="layers">
        <caption class="hidden">{WORDS.account.layersOf(name)}</caption>
        <thead>
          <tr>
            {WORDS.account.head.map((title) => (
              <th scope="col">{title}</th>
            ))}
          </tr>
        </thead>
        <tbody>
          {[...fields].map(([field, { value, layers }]) => {
            const before = committed.get(field)?.value ?? null
            return (
              <tr>
                <th scope="row">{shownText(field)}</th>
                <td class="value">
                  {shownValue(value)}
                  {before !== value && <span class="was">{WORDS.account.committed(shownValue(before))}</span>}
                </td>
                <td>
                  <ol class="chain">
                    {[...layers].reverse().map((layer) => (
                      <li class={layer.wins === true ? 'wins' : layer.stoppedBy === undefined ? 'lost' : 'stopped'}>
                        <LayerLine layer={layer} authors={authors} configuration={configuration} />
                      </li>
                    ))}
                  </ol>
                </td>
              </tr>
            )
          })}
        </tbody>
      </table>
    </div>
  )
}

interface LayerLineProps {
  readonly layer: WrittenLayer
  readonly authors: Authors | undefined
  readonly configuration: Configuration
}

function LayerLine({ layer, authors, configuration: { show } }: LayerLineProps): VNode {
  const by = authors?.get(layer.file)?.get(layer.line)
  const { stoppedBy } = layer
  return (
    <>
      <span class="layer">{WORDS.account.layers[layer.layer]}</span> <strong>{shownValue(layer.value)}</strong>{' '}
      <code>{shownText(`${show(layer.file)}:${layer.line}`)}</code>
      {authors !== undefined && <Author commit={by?.commit ?? null} author={by?.author ?? null} />}
      {layer.wins === true && <span class="badge">{WORDS.account.wins}</span>}
      {stoppedBy !== undefined && (
        <span class="badge stop">
          {WORDS.account.stoppedBy(stoppedBy.rule)}{' '}
          <code>{shownText(`${show(stoppedBy.file)}:${stoppedBy.line}`)}</code>
        </span>
      )}
    </>
  )
}

function Author({
  commit,
  author,
}: {
  readonly commit: string | null
  readonly author: string | null
}): ComponentChildren {
  if (commit === null) return <span class="by"> {WORDS.account.uncommitted}</span>
  return (
    <span class="by">
      {' '}
      {shownAuthor(author ?? '')} <code>{commit.slice(0, 8)}</code>
    </span>
  )
}
