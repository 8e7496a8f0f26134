import type { VNode } from 'preact'
import { own } from '../../domain/plain-data.ts'
import { placeholder } from '../../domain/placeholders.ts'
import { thousands } from '../../report/counts-in-words.ts'
import type { Page, PageRequest } from '../page.ts'
import { BehindForm, CustomisedForm, behindIn } from '../edit/bulk-prompts.tsx'
import { editPath } from '../edit/subjects.ts'
import { AccountLink, Count, EditLink, NewLink } from '../parts/links.tsx'
import { Problems } from '../parts/problems.tsx'
import { shownLines, shownText } from '../parts/shown.ts'
import { CutList, Facts, Table } from '../parts/tables.tsx'
import { NOT_FOUND } from '../parts/not-found.tsx'
import { WORDS } from '../words.ts'
import { factsOf } from '../workspace/facts-of-accounts.ts'

/** Every global prompt: who uses it, who has customised it, and who is behind it. */
export async function promptsPage({ workspace }: PageRequest): Promise<Page> {
  const { common } = await workspace.globals()
  const facts = factsOf(await workspace.accounts.now())
  const { prompts } = common.context.known
  return {
    title: WORDS.sidebar.prompts,
    body: (
      <>
        <Problems diagnostics={common.diagnostics} />
        <NewLink collection="prompts" />
        <Table
          caption={WORDS.sidebar.prompts}
          head={WORDS.prompts.head}
          rows={Object.keys(prompts).map((type) => {
            const of = facts.prompts.get(type)
            return [
              <a href={`/prompts/${encodeURIComponent(type)}`}>{shownText(type)}</a>,
              usersOf(type, common.context.known.functions).map(shownText).join(', ') || '—',
              <Count of={of?.customised.length ?? 0} query={`customized:${type}`} />,
              thousands(of?.pinned.length ?? 0),
              thousands(of?.behind.length ?? 0),
            ]
          })}
        />
      </>
    ),
  }
}

/** One global prompt, with its variables and the accounts that do not follow it. */
export async function promptPage({ workspace, params }: PageRequest): Promise<Page> {
  const { type = '' } = params
  const { common, configuration } = await workspace.globals()
  const { prompts, functions } = common.context.known
  const prompt = own(prompts, type)
  if (prompt === undefined) return NOT_FOUND
  const every = await workspace.accounts.now()
  const of = factsOf(every).prompts.get(type)
  const behind = prompt === null ? [] : behindIn(every, of?.behind ?? [], type, prompt)
  return {
    title: type,
    body: (
      <>
        <Problems
          diagnostics={common.diagnostics.filter(({ file }) => file === configuration.show(`prompts/${type}.yaml`))}
        />
        <EditLink to={editPath('prompts', type)} />
        {prompt !== null && (
          <>
            <Facts
              facts={[
                [WORDS.prompts.usedBy, usersOf(type, functions).map(shownText).join(', ') || '—'],
                [WORDS.prompts.form, prompt.placeholders],
              ]}
            />
            <h2>{WORDS.prompts.text}</h2>
            <pre class="text" tabindex={0}>
              {shownLines(prompt.value)}
            </pre>
            <h2>{WORDS.prompts.variables}</h2>
            <Table
              caption={WORDS.prompts.variables}
              head={WORDS.prompts.variableHead}
              rows={Object.entries(prompt.variables).map(([name, required]) => [
                <code>{shownText(placeholder(name, prompt.placeholders))}</code>,
                required === 'literal'
                  ? WORDS.prompts.literal
                  : required
                    ? WORDS.prompts.required
                    : WORDS.prompts.optional,
              ])}
            />
          </>
        )}
        <h2>
          {WORDS.prompts.behind} ({thousands(behind.length)})
        </h2>
        {behind.length === 0 ? <p class="none">{WORDS.none}</p> : <BehindForm type={type} behind={behind} />}
        <h2>
          {WORDS.prompts.customised} ({thousands(of?.customised.length ?? 0)})
        </h2>
        <CustomisedForm type={type} ids={of?.customised ?? []} />
        <Followers title={WORDS.prompts.pinned} ids={of?.pinned ?? []} />
      </>
    ),
  }
}

interface FollowersProps {
  readonly title: string
  readonly ids: readonly string[]
}

function Followers({ title, ids }: FollowersProps): VNode {
  return (
    <>
      <h2>
        {title} ({thousands(ids.length)})
      </h2>
      <CutList items={ids} item={(id) => <AccountLink id={id} page="/prompts" />} />
    </>
  )
}

/** Returns the functions that name a prompt type. */
function usersOf(
  type: string,
  functions: Readonly<Record<string, { readonly prompts: readonly string[] }>> = {},
): string[] {
  return Object.entries(functions).flatMap(([name, { prompts }]) => (prompts.includes(type) ? [name] : []))
}
