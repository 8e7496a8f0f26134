import type { Configuration } from '../source/configuration.ts'
import type { FileContent } from '../source/read-folder.ts'
import type { Work } from './outcome.ts'

/** Yields work with the contents of its files, in the order in which they are read. */
export async function* withContents(
  work: readonly Work[],
  configuration: Configuration,
): AsyncGenerator<[Work, FileContent]> {
  const byFile = new Map(work.map((one) => [one.file.path, one]))
  for await (const [{ path }, content] of configuration.contents(work.map(({ file }) => file))) {
    const one = byFile.get(path)
    if (one !== undefined) yield [one, content]
  }
}
