import type { FormSubject } from '../form/form-fields.ts'
import { pathOf } from '../../source/file-layout.ts'

/** The collections that have a page for each of what is in them. */
const EDITABLE = ['models', 'plans', 'functions', 'prompts', 'profiles', 'strategies'] as const
export type EditableCollection = (typeof EDITABLE)[number]

export function isEditable(name: string): name is EditableCollection {
  return EDITABLE.some((one) => one === name)
}

/** Where one of a collection is written: in a file of its own, or as a record of one; undefined for a name that is none. */
export function subjectOf(collection: EditableCollection, name: string): FormSubject | undefined {
  const folder = FOLDERS[collection]
  if (folder === undefined) return { key: collection, at: [collection, name] }
  const key = `${folder}/${name}`
  return pathOf(key) === undefined ? undefined : { key, at: [] }
}

const FOLDERS: Readonly<Partial<Record<EditableCollection, string>>> = {
  prompts: 'prompts',
  profiles: 'author-profiles',
  strategies: 'strategies',
}

/** Returns the page on which one of a collection is edited. */
export function editPath(collection: EditableCollection, name: string): string {
  return `/edit/${collection}/${encodeURIComponent(name)}`
}
