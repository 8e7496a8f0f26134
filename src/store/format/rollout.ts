import { EVERYBODY, type Ladder, type Ring } from '../../domain/rollout-rings.ts'
import { isId } from './account-leaf.ts'
import { Malformed, integer, list, noMore, object, string } from './decode-json.ts'
import { readTime } from './decode-time.ts'
import { type Ref, isRef } from './object-ref.ts'

/** A release that answers for some accounts first. The release keys sign it with the rest of the signed part. */
export interface Candidate extends Ladder {
  readonly commit: string | null
  /** git's id of its configuration's folder; null where it is unknown. */
  readonly tree: string | null
  readonly root: Ref
  /** After this nobody is on the candidate, whatever the stage. RFC 3339 in UTC. */
  readonly until: string
}

/** How far a candidate has come. The refresh keys may set it. */
export interface Rollout {
  /** The index of a stage. `stopped` is final. */
  readonly stage: Stage
  readonly since: string
  /** After this everybody is on the stable release until it is set anew; null where the candidate answers for all. */
  readonly expires: string | null
}

export type Stage = number | 'stopped'

const MAX_STAGES = 16
/** The most accounts that a candidate names, in its stages and its exclusions together. */
const MAX_NAMED = 100

/** @throws {Malformed} */
export function readCandidate(value: unknown, stable: Ref): Candidate | null {
  if (value === null) return null
  const { id, commit, tree, root, stages, exclude, until, ...more } = object(value, 'the candidate')
  noMore(more, 'the candidate')
  if (!isRef(root)) throw new Malformed('the candidate’s root is not a reference')
  if (root === stable) throw new Malformed('the candidate’s root is the stable one')
  const candidate = {
    id: accountId(id, 'the candidate’s id'),
    commit: commit === null ? null : string(commit, 'the candidate’s commit'),
    tree: tree === null ? null : string(tree, 'the candidate’s tree'),
    root,
    stages: list(stages, 'stages', readRing),
    exclude: accounts(exclude, 'exclude'),
    until: readTime(until, 'until'),
  }
  checkLadder(candidate)
  return candidate
}

function readRing(value: unknown, what: string): Ring {
  const { accounts: named, bp, ...more } = object(value, what)
  noMore(more, what)
  if ((named === undefined) === (bp === undefined)) throw new Malformed(`${what} has not either accounts or bp`)
  if (named !== undefined) return { accounts: accounts(named, what) }
  const points = integer(bp, what)
  if (points < 1 || points > EVERYBODY) throw new Malformed(`${what} is not from 1 to ${EVERYBODY}`)
  return { bp: points }
}

function checkLadder({ stages, exclude }: Ladder): void {
  if (stages.length === 0 || stages.length > MAX_STAGES) {
    throw new Malformed(`the candidate has ${stages.length} stages, and not 1 to ${MAX_STAGES}`)
  }
  const named = stages.flatMap((ring) => ('accounts' in ring ? ring.accounts : []))
  if (named.length + exclude.length > MAX_NAMED)
    throw new Malformed(`the candidate names more than ${MAX_NAMED} accounts`)
  let last = 0
  for (const ring of stages) {
    if ('accounts' in ring) continue
    if (ring.bp <= last) throw new Malformed('the candidate’s stages do not grow')
    last = ring.bp
  }
}

/** @throws {Malformed} */
export function readRollout(value: unknown, candidate: Candidate | null): Rollout | null {
  if ((value === null) !== (candidate === null)) throw new Malformed('there is not both a candidate and a rollout')
  if (value === null || candidate === null) return null
  const { stage, since, expires, ...more } = object(value, 'the rollout')
  noMore(more, 'the rollout')
  const rollout: Rollout = {
    stage: stage === 'stopped' ? stage : integer(stage, 'the stage'),
    since: readTime(since, 'since'),
    expires: expires === null ? null : readTime(expires, 'the rollout’s expiry'),
  }
  const { stages } = candidate
  if (rollout.stage !== 'stopped' && (rollout.stage < 0 || rollout.stage >= stages.length)) {
    throw new Malformed(`the stage ${rollout.stage} is none of the candidate’s`)
  }
  if (rollout.expires === null && !isSettled(candidate, rollout)) {
    throw new Malformed('the rollout would never expire, and is not at its end')
  }
  return rollout
}

/** Whether the candidate answers for everybody, so that nobody has to watch it. */
function isSettled({ stages }: Ladder, { stage }: Rollout): boolean {
  const ring = stages.at(-1)
  return stage === stages.length - 1 && ring !== undefined && 'bp' in ring && ring.bp === EVERYBODY
}

/** Returns where a stage is in the order of stages, of which `stopped` is the last. */
export function rankOf(rollout: Rollout | null): number {
  if (rollout === null) return -1
  return rollout.stage === 'stopped' ? MAX_STAGES : rollout.stage
}

function accounts(value: unknown, what: string): string[] {
  const named = list(value, what, accountId)
  if (new Set(named).size < named.length) throw new Malformed(`${what} names an account twice`)
  return named
}

function accountId(value: unknown, what: string): string {
  const id = string(value, what)
  if (!isId(id)) throw new Malformed(`${what} is not spelled like an account id`)
  return id
}
