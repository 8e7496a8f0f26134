import { blobId } from '../git/objects/blob-id.ts'
import { ACCOUNTS, namesOf, place } from './file-layout.ts'
import type { FileContent, Located, Tree, TreeFile } from './list-folder.ts'
import type { Configuration, Origin } from './open-configuration.ts'

/** One file's change; null for a file that is not there. */
export interface FileEdit {
  /** The content that the change was made from. */
  readonly before: string | null
  readonly after: string | null
}

/** By path, relative to the configuration's folder. */
export type FileEdits = ReadonlyMap<string, FileEdit>

/** Returns a configuration with some files as they would be: the result of an edit, before anything is written. */
export function withEdits(configuration: Configuration, edits: FileEdits): Configuration {
  const origin = originWithEdits(configuration, edits)
  return { ...origin, tree: treeWith(configuration.tree, editedFiles(edits)) }
}

/** Does the same before anything is listed. */
export function originWithEdits(origin: Origin, edits: FileEdits): Origin {
  const files = editedFiles(edits)
  const bytes = new Map(files.map(({ path, content }) => [path, content]))
  const globals = files.filter(({ kind }) => kind !== 'account')
  return {
    ...origin,
    id: undefined,
    state: async () => ({ commit: null, unsure: [] }),
    // Workers would read the folder's own files.
    from: 'revision',
    list: async () => treeWith(await origin.list(), files),
    listGlobals: async () => treeWith(await origin.listGlobals(), globals),
    find: async (account) => {
      const names = namesOf(account)
      const isNamed = ({ path }: EditedFile): boolean => {
        return path.startsWith(`${ACCOUNTS}/`) && names.has(path.slice(path.lastIndexOf('/') + 1))
      }
      return treeWith(await origin.find(account), files.filter(isNamed))
    },
    async *contents<F extends Located>(wanted: readonly F[]): AsyncGenerator<readonly [F, FileContent]> {
      const others = wanted.filter(({ path }) => bytes.get(path) === undefined)
      const rest = origin.contents(others)[Symbol.asyncIterator]()
      for (const file of wanted) {
        const content = bytes.get(file.path)
        if (content !== undefined) yield [file, content]
        else {
          const next = await rest.next()
          if (next.done !== true) yield next.value
        }
      }
    },
  }
}

interface EditedFile {
  readonly path: string
  readonly kind: TreeFile['kind']
  /** Undefined for one that goes. */
  readonly content: Buffer | undefined
}

/** An edit may concern a file beside the configuration, such as CODEOWNERS: that one is no part of it. */
function editedFiles(edits: FileEdits): EditedFile[] {
  return [...edits].flatMap(([path, { after }]): EditedFile[] => {
    const placed = place(path)
    if (placed.is !== 'yaml') return []
    return [{ path, kind: placed.kind, content: after === null ? undefined : Buffer.from(after) }]
  })
}

function treeWith(tree: Tree, edited: readonly EditedFile[]): Tree {
  const paths = new Set(edited.map(({ path }) => path))
  const isLeft = ({ path }: Located): boolean => !paths.has(path)
  const come = edited.flatMap(({ path, kind, content }): TreeFile[] => {
    return content === undefined ? [] : [{ path, kind, blob: blobId(content) }]
  })
  const files = [...tree.files.filter(isLeft), ...come].sort((a, b) => (a.path < b.path ? -1 : 1))
  return { ...tree, files, ...(tree.absent !== undefined && { absent: tree.absent.filter(isLeft) }) }
}
