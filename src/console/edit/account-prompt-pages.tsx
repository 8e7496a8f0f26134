import { createHash } from 'node:crypto'
import type { VNode } from 'preact'
import { own } from '../../domain/plain-data.ts'
import { lf, sameText } from '../../domain/placeholders.ts'
import type { GlobalPrompt } from '../../domain/settings-types.ts'
import { operationsBetween } from '../../draft/operations-between.ts'
import { json } from '../../draft/read-operation.ts'
import { valueAt } from '../../draft/replay-operations.ts'
import { customize, rebase, reset } from '../../edit/edit-account-prompt.ts'
import { merge } from '../../edit/three-way-merge.ts'
import { read } from '../../edit/text/confirm-edit.ts'
import { isFree } from '../../lint/facts/account-policy.ts'
import type { SourceFile } from '../../source/source-nodes.ts'
import { TextArea } from '../form/file-form.tsx'
import { readForm, writtenAs } from '../form/read-form.ts'
import { type ActionRequest, type ActionAnswer, type Page, type PageRequest, inFrame } from '../page.ts'
import { PostForm } from '../parts/post-form.tsx'
import { holdsCredential, shownText } from '../parts/shown.ts'
import { Note } from '../parts/tables.tsx'
import { NOT_FOUND } from '../parts/not-found.tsx'
import { WORDS } from '../words.ts'
import { countTokens } from '../workspace/count-tokens.ts'
import type { DraftedFile } from '../workspace/drafted-file.ts'
import type { Workspace } from '../workspace/open-workspace.ts'
import { clashPage } from './edit-form.tsx'
import { alsoIn } from './other-proposals.ts'
import { ComparedTexts, PromptEditor, Sample, TextDifference, Variables, textField } from './prompt-text.tsx'

/** What a draft makes of one account's prompt. */
interface DraftedPrompt {
  readonly drafted: DraftedFile
  readonly file: SourceFile
  readonly prompt: GlobalPrompt
  /** The text that the account gets. */
  readonly text: string
  readonly state: keyof typeof WORDS.text.state
  /** The global text that its record was made from; undefined without a record. */
  readonly madeFrom: string | undefined
}

async function promptOf(workspace: Workspace, id: string, type: string): Promise<DraftedPrompt | undefined> {
  const drafted = await workspace.drafted(`accounts/${id}`)
  const prompt = own(drafted.context.known.prompts, type)
  const file = drafted.now
  if (prompt === undefined || prompt === null || file?.root?.is !== 'map') return undefined
  const at = (key: string): string => writtenAs(valueAt(file, ['prompts', type, key]))
  const hasRecord = valueAt(file, ['prompts', type]) !== null
  const isOwn = valueAt(file, ['prompts', type, 'customized']) === true
  const rest = { drafted, file, prompt }
  if (!hasRecord) return { ...rest, text: prompt.value, state: 'follows', madeFrom: undefined }
  const madeFrom = at('default')
  return { ...rest, text: isOwn ? at('value') : madeFrom, state: isOwn ? 'customised' : 'pinned', madeFrom }
}

export function accountPromptPath(id: string, type: string): string {
  return `/accounts/${encodeURIComponent(id)}/prompts/${encodeURIComponent(type)}`
}

