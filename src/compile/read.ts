import type { FileKind } from './layout.ts'

/** Which files a configuration has, wherever they were found: a folder, or a revision of a repository. */
export interface Tree {
  /** The YAML files that stand in their places, sorted by path. */
  readonly files: readonly TreeFile[]
  readonly unexpected: readonly Unexpected[]
}

export interface TreeFile {
  /** Relative to the configuration's folder, with forward slashes. */
  readonly path: string
  readonly kind: FileKind
  /** Bytes; undefined where finding out would cost a look at the file. */
  readonly size?: number
  /** git's id of the content, where git has it at hand. */
  readonly blob?: string
}

export interface Unexpected {
  readonly path: string
  readonly why: string
  readonly help: string
}
