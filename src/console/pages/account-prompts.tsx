import type { Dict } from '../../domain/plain-data.ts'
import { sameText } from '../../domain/placeholders.ts'
import { resolvePrompt } from '../../domain/resolve-answers.ts'
import { type Page, type PageRequest, inFrame } from '../page.ts'
import { AccountNotes, isOpaque } from '../parts/account-notes.tsx'
import { shownLines, shownText } from '../parts/shown.ts'
import { accountPromptPath } from '../edit/account-prompt-pages.tsx'
import { TextDifference } from '../edit/prompt-text.tsx'
import { WORDS } from '../words.ts'

/** The text that an account gets for each prompt, whose it is, and what the global has gained since. */
export async function accountPromptsPage({ workspace, params }: PageRequest): Promise<Page> {
  const { id = '' } = params
  const one = await workspace.account(id)
  const { account } = one
  const globals = isOpaque(one) ? undefined : one.common.globals
  return {
    title: `${id}: ${WORDS.sidebar.customPrompts}`,
    account: inFrame(id, one),
    body: (
      <>
        <AccountNotes of={one} />
        {ownFirst(globals?.prompts ?? {}, account?.prompts).map(([type, prompt]) => {
          const answer = globals && resolvePrompt(globals, account, type)
          const record = account?.prompts?.[type]
          const isBehind = record !== undefined && !sameText(record.default, prompt.value)
          return (
            <section aria-labelledby={`p-${type}`}>
              <h2 id={`p-${type}`}>
                <a href={accountPromptPath(id, type)}>{shownText(type)}</a> <span class="badge">{stateOf(record)}</span>
                {isBehind && <span class="badge stop">{WORDS.prompts.isBehind}</span>}
              </h2>
              {isBehind && (
                <details>
                  <summary>{WORDS.prompts.gained}</summary>
                  <TextDifference before={record.default} after={prompt.value} />
                </details>
              )}
              <pre class="text" tabindex={0}>
                {shownLines(answer?.prompt_value ?? '')}
              </pre>
            </section>
          )
        })}
      </>
    ),
  }
}

/** The prompts that an account has a record of come first: they are why somebody looks. */
function ownFirst<T>(prompts: Dict<T>, records: Dict<unknown> = {}): (readonly [type: string, prompt: T])[] {
  const all = Object.entries(prompts)
  return [
    ...all.filter(([type]) => Object.hasOwn(records, type)),
    ...all.filter(([type]) => !Object.hasOwn(records, type)),
  ]
}

function stateOf(record: { readonly customized: boolean } | undefined): string {
  if (record === undefined) return WORDS.prompts.follows
  return record.customized ? WORDS.prompts.isCustomised : WORDS.prompts.isPinned
}
