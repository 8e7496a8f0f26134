import { Failure } from '../../base/failure.ts'
import { didYouMean, oneOf } from '../../base/did-you-mean.ts'
import { FORGES, type Forge } from '../../init/init.ts'

/** Returns the server that a flag names. @throws {Failure} when it is not a known one. */
export function forgeOf(name = 'github'): Forge {
  const found = FORGES.find((forge) => forge === name)
  if (found !== undefined) return found
  const help = `${didYouMean(name, FORGES)}write ${oneOf(FORGES)}; Gitea and Forgejo are taken for github`
  throw new Failure('usage', `there is no forge "${name}"`, help)
}
