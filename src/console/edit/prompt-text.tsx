import type { VNode } from 'preact'
import { fill, missingIn, placeholder, usedIn } from '../../domain/placeholders.ts'
import type { GlobalPrompt } from '../../domain/settings-types.ts'
import { own } from '../../domain/plain-data.ts'
import { valueAt } from '../../draft/replay-operations.ts'
import { unified } from '../../review/render/unified-diff.ts'
import type { SourceFile } from '../../source/source-nodes.ts'
import type { FormField } from '../form/form-fields.ts'
import { ProblemList, TextArea, asContent } from '../form/file-form.tsx'
import { namesOf, writtenAs } from '../form/read-form.ts'
import { problemsOf } from '../form/problems-at.ts'
import { PostForm } from '../parts/post-form.tsx'
import { holdsCredential, shownLines, shownText } from '../parts/shown.ts'
import { Note, Table } from '../parts/tables.tsx'
import { WORDS } from '../words.ts'
import { countTokens } from '../workspace/count-tokens.ts'
import type { DraftedFile } from '../workspace/drafted-file.ts'

/** The text of a global prompt, as a field of its file. */
export function globalTextField(file: SourceFile): FormField {
  return textField(['value'], writtenAs(valueAt(file, ['value'])))
}

export function textField(path: readonly string[], value: string): FormField {
  return { path, control: 'text', description: '', choices: [], isRequired: true, value }
}

interface GlobalPromptTextProps {
  readonly drafted: DraftedFile
  readonly type: string
  readonly action: string
  readonly url: URL
  readonly also: readonly string[]
}

/** The text of a global prompt with what it needs, how long it is, and a sample of it. */
export async function globalPromptText({
  drafted,
  type,
  action,
  url,
  also,
}: GlobalPromptTextProps): Promise<VNode | null> {
  const { now, base, context } = drafted
  if (now?.root?.is !== 'map') return null
  const field = globalTextField(now)
  const text = writtenAs(field.value)
  const prompt = own(context.known.prompts, type) ?? undefined
  const before = base === undefined ? undefined : writtenAs(valueAt(base, ['value']))
  const against = before === undefined || before === text ? [] : [{ label: WORDS.draft.base, text: before }]
  return (
    <>
      <PromptEditor
        action={action}
        field={field}
        drafted={drafted}
        prompt={prompt}
        promptFile={now}
        against={against}
        also={also}
      />
      <p class="about">{WORDS.text.tokens(await countTokens(text), undefined)}</p>
      {prompt !== undefined && <Variables text={text} prompt={prompt} file={now} />}
      {prompt !== undefined && <Sample text={text} prompt={prompt} file={now} url={url} action={action} />}
    </>
  )
}

/** A text that another is compared with. */
interface ComparedText {
  readonly label: string
  readonly text: string
}

interface PromptEditorProps {
  readonly action: string
  readonly field: FormField
  readonly drafted: DraftedFile
  readonly prompt: GlobalPrompt | undefined
  /** The prompt's own file, which describes the variables. */
  readonly promptFile: SourceFile | undefined
  readonly against: readonly ComparedText[]
  readonly also?: readonly string[]
  readonly help?: string
}

/** A text of a prompt in a form of its own: a plain area, which the script makes an editor where one is asked for. */
export function PromptEditor(props: PromptEditorProps): VNode {
  const { action, field, drafted, prompt, promptFile, against, also = [], help } = props
  const names = namesOf(field)
  const text = writtenAs(field.value)
  if ([text, ...against.map((one) => one.text)].some(holdsCredential)) {
    return <Note is="warning">{WORDS.form.credential}</Note>
  }
  const problems = problemsOf(
    [{ path: [], description: '', fields: [field], isEntry: false }],
    drafted.now,
    drafted.diagnostics,
  )
  const variables = Object.entries(prompt?.variables ?? {}).map(([name, required]) => ({
    label: placeholder(name, prompt?.placeholders ?? 'none'),
    detail: required === true ? WORDS.prompts.required : WORDS.prompts.optional,
    info: promptFile === undefined ? '' : variableDescription(promptFile, name),
  }))
  return (
    <PostForm action={action} class="edit" id="text-form" data-keep>
      <div class="field wide" data-field={names.value}>
        <label for={names.id}>{WORDS.text.own}</label>
        <div class="editor" data-editor={WORDS.text.editor} data-variables={JSON.stringify(variables)}>
          <TextArea id={names.id} name={names.value} text={text} rows={18} aria-describedby={`${names.id}-about`} />
          <ComparedTexts against={against} />
        </div>
        <input type="hidden" name={names.was} value={text} />
        <div class="about" id={`${names.id}-about`}>
          {help !== undefined && <p>{help}</p>}
          {also.map((line) => (
            <p class="also">{line}</p>
          ))}
          <ProblemList diagnostics={problems.of(field.path)} />
        </div>
      </div>
      <p class="buttons">
        <button type="submit" class="main">
          {WORDS.form.keep}
        </button>
      </p>
      {against.map(({ label, text: other }) => (
        <details>
          <summary>
            {WORDS.text.against} {label}
          </summary>
          <TextDifference before={other} after={text} />
        </details>
      ))}
    </PostForm>
  )
}

