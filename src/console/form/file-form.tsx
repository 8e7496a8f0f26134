import type { ComponentChildren, VNode } from 'preact'
import { maskCredentials } from '../../credentials/index.ts'
import type { Diagnostic } from '../../source/diagnostic-types.ts'
import { PostForm } from '../parts/post-form.tsx'
import { shownText } from '../parts/shown.ts'
import { WORDS } from '../words.ts'
import type { FormField, FormGroup } from './form-fields.ts'
import type { FormProblems } from './problems-at.ts'
import { isSayable, namesOf, writtenAs } from './read-form.ts'

/** What is said of a field beside its control. */
export interface FieldFacts {
  /** What it is where nothing is written, and where that is from. */
  readonly inherits?: string
  /** Why it cannot be set. */
  readonly locked?: string
  /** What else changes it, such as a proposal. */
  readonly also?: readonly string[]
}

interface FileFormProps {
  /** Where the form is sent. */
  readonly action: string
  readonly groups: readonly FormGroup[]
  readonly problems: FormProblems
  readonly factsOf?: (path: readonly string[]) => FieldFacts
  /** More controls, above the button. */
  readonly children?: ComponentChildren
}

/** A form of a file: each field with what it inherits, and what the check says of it. */
export function FileForm({ action, groups, problems, factsOf = () => ({}), children }: FileFormProps): VNode {
  return (
    <PostForm action={action} class="edit" id="form" data-keep>
      {/* What Enter presses, in any field: the first button of a form. */}
      <button type="submit" class="hidden" tabindex={-1}>
        {WORDS.form.keep}
      </button>
      <ProblemList diagnostics={problems.others} />
      {groups.map((group) => (
        <Group group={group} problems={problems} factsOf={factsOf} />
      ))}
      {children}
      <p class="buttons">
        <button type="submit" class="main">
          {WORDS.form.keep}
        </button>
      </p>
    </PostForm>
  )
}

interface GroupProps {
  readonly group: FormGroup
  readonly problems: FormProblems
  readonly factsOf: (path: readonly string[]) => FieldFacts
}

function Group({ group: { path, description, fields, isEntry }, problems, factsOf }: GroupProps): VNode {
  const title = path.at(-1)
  return (
    <fieldset>
      {title !== undefined && <legend>{shownText(title)}</legend>}
      {title !== undefined && description !== '' && <p class="about">{shownText(description)}</p>}
      <ProblemList diagnostics={problems.of(path)} />
      {fields.map((field) => (
        <Field field={field} problems={problems.of(field.path)} facts={factsOf(field.path)} />
      ))}
      {isEntry && (
        <p>
          <button type="submit" name="remove" value={path.map(encodeURIComponent).join('/')}>
            {WORDS.form.removeEntry(shownText(title ?? ''))}
          </button>
        </p>
      )}
    </fieldset>
  )
}

interface FieldProps {
  readonly field: FormField
  readonly problems: readonly Diagnostic[]
  readonly facts: FieldFacts
}

function Field({ field, problems, facts }: FieldProps): VNode {
  const { path, description, value, isRequired } = field
  const names = namesOf(field)
  const label = shownText(path.at(-1) ?? '')
  const about = `${names.id}-about`
  // What holds a credential is never shown, so that it cannot be edited here.
  const leave = facts.inherits === undefined ? WORDS.form.leaveOut : WORDS.form.again
  const isHidden = maskCredentials(writtenAs(value)) !== writtenAs(value)
  const cannot = isHidden ? WORDS.form.credential : isSayable(field) ? undefined : WORDS.form.unsayable
  const locked = facts.locked ?? cannot
  const isLocked = locked !== undefined
  return (
    <div class="field" id={`${names.id}-field`} data-field={names.value}>
      {field.control === 'set' ? (
        <SetControl field={field} label={label} about={about} isLocked={isLocked} />
      ) : (
        <>
          <label for={names.id}>{label}</label>
          <Control field={isHidden ? { ...field, value: null } : field} about={about} isLocked={isLocked} />
        </>
      )}
      {!isLocked && <input type="hidden" name={names.was} value={writtenAs(value)} />}
      <div class="about" id={about}>
        {locked !== undefined && <p class="locked">{shownText(locked)}</p>}
        {facts.inherits !== undefined && <p>{shownText(facts.inherits)}</p>}
        {description !== '' && <p>{shownText(description)}</p>}
        {facts.also?.map((text) => (
          <p class="also">{shownText(text)}</p>
        ))}
        <ProblemList diagnostics={problems} />
      </div>
      {/* What the plan does not permit can still be taken away. */}
      {cannot === undefined && !isRequired && value !== null && (
        <button type="submit" name="inherit" value={names.value} aria-label={`${leave}: ${label}`}>
          {leave}
        </button>
      )}
    </div>
  )
}

