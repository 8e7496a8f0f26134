import { refuseUnanswered, whyNoHistory } from '../../git/open-repository.ts'
import { type Origin, type AtIndex, openOrigin } from '../../source/open-configuration.ts'
import { type CommandIo, type CommonFlags, note } from '../io.ts'

/**
 * Opens a configuration that something is built from, or that comes from an untrusted source: what else a checkout
 * contains has to be known.
 *
 * @throws {Failure} when there is no such folder, no such revision, or a repository that git refuses.
 */
export async function openCertain(flags: CommonFlags, io: CommandIo, at?: string | AtIndex): Promise<Origin> {
  const origin = await openOrigin(flags.config, at)
  if (origin.repository === undefined) await refuseUnanswered(origin.folder)
  return noting(io, origin)
}

/**
 * Opens the configuration to check. It is checked without git too, but not as of the date of its commit, and its
 * releases name no commit: if there is a repository that git refuses to read, such as one of another owner, that is
 * reported.
 *
 * @throws {Failure} when there is no such folder, or no such revision.
 */
export async function openNoting(flags: CommonFlags, io: CommandIo, at?: string | AtIndex): Promise<Origin> {
  return noting(io, await openOrigin(flags.config, at))
}

async function noting(io: CommandIo, origin: Origin): Promise<Origin> {
  const why = origin.repository === undefined ? await whyNoHistory(origin.folder) : undefined
  if (why !== undefined) note(io, `note: ${why.message}; ${why.help}`)
  return origin
}
