import { createHash, randomInt } from 'node:crypto'
import { Malformed, type Obj, list, object, oneOf, optional, parseJson, string } from '../store/format/decode-json.ts'
import { canonical } from '../store/format/canonical-json.ts'
import { type Operation, nameOf } from './operation.ts'
import { readOperation } from './read-operation.ts'

/** Changes that somebody is preparing: nothing of them is in the working tree. */
export interface SettingsDraft {
  /** The name of its branch is `settings/` and this: it stays, whatever becomes of the title. */
  readonly id: string
  /** Empty until somebody gives it one. */
  readonly title: string
  /** RFC 3339, in UTC. */
  readonly created: string
  readonly changed: string
  readonly operations: readonly Operation[]
  readonly saved?: Saved
  /** Null while it is open. What has ended is never replayed again. */
  readonly ended: Ended | null
}

/** Where a draft was saved. */
export interface Saved {
  /** The commit that we put on the branch last; null before the first. Somebody else's is never replaced. */
  readonly pushed: string | null
  /** The commit that we were about to put there: a kill may have come before or after. */
  readonly making: string | null
  /** Where a person sees it: a pull request's address; null for a branch alone. */
  readonly url: string | null
}

export type Ended = (typeof ENDINGS)[number]
const ENDINGS = ['merged', 'closed', 'discarded'] as const

export function newDraft(now: Date): SettingsDraft {
  const at = now.toISOString()
  const id = `draft-${Array.from({ length: 10 }, () => LETTERS[randomInt(LETTERS.length)]).join('')}`
  return { id, title: '', created: at, changed: at, operations: [], ended: null }
}

/** None that are read for one another. */
const LETTERS = 'abcdefghjkmnpqrstuvwxyz23456789'

/** Whether a text is the id of a draft: it becomes the name of a file and of a branch. */
export function isDraftId(text: string): boolean {
  return /^draft-[a-z0-9]{10}$/.test(text)
}

export function branchOfDraft({ id }: Pick<SettingsDraft, 'id'>): string {
  return `settings/${id}`
}

/** Returns a draft as it is kept: JSON, with a digest, so that a damaged file is not taken for what somebody wanted. */
export function encodeDraft(draft: SettingsDraft): string {
  return `${JSON.stringify({ format: FORMAT, digest: digestOf(draft), draft }, undefined, 2)}\n`
}

/** @throws {Malformed} for what is damaged, or was written by another version. */
export function decodeDraft(bytes: Uint8Array): SettingsDraft {
  const { format, digest, draft } = object(parseJson(bytes, 'the draft'), 'the draft')
  if (format !== FORMAT) throw new Malformed('another version of tenfold wrote it')
  const members = object(draft, 'draft')
  const id = string(members['id'], 'draft.id')
  if (!isDraftId(id)) throw new Malformed('draft.id is none')
  const saved = optional(members['saved'], 'draft.saved', readSaved)
  const read: SettingsDraft = {
    id,
    title: string(members['title'], 'draft.title'),
    created: string(members['created'], 'draft.created'),
    changed: string(members['changed'], 'draft.changed'),
    operations: operationsIn(members),
    ...(saved !== undefined && { saved }),
    ended: members['ended'] === null ? null : oneOf(ENDINGS)(members['ended'], 'draft.ended'),
  }
  if (digest !== digestOf(read)) throw new Malformed('its digest is another')
  return read
}

function operationsIn(members: Obj): readonly Operation[] {
  const operations = list(members['operations'], 'draft.operations', readOperation)
  if (new Set(operations.map(nameOf)).size < operations.length) throw new Malformed('two operations have one place')
  return operations
}

function readSaved(value: unknown, what: string): Saved {
  const members = object(value, what)
  return {
    pushed: orNull(members['pushed'], `${what}.pushed`),
    making: orNull(members['making'], `${what}.making`),
    url: orNull(members['url'], `${what}.url`),
  }
}

function orNull(value: unknown, what: string): string | null {
  return value === null ? null : string(value, what)
}

const FORMAT = 1

function digestOf(draft: SettingsDraft): string {
  return createHash('sha256').update(canonical(draft)).digest('hex')
}
