import { type Ring, StageMembers } from '../../src/domain/rollout-rings.ts'
import { StoreFailure } from '../../src/base/failure.ts'
import type { StoreReader } from '../../src/store/backend-types.ts'
import { type Ref, type StoredObject, textObject } from '../../src/store/format/object-ref.ts'
import { type Head, PLAIN, type Release, readHead, signedPartBytes } from '../../src/store/format/release-manifest.ts'
import type { Candidate, Stage } from '../../src/store/format/rollout.ts'
import { epochOf } from '../../src/trust/root-descent.ts'
import { firstRoot, nextRoot, roleOf } from '../../src/trust/next-root.ts'
import { type RootDocument, writeRootDocument } from '../../src/trust/root-document.ts'
import { type PrivateKey, generateKey, resignHead, signHead } from '../../src/trust/sign-head.ts'
import { type Random } from '../support/corpus.ts'
import { numbered } from '../sdk/rooted.ts'
import { GLOBALS, objectsOf } from '../sdk/store.ts'

const MINUTE = 60_000
const DAY = 86_400_000
/** How long the watcher's word counts. */
const INTERVAL = 15 * MINUTE
export const ACCOUNTS = ['acme', 'other', 'nobody'] as const

/** The contents of releases, each of which answers with its own number. */
const CONTENTS = Array.from({ length: 6 }, (_, n) => ({ n: n + 1, ...objectsOf(numbered(n + 1)) }))
export const NUMBERS: ReadonlyMap<Ref, number> = new Map(CONTENTS.map(({ root, n }) => [root, n]))

const LADDERS: readonly (readonly Ring[])[] = [
  [{ accounts: ['acme'] }, { bp: 500 }, { bp: 5000 }, { bp: 10_000 }],
  [{ bp: 2500 }, { accounts: ['other'] }],
  [{ bp: 10_000 }],
]

/** A store in memory: objects stay, and whoever can write replaces the head. */
export class MemoryStore implements StoreReader {
  readonly url = 'memory:'
  readonly objects = new Map<Ref, Uint8Array>(
    CONTENTS.flatMap(({ objects }) => objects.map(({ ref, bytes }) => [ref, bytes])),
  )
  bytes = ''

  async head(): Promise<Buffer> {
    if (this.bytes === '') throw new StoreFailure('not-found', 'there is no store')
    return Buffer.from(this.bytes)
  }

  async read(ref: Ref): Promise<Buffer> {
    const bytes = this.objects.get(ref)
    if (bytes === undefined) throw new StoreFailure('damaged', `object ${ref} is missing`)
    return Buffer.from(bytes)
  }

  put({ ref, bytes }: StoredObject): Ref {
    this.objects.set(ref, bytes)
    return ref
  }
}

/** What honest publishers have signed, as the readers' answers are judged by. */
export interface Honest {
  readonly epoch: number
  readonly release: Release
}

/** The publishers of a store, with the verbs of a rollout, and what the keys of others can do to it. */
export class Publishers {
  readonly store = new MemoryStore()
  readonly clock = { now: Date.parse('2026-01-01T00:00:00Z') }
  readonly first: RootDocument
  /** Every head that was ever there, for whoever replays. */
  readonly heads: string[] = []
  /** By the bytes of the signed part. */
  readonly approved = new Map<string, Honest>()
  /** The honest heads of each signed part: how far its stages were meant to come, and until when. */
  readonly words = new Map<string, { stage: Stage; expires: number }[]>()
  readonly #random: Random
  #document: RootDocument
  readonly #root = generateKey()
  #release = generateKey()
  #refresh = generateKey()
  #stolen: PrivateKey | undefined
  #ids = 0