interface ControlProps {
  readonly field: FormField
  readonly about: string
  readonly isLocked: boolean
}

function Control({ field, about, isLocked }: ControlProps): VNode {
  const { control, choices, value, isRequired } = field
  const { value: name, id } = namesOf(field)
  const written = writtenAs(value)
  const common = { id, name, disabled: isLocked, 'aria-describedby': about }
  if (control === 'choice' || control === 'switch') {
    const isListed = written === '' || choices.includes(written)
    return (
      <select {...common}>
        {(!isRequired || value === null) && <option value="">{WORDS.form.nothing}</option>}
        {!isListed && (
          <option value={written} selected>
            {shownText(written)}
          </option>
        )}
        {choices.map((one) => (
          <option value={one} selected={one === written}>
            {shownText(one)}
          </option>
        ))}
      </select>
    )
  }
  if (control === 'text' || control === 'list' || written.includes('\n')) {
    return <TextArea {...common} rows={control === 'text' ? 16 : 4} text={written} />
  }
  const list = choices.length > 0 ? `${id}-choices` : undefined
  return (
    <>
      <input
        {...common}
        type="text"
        value={written}
        autocomplete="off"
        spellcheck={control !== 'number'}
        list={list}
        {...(control === 'number' && { inputmode: 'decimal' as const })}
      />
      {list !== undefined && (
        <datalist id={list}>
          {choices.map((one) => (
            <option value={one} />
          ))}
        </datalist>
      )}
    </>
  )
}

interface TextAreaProps {
  readonly id: string
  readonly name: string
  readonly text: string
  readonly rows: number
  readonly disabled?: boolean
  readonly 'aria-describedby'?: string
}

/** A text of several lines. */
export function TextArea({ text, ...attributes }: TextAreaProps): VNode {
  return <textarea {...attributes}>{asContent(text)}</textarea>
}

/** Readers of HTML leave out a line end right behind the tag of a text area. */
export function asContent(text: string): string {
  return text.startsWith('\n') ? `\n${text}` : text
}

function SetControl({ field, label, about, isLocked }: ControlProps & { readonly label: string }): VNode {
  const { value: name, id } = namesOf(field)
  const items = writtenAs(field.value)
    .split('\n')
    .filter((item) => item !== '')
  const all = [...items, ...field.choices.filter((one) => !items.includes(one))]
  return (
    <fieldset class="set" aria-describedby={about}>
      <legend>{label}</legend>
      {all.map((item, i) => (
        <label class="item">
          <input
            type="checkbox"
            id={i === 0 ? id : undefined}
            name={name}
            value={item}
            checked={items.includes(item)}
            disabled={isLocked}
          />{' '}
          {shownText(item)}
        </label>
      ))}
    </fieldset>
  )
}

/** The check's own words at what they are about. */
export function ProblemList({ diagnostics }: { readonly diagnostics: readonly Diagnostic[] }): VNode | null {
  if (diagnostics.length === 0) return null
  return (
    <ul class="problems">
      {diagnostics.map(({ severity, message, help, rule }) => (
        <li class={severity}>
          {shownText(message)} <code>{rule}</code>
          {help !== '' && <small>{shownText(help)}</small>}
        </li>
      ))}
    </ul>
  )
}