/** The text that one account gets for a prompt, to be edited, compared, tried, reset and rebased. */
export async function accountPromptPage({ workspace, params, url }: PageRequest): Promise<Page> {
  const { id = '', type = '' } = params
  const found = await promptOf(workspace, id, type)
  if (found === undefined) return NOT_FOUND
  const { drafted, prompt, text, state, madeFrom } = found
  const one = await workspace.account(id)
  const action = accountPromptPath(id, type)
  const field = textField(['prompts', type, 'value'], text)
  const also = await alsoIn(workspace, drafted.key)
  const against = [
    ...(sameText(text, prompt.value) ? [] : [{ label: WORDS.text.global, text: prompt.value }]),
    ...(madeFrom === undefined || sameText(madeFrom, prompt.value) ? [] : [{ label: WORDS.text.base, text: madeFrom }]),
  ]
  const promptFile = drafted.context.globals(`prompts/${type}.yaml`)
  return {
    title: `${id}: ${type}`,
    account: inFrame(id, one),
    body: (
      <>
        <p>
          <span class="badge">{WORDS.text.state[state]}</span>
          {isBehind(found) && <span class="badge stop">{WORDS.prompts.isBehind}</span>}
        </p>
        {isFree(writtenAs(valueAt(found.file, ['plan']))) ? (
          <Note is="info">{WORDS.free}</Note>
        ) : (
          <PromptEditor
            action={action}
            field={field}
            drafted={drafted}
            prompt={prompt}
            promptFile={promptFile}
            against={against}
            also={also(field.path)}
            {...(state === 'follows' && { help: WORDS.text.customiseHelp })}
          />
        )}
        {isBehind(found) && madeFrom !== undefined && (
          <details>
            <summary>{WORDS.prompts.gained}</summary>
            <TextDifference before={madeFrom} after={prompt.value} />
          </details>
        )}
        {state !== 'follows' && <RecordButtons action={action} state={state} isBehind={isBehind(found)} />}
        <p class="about">{WORDS.text.tokens(await countTokens(text), await countTokens(prompt.value))}</p>
        {promptFile !== undefined && <Variables text={text} prompt={prompt} file={promptFile} />}
        {promptFile !== undefined && <Sample text={text} prompt={prompt} file={promptFile} url={url} action={action} />}
      </>
    ),
  }
}

function isBehind({ madeFrom, prompt }: DraftedPrompt): boolean {
  return madeFrom !== undefined && !sameText(madeFrom, prompt.value)
}

interface RecordButtonsProps {
  readonly action: string
  readonly state: string
  readonly isBehind: boolean
}

function RecordButtons({ action, state, isBehind: behind }: RecordButtonsProps): VNode {
  return (
    <PostForm action={action} class="buttons">
      {behind && (
        <button type="submit" name="do" value="rebase">
          {WORDS.text.rebase}
        </button>
      )}
      <button type="submit" name="do" value="reset">
        {WORDS.text.reset}
      </button>
      {state === 'customised' && (
        <button type="submit" name="do" value="pin">
          {WORDS.text.pin}
        </button>
      )}
    </PostForm>
  )
}

/** Keeps what the page asks for: the same edits as those of `tenfold prompt`. */
export async function keepAccountPrompt({ workspace, params, form }: ActionRequest): Promise<ActionAnswer> {
  const { id = '', type = '' } = params
  const found = await promptOf(workspace, id, type)
  if (found === undefined) return NOT_FOUND
  const { drafted, file, prompt, text } = found
  const back = accountPromptPath(id, type)
  const asked = form.get('do')
  const keep = async (after: string): Promise<ActionAnswer> => {
    await recordEdit(workspace, drafted, file, after)
    return { goTo: back }
  }
  if (asked === 'reset' || asked === 'pin') return keep(reset(file, type, asked === 'pin'))
  if (asked === 'rebase') {
    const rebased = rebase(file, type, prompt, undefined)
    return rebased.is === 'text' ? keep(rebased.text) : { goTo: `${back}/rebase` }
  }
  const field = textField(['prompts', type, 'value'], text)
  const { operations, clashes } = readForm(form, drafted.key, [field], () => text)
  if (clashes.length > 0) return clashPage(clashes, back)
  const [operation] = operations
  if (operation === undefined || !('value' in operation)) return { goTo: back }
  return keep(customize(file, type, prompt, writtenAs(json(operation.value, 'the form'))))
}

/** Adds what an edit makes of a file to the draft, field by field. */
export async function recordEdit(
  workspace: Workspace,
  { key, seen }: Pick<DraftedFile, 'key' | 'seen'>,
  file: SourceFile,
  after: string,
): Promise<void> {
  const operations = operationsBetween(key, file, read(file, after), seen)
  if (operations.length > 0) await workspace.drafting.record(operations)
}

