import type { VNode } from 'preact'
import { type Policy, permits } from '../../domain/plan-policy.ts'
import { isPlan } from '../../domain/settings-types.ts'
import { kindOfSection } from '../../domain/vocabulary.ts'
import { own } from '../../domain/plain-data.ts'
import { valueAt } from '../../draft/replay-operations.ts'
import { moveToPlan } from '../../edit/move-to-plan.ts'
import { positionIn } from '../../lint/locate-findings.ts'
import { SECTIONS } from '../../source/link-files.ts'
import { type SourceFile, nodeAt, spanAt } from '../../source/source-nodes.ts'
import type { FormSubject } from '../form/form-fields.ts'
import type { FieldFacts } from '../form/file-form.tsx'
import { writtenAs } from '../form/read-form.ts'
import type { ActionRequest, ActionAnswer } from '../page.ts'
import { PostForm } from '../parts/post-form.tsx'
import { shownText } from '../parts/shown.ts'
import { WORDS } from '../words.ts'
import type { DraftedFile } from '../workspace/drafted-file.ts'
import type { Workspace } from '../workspace/open-workspace.ts'
import { recordEdit } from './account-prompt-pages.tsx'
import { DraftedForm, keepForm } from './edit-form.tsx'
import { DeleteForm } from './global-pages.tsx'
import { alsoIn } from './other-proposals.ts'

function subjectOf(id: string): FormSubject {
  return { key: `accounts/${id}`, at: [] }
}

function pathTo(id: string): string {
  return `/accounts/${encodeURIComponent(id)}`
}

/** What an account sets for itself, beside what it would inherit. */
export async function accountForm(workspace: Workspace, id: string): Promise<VNode | null> {
  const drafted = await workspace.drafted(`accounts/${id}`)
  if (drafted.now === undefined) return null
  const also = await alsoIn(workspace, drafted.key)
  return (
    <section aria-labelledby="set">
      <h2 id="set">{WORDS.form.own}</h2>
      {isBeyondFree(drafted.now) && (
        <PostForm action={pathTo(id)}>
          <button type="submit" name="do" value="drop">
            {WORDS.form.drop}
          </button>
        </PostForm>
      )}
      <DraftedForm
        drafted={drafted}
        subject={subjectOf(id)}
        action={pathTo(id)}
        factsOf={(path) => ({ ...inheritedBy(drafted, path), also: also(path) })}
      />
      <DeleteForm action={pathTo(id)}>{WORDS.form.delete(shownText(id))}</DeleteForm>
    </section>
  )
}

/** Whether an account has what Free may not have: a downgrade leaves it behind. */
function isBeyondFree(file: SourceFile): boolean {
  return valueAt(file, ['plan']) === 'free' && SECTIONS.some((section) => nodeAt(file.root, [section]) !== undefined)
}

/** What an override inherits where it is not written, and whether the plan permits it. */
function inheritedBy(drafted: DraftedFile, [top, section = '', field = '']: readonly string[]): FieldFacts {
  if (top !== 'overrides') return {}
  const { context, now } = drafted
  const { known, globals, show } = context
  const { vocabulary, plans, functions = {} } = known
  const plan = now === undefined ? '' : writtenAs(valueAt(now, ['plan']))
  const policy: Policy | undefined = isPlan(plan) && plans !== undefined ? { plan, rule: plans[plan] } : undefined
  const isLocked = policy !== undefined && !permits(policy, section, field)
  const settings = globals('settings.yaml')
  const isKind = vocabulary !== undefined && Object.hasOwn(vocabulary.kinds, section)
  const at = isKind ? [section, field] : ['providers', section, field]
  const value = settings === undefined ? null : valueAt(settings, at)
  const span = settings && spanAt(settings.root, at, 'value')
  const line = settings !== undefined && span !== undefined ? positionIn(settings, span.start).line : 1
  const kind = vocabulary === undefined ? undefined : kindOfSection(vocabulary, section)
  const others = Object.entries(functions).flatMap(([name, spec]) => {
    return spec.kind === kind && own(spec.defaults, field) !== undefined ? [name] : []
  })
  const inherits = WORDS.form.inherits(writtenAs(value) || WORDS.form.nothing, `${show('settings.yaml')}:${line}`)
  return {
    inherits: others.length === 0 ? inherits : `${inherits}, ${WORDS.form.ofFunctions(others.join(', '))}`,
    ...(isLocked && { locked: WORDS.form.notInPlan(plan) }),
  }
}

export async function keepAccount({ workspace, params, form }: ActionRequest): Promise<ActionAnswer> {
  const { id = '' } = params
  const drafted = await workspace.drafted(`accounts/${id}`)
  const { base, now } = drafted
  if (form.get('do') === 'delete') {
    if (now !== undefined) {
      await workspace.drafting.record([{ op: 'delete', file: drafted.key, saw: base?.text ?? '' }])
    }
    return { goTo: '/accounts' }
  }
  if (form.get('do') === 'drop' && now !== undefined) {
    await recordEdit(workspace, drafted, now, moveToPlan(now, id, 'free', true))
    return { goTo: pathTo(id) }
  }
  return keepForm(workspace, subjectOf(id), form, `${pathTo(id)}#set`)
}
