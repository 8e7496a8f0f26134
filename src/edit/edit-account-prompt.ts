import type { GlobalPrompt } from '../domain/settings-types.ts'
import { Failure } from '../base/failure.ts'
import { sameText } from '../domain/placeholders.ts'
import { type SourceFile, nodeAt } from '../source/source-nodes.ts'
import { type MergeConflict, merge } from './three-way-merge.ts'
import { type Put, put, putAll } from './text/put-value.ts'
import { remove } from './text/remove-entry.ts'

/**
 * Sets an account's own text for a prompt. `default` keeps the global text of the moment of customising, so editing
 * again leaves it. Without a text the global one is the start, which never replaces one that the account has.
 */
export function customize(file: SourceFile, type: string, prompt: GlobalPrompt, text: string | undefined): string {
  const at = ['prompts', type]
  const record = recordOf(file, type)
  if (record?.customized === true) return text === undefined ? file.text : put(file, [...at, 'value'], unix(text))
  const today = unix(prompt.value)
  const written = { customized: true, value: text === undefined ? today : unix(text), default: today }
  if (record === undefined) return put(file, at, written)
  return putAll(
    file,
    Object.entries(written).map(([key, value]) => [[...at, key], value]),
  )
}

/**
 * Goes back to the global text: without its record the account follows the live one. Pinned, it stays on the snapshot
 * of the day it customised, as after the admin site's reset.
 */
export function reset(file: SourceFile, type: string, pin: boolean): string {
  const at = ['prompts', type]
  if (!pin) return remove(file, at)
  const snapshot = recordOf(file, type)?.default
  if (snapshot === undefined) return file.text
  return putAll(file, [
    [[...at, 'customized'], false],
    [[...at, 'value'], unix(snapshot)],
  ])
}

export type Rebased =
  | { readonly is: 'text'; readonly text: string }
  | { readonly is: 'conflict'; readonly conflicts: readonly MergeConflict[] }

/**
 * Merges the global's change since the account customised into the account's text, and brings `default` up to today; a
 * text that was merged by hand is taken instead. A pinned account moves its pin.
 */
export function rebase(file: SourceFile, type: string, prompt: GlobalPrompt, merged: string | undefined): Rebased {
  const at = ['prompts', type]
  const record = recordOf(file, type)
  const today = unix(prompt.value)
  if (merged !== undefined && record?.customized !== true) throw notCustomised(file, type)
  if (record?.default === undefined) return { is: 'text', text: file.text }
  const texts: Put[] = [[[...at, 'default'], today]]
  if (merged !== undefined) texts.unshift([[...at, 'value'], unix(merged)])
  else if (record.value !== undefined && !sameText(record.default, today)) {
    // In a record that is not customised, what is written beside its default is ignored, and stays what it is.
    const follows = record.customized || sameText(record.value, record.default)
    const result = follows ? merge(unix(record.value), unix(record.default), today) : { text: record.value }
    if ('conflicts' in result) return { is: 'conflict', conflicts: result.conflicts }
    texts.unshift([[...at, 'value'], result.text])
  }
  return { is: 'text', text: putAll(file, texts) }
}

interface Written {
  readonly customized: boolean
  readonly value: string | undefined
  readonly default: string | undefined
}

/** Returns the valid part of a record; the check that follows reports the rest. */
function recordOf({ root }: SourceFile, type: string): Written | undefined {
  if (nodeAt(root, ['prompts', type])?.is !== 'map') return undefined
  const scalar = (key: string): unknown => {
    const node = nodeAt(root, ['prompts', type, key])
    return node?.is === 'scalar' ? node.value : undefined
  }
  const text = (key: string): string | undefined => {
    const value = scalar(key)
    return typeof value === 'string' ? value : undefined
  }
  return { customized: scalar('customized') === true, value: text('value'), default: text('default') }
}

function notCustomised({ path }: SourceFile, type: string): Failure {
  const help = 'write `prompt customize ACCOUNT... TYPE --file FILE`'
  return new Failure('usage', `${path} has not customised ${type}`, help)
}

/** Converts a text of Windows, which gets the line ends of the file that it goes into. A lone CR is a character. */
function unix(text: string): string {
  return text.replaceAll('\r\n', '\n')
}
