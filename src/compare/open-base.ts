import { resolve } from 'node:path'
import { NoFolderThen } from '../source/list-revision.ts'
import { openRepository } from '../git/open-repository.ts'
import { resolveRevision } from '../git/history/resolve-revision.ts'
import { type Configuration, openConfiguration } from '../source/open-configuration.ts'

/** The beginning of a comparison: a commit, and its configuration if there was one then. */
export interface Base {
  readonly commit: string | null
  readonly configuration: Configuration | undefined
}

/** @throws {Failure} when there is no such revision. */
export async function openBase(config: string, revision: string): Promise<Base> {
  try {
    const configuration = await openConfiguration(config, revision)
    return { commit: (await configuration.state()).commit, configuration }
  } catch (error) {
    const repository = error instanceof NoFolderThen ? await openRepository(resolve(config)) : undefined
    if (repository === undefined) throw error
    return { commit: await resolveRevision(repository, revision), configuration: undefined }
  }
}
