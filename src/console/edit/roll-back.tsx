import type { VNode } from 'preact'
import { Failure } from '../../base/failure.ts'
import { changedBetween } from '../../check/since/file-changes.ts'
import type { Operation } from '../../draft/operation.ts'
import { placeOfProposals } from '../../propose/destination.ts'
import { newestBase } from '../../propose/review-draft.ts'
import { keyOf } from '../../source/file-layout.ts'
import { type Configuration, openConfiguration } from '../../source/open-configuration.ts'
import type { ActionRequest, ActionAnswer } from '../page.ts'
import { PostForm } from '../parts/post-form.tsx'
import { WORDS } from '../words.ts'

/** A button that proposes the configuration of a release again. */
export function RollBackForm({ seq }: { readonly seq: number }): VNode {
  return (
    <PostForm action="/releases">
      <button type="submit" name="back" value={String(seq)}>
        {WORDS.rollBack.button}
      </button>
    </PostForm>
  )
}

/**
 * Makes a draft of everything that differs between a release and the base, file by file. The root of trust and custom
 * rules stay as they are: `keys`, and people who review code, change them. @throws {Failure}
 */
export async function keepRollBack({ workspace, form }: ActionRequest): Promise<ActionAnswer> {
  const seq = Number(form.get('back'))
  const commit = await workspace.revisionOf(`seq:${seq}`)
  const base = await newestBase(await placeOfProposals(workspace.config, workspace.options.env))
  const [then, now] = [
    await openConfiguration(workspace.config, commit),
    await openConfiguration(workspace.config, base.commit),
  ]
  const changed = await changedBetween(now, then)
  const [before, after] = [await textsOf(now, changed), await textsOf(then, changed)]
  // An account's file may have moved to another folder: it is the same file all the same.
  const keys = new Set([...changed].sort().map(keyOf))
  const operations = [...keys].flatMap((key) => operationFor(key, before.get(key), after.get(key)))
  if (operations.length === 0) throw new Failure('usage', WORDS.rollBack.same, 'there is nothing to do')
  const { id } = await workspace.drafting.begin(WORDS.rollBack.title(seq), operations)
  return { goTo: `/drafts/${id}` }
}

function operationFor(file: string, before: string | undefined, after: string | undefined): Operation[] {
  if (after === undefined) return before === undefined ? [] : [{ op: 'delete', file, saw: before }]
  if (before === undefined) return [{ op: 'create', file, value: after }]
  return before === after ? [] : [{ op: 'text', file, path: [], value: after, saw: before }]
}

/** Returns the text of each, by what the file is called wherever it is. */
async function textsOf(configuration: Configuration, paths: ReadonlySet<string>): Promise<Map<string, string>> {
  const files = configuration.tree.files.filter(({ path }) => paths.has(path))
  const texts = new Map<string, string>()
  for await (const [{ path }, content] of configuration.contents(files)) {
    if (content !== 'too-large') texts.set(keyOf(path), Buffer.from(content).toString('utf8'))
  }
  return texts
}
