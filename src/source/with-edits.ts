import { blobId } from '../git/objects/blob-id.ts'
import type { FileContent, Located } from './list-folder.ts'
import type { Configuration } from './open-configuration.ts'

/** One file's change; null for a file that is not there. */
export interface FileEdit {
  /** The content that the change was made from. */
  readonly before: string | null
  readonly after: string | null
}

/**
 * Returns a configuration with some account files as they would be: the result of an edit, before anything is written.
 */
export function withEdits(configuration: Configuration, edits: ReadonlyMap<string, FileEdit>): Configuration {
  const { tree } = configuration
  const accounts = [...edits].filter(([path]) => path.startsWith('accounts/'))
  const bytes = new Map(accounts.flatMap(([path, { after }]) => (after === null ? [] : [[path, Buffer.from(after)]])))
  const kept = tree.files.filter(({ path }) => !edits.has(path))
  const edited = [...bytes].map(([path, content]) => ({ path, kind: 'account' as const, blob: blobId(content) }))
  return {
    ...configuration,
    id: undefined,
    state: async () => ({ commit: null, unsure: [] }),
    // Workers would read the folder's own files.
    from: 'revision',
    tree: { ...tree, files: [...kept, ...edited].sort((a, b) => (a.path < b.path ? -1 : 1)) },
    async *contents<F extends Located>(files: readonly F[]): AsyncGenerator<readonly [F, FileContent]> {
      for (const file of files) {
        const content = bytes.get(file.path)
        if (content !== undefined) yield [file, content]
        else yield* configuration.contents([file])
      }
    },
  }
}