  constructor(random: Random) {
    this.#random = random
    const secrets = Object.fromEntries(Object.entries(GLOBALS.providers).map(([name, { secret }]) => [name, [secret]]))
    const roles = { release: roleOf([this.#release], 1), refresh: roleOf([this.#refresh], 1) }
    this.first = firstRoot({ root: roleOf([this.#root], 1), ...roles, recipients: {}, secrets }, [this.#root])
    this.#document = this.first
    this.begin('release')()
  }

  get epoch(): number {
    return epochOf(this.#document)
  }

  get hasThief(): boolean {
    return this.#stolen !== undefined
  }

  time(ms: number): string {
    return new Date(this.clock.now + ms).toISOString()
  }

  present(): Head | undefined {
    return this.store.bytes === '' ? undefined : readHead(Buffer.from(this.store.bytes))
  }

  /** Reads the head and prepares a verb; what is returned swaps the head, unless somebody else has done so since. */
  begin(verb: Verb): () => boolean {
    const expected = this.store.bytes
    const next = this.#prepare(verb, this.present())
    return () => {
      if (next === undefined || this.store.bytes !== expected) return false
      this.#write(next.head)
      const { release } = readHead(Buffer.from(next.head))
      const core = coreOf(release)
      this.approved.set(core, { epoch: next.epoch, release })
      const word = { stage: release.rollout?.stage ?? 'stopped', expires: endOf(release) }
      this.words.set(core, [...(this.words.get(core) ?? []), word])
      return true
    }
  }

  /** Shows a head of the past. */
  replay(): void {
    this.store.bytes = this.#formerHead()
  }

  steal(): void {
    this.#stolen = this.#refresh
  }

  /** Sets the stage of any release that there was, as a thief of the refresh key can. */
  forge(): void {
    const { release, core } = readHead(Buffer.from(this.#formerHead()))
    if (this.#stolen === undefined) return
    const stages = release.candidate?.stages.length ?? 0
    const stage: Stage = this.#random.below(5) === 0 ? 'stopped' : this.#random.below(Math.max(1, stages))
    const rollout =
      release.candidate === null
        ? null
        : { stage, since: this.time(0), expires: this.time(this.#random.below(30) * DAY + 1) }
    this.#write(
      resignHead({ ...release, issued: this.time(0), expires: this.time(365 * DAY), rollout }, core, [this.#stolen]),
    )
  }

  /** A new release key ends what the keys of others can do, and a new refresh key, too. */
  rotate(): void {
    const [release, refresh] = [generateKey(), generateKey()]
    const change = { release: roleOf([release], 1), refresh: roleOf([refresh], 1) }
    this.#document = nextRoot(this.#document, change, [this.#root])
    this.#release = release
    this.#refresh = refresh
    this.#stolen = undefined
    this.begin('release')()
  }

  /** One of the last ones, or any. */
  #formerHead(): string {
    return this.#random.of(this.#random.below(4) === 0 ? this.heads : this.heads.slice(-6))
  }

  #prepare(verb: Verb, head: Head | undefined): { head: string; epoch: number } | undefined {
    const { epoch } = this
    const last = head !== undefined && this.#isOfEpoch(head.release) ? head.release : undefined
    const candidate = last?.candidate ?? null
    const rollout = last?.rollout ?? null
    const isOn = candidate !== null && rollout !== null && rollout.stage !== 'stopped'
    const renewed = (stage: Stage, expires: string | null): { head: string; epoch: number } | undefined => {
      if (head === undefined || last === undefined || rollout === null) return undefined
      const release = { ...last, ...this.#times(), rollout: { stage, since: this.time(0), expires } }
      return { head: resignHead(release, head.core, [this.#refresh]), epoch }
    }
    const signed = (over: Partial<Release>): { head: string; epoch: number } => {
      return { head: signHead({ ...this.#next(last), ...over }, [this.#release]), epoch }
    }
    switch (verb) {
      case 'release':
        return signed({ root: this.#otherRoot(undefined) })
      case 'start': {
        if (last === undefined || isOn) return undefined
        const next = this.#candidate(last.root)
        return signed({
          root: last.root,
          candidate: next,
          rollout: { stage: 0, since: this.time(0), expires: this.time(INTERVAL) },
        })
      }
      case 'step': {
        if (!isOn || typeof rollout.stage !== 'number') return undefined
        const stage = Math.min(rollout.stage + this.#random.below(2), candidate.stages.length - 1)
        const ring = candidate.stages.at(-1)
        const isAll = stage === candidate.stages.length - 1 && ring !== undefined && 'bp' in ring && ring.bp === 10_000
        return renewed(stage, isAll ? null : this.time(INTERVAL))
      }
      case 'stop':
        return isOn ? renewed('stopped', this.time(INTERVAL)) : undefined
      case 'finish':
        return isOn ? signed({ root: candidate.root, commit: candidate.commit }) : undefined
      case 'reissue':
        return isOn ? signed({ root: last?.root ?? candidate.root, candidate, rollout }) : undefined
      case 'rollback':
        return signed({ root: last?.history.at(-1)?.root ?? this.#otherRoot(undefined) })
      case 'renew':
        if (head === undefined || last === undefined) return undefined
        return { head: resignHead({ ...last, ...this.#times() }, head.core, [this.#refresh]), epoch }
    }
  }

  #next(last: Release | undefined): Release {
    const seq = (last?.seq ?? 0) + 1
    const former =
      last === undefined
        ? []
        : [{ seq: last.seq, commit: last.commit, root: last.root, secrets: null }, ...last.history]
    return {
      ...PLAIN,
      environment: 'production',
      seq,
      commit: `commit-${seq}`,
      root: this.#otherRoot(undefined),
      secrets: null,
      trust: this.store.put(textObject(writeRootDocument(this.#document))),
      shrunk_at: null,
      history: former.slice(0, 5),
      ...this.#times(),
    }
  }

  #candidate(stable: Ref): Candidate {
    const until = this.time((1 + this.#random.below(14)) * DAY)
    const exclude = this.#random.below(3) === 0 ? ['other'] : []
    const root = this.#otherRoot(stable)
    return { id: `r${++this.#ids}`, commit: 'next', tree: null, root, stages: this.#random.of(LADDERS), exclude, until }
  }

  #otherRoot(root: Ref | undefined): Ref {
    return this.#random.of(CONTENTS.filter((content) => content.root !== root)).root
  }

  #times(): Pick<Release, 'issued' | 'expires'> {
    return { issued: this.time(0), expires: this.time(30 * DAY) }
  }

  #isOfEpoch({ trust }: Release): boolean {
    return trust !== null && this.#epochs().get(trust) === this.epoch
  }

  #epochs(): ReadonlyMap<Ref, number> {
    const all = [...this.#document.previous, this.#document]
    return new Map(
      all.map((_, i) => {
        const document = {
          signed: all[i]?.signed ?? this.#document.signed,
          signatures: all[i]?.signatures ?? [],
          previous: all.slice(0, i),
        }
        return [textObject(writeRootDocument(document)).ref, epochOf(document)]
      }),
    )
  }

  #write(head: string): void {
    this.store.bytes = head
    this.heads.push(head)
  }
}

export const VERBS = ['release', 'start', 'step', 'stop', 'finish', 'reissue', 'rollback', 'renew'] as const
type Verb = (typeof VERBS)[number]

export function coreOf(release: Release): string {
  return Buffer.from(signedPartBytes(release)).toString('latin1')
}

/** Whom a candidate reaches at most at a stage. */
export function mayReach(candidate: Candidate, stage: Stage, account: string): boolean {
  return stage !== 'stopped' && new StageMembers(candidate, stage).has(account)
}

function endOf({ rollout, candidate }: Release): number {
  if (rollout === null || candidate === null) return 0
  return Math.min(Date.parse(candidate.until), rollout.expires === null ? Infinity : Date.parse(rollout.expires))
}