/** Three texts beside each other, and the fourth that somebody makes of them. */
export async function rebasePage({ workspace, params }: PageRequest): Promise<Page> {
  return rebasing(workspace, params, undefined)
}

/** The page of a rebase; with `typed`, the texts have changed since that was begun, and nothing of it was kept. */
async function rebasing(workspace: Workspace, params: PageRequest['params'], typed: string | undefined): Promise<Page> {
  const { id = '', type = '' } = params
  const found = await promptOf(workspace, id, type)
  if (found?.madeFrom === undefined) return NOT_FOUND
  const { text, madeFrom, prompt } = found
  if ([text, madeFrom, prompt.value].some(holdsCredential)) {
    const body = <Note is="error">{WORDS.form.credential}</Note>
    return { title: WORDS.text.rebaseTitle(type, id), account: inFrame(id, await workspace.account(id)), body }
  }
  const merged = merge(text, madeFrom, prompt.value)
  const columns = [
    [WORDS.text.yours, text],
    [WORDS.text.began, madeFrom],
    [WORDS.text.theirs, prompt.value],
  ] as const
  return {
    title: WORDS.text.rebaseTitle(type, id),
    ...(typed !== undefined && { status: 409 }),
    account: inFrame(id, await workspace.account(id)),
    body: (
      <>
        {typed !== undefined && <Note is="error">{WORDS.text.rebaseMoved}</Note>}
        {'conflicts' in merged && <Note is="warning">{WORDS.text.conflict}</Note>}
        <ThreeTexts columns={columns} />
        <PostForm action={`${accountPromptPath(id, type)}/rebase`} class="edit">
          <input type="hidden" name="seen" value={digestOf(found)} />
          <div class="field wide">
            <label for="merged">{WORDS.text.merged}</label>
            <div class="editor" data-editor={WORDS.text.editor} data-variables="[]">
              <TextArea id="merged" name="merged" rows={18} text={typed ?? ('text' in merged ? merged.text : text)} />
              <ComparedTexts against={columns.slice(1).map(([label, other]) => ({ label, text: other }))} />
            </div>
          </div>
          <p class="buttons">
            <button type="submit" class="main">
              {WORDS.text.take}
            </button>
          </p>
        </PostForm>
      </>
    ),
  }
}

/** Tells the three texts from any others: what is merged by hand is of these alone. */
function digestOf({ text, madeFrom, prompt }: DraftedPrompt): string {
  return createHash('sha256')
    .update(JSON.stringify([text, madeFrom, prompt.value].map((one) => one && lf(one))))
    .digest('hex')
}

/** Texts in columns, each under its name. */
export function ThreeTexts({
  columns,
}: {
  readonly columns: readonly (readonly [label: string, text: string])[]
}): VNode {
  return (
    <div class="three">
      {columns.map(([label, text], i) => (
        <section aria-labelledby={`three-${i}`}>
          <h2 id={`three-${i}`}>{label}</h2>
          <pre class="text" tabindex={0}>
            {text.split('\n').map(shownText).join('\n')}
          </pre>
        </section>
      ))}
    </div>
  )
}

export async function keepRebase({ workspace, params, form }: ActionRequest): Promise<ActionAnswer> {
  const { id = '', type = '' } = params
  const found = await promptOf(workspace, id, type)
  const merged = form.get('merged')
  if (found?.madeFrom === undefined || merged === null) return NOT_FOUND
  if (form.get('seen') !== digestOf(found)) return rebasing(workspace, params, lf(merged))
  const rebased = rebase(found.file, type, found.prompt, merged)
  if (rebased.is === 'text') await recordEdit(workspace, found.drafted, found.file, rebased.text)
  return { goTo: accountPromptPath(id, type) }
}