/** Texts that the editor compares with, when it is there. */
export function ComparedTexts({ against }: { readonly against: readonly ComparedText[] }): VNode {
  return (
    <>
      {against.map(({ label, text }) => (
        <textarea hidden disabled data-against={label}>
          {asContent(text)}
        </textarea>
      ))}
    </>
  )
}

/** What one text has that another has not, line by line. */
export function TextDifference({ before, after }: { readonly before: string; readonly after: string }): VNode {
  return (
    <pre class="text" tabindex={0}>
      {unified(before, after).lines.map((line) => {
        const text = `${shownText(line)}\n`
        if (line.startsWith('+')) return <ins>{text}</ins>
        return line.startsWith('-') ? <del>{text}</del> : text
      })}
    </pre>
  )
}

interface TextFactsProps {
  readonly text: string
  readonly prompt: GlobalPrompt
  /** The prompt's file, which describes the variables. */
  readonly file: SourceFile
}

/** Which variables a text has, and which it lacks. */
export function Variables({ text, prompt, file }: TextFactsProps): VNode {
  const missing = new Set(missingIn(text, prompt))
  const used = usedIn(text, prompt)
  return (
    <>
      <h2>{WORDS.text.variables}</h2>
      <Table
        caption={WORDS.text.variables}
        head={[...WORDS.prompts.variableHead, WORDS.text.inText, WORDS.text.what]}
        rows={Object.entries(prompt.variables).map(([name, required]) => [
          <code>{shownText(placeholder(name, prompt.placeholders))}</code>,
          required === 'literal' ? WORDS.prompts.literal : required ? WORDS.prompts.required : WORDS.prompts.optional,
          missing.has(name) ? (
            <span class="badge stop">{WORDS.text.missing}</span>
          ) : used.has(name) ? (
            WORDS.text.present
          ) : (
            WORDS.text.absent
          ),
          shownText(variableDescription(file, name)),
        ])}
      />
    </>
  )
}

/** What a variable is, as its prompt's file says. */
function variableDescription(file: SourceFile, name: string): string {
  const description = valueAt(file, ['variables', name, 'description'])
  return typeof description === 'string' ? description : ''
}

interface SampleProps extends TextFactsProps {
  readonly url: URL
  readonly action: string
}

/** The text as a service would send it, with values to try. */
export function Sample({ text, prompt, file, url, action }: SampleProps): VNode {
  const names = Object.entries(prompt.variables).flatMap(([name, required]) => (required === 'literal' ? [] : [name]))
  const values = new Map(
    names.map((name) => [name, url.searchParams.get(`s:${name}`) || variableDescription(file, name) || name]),
  )
  return (
    <>
      <h2>{WORDS.text.sample}</h2>
      <p class="about">{WORDS.text.sampleHelp}</p>
      <form method="get" action={action} class="edit">
        {names.map((name) => (
          <div class="field">
            <label for={`s-${name}`}>{shownText(name)}</label>
            <TextArea id={`s-${name}`} name={`s:${name}`} rows={2} text={url.searchParams.get(`s:${name}`) ?? ''} />
          </div>
        ))}
        {names.length > 0 && <button type="submit">{WORDS.text.render}</button>}
      </form>
      <pre class="text" tabindex={0}>
        {shownLines(fill(text, prompt, values))}
      </pre>
    </>
  )
}
