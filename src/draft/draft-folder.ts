import { createHash, randomBytes } from 'node:crypto'
import { linkSync, readdirSync, readFileSync, realpathSync, renameSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { flushFolder, writeFlushed } from '../base/durable-files.ts'
import { Failure, codeOf, fileFailure } from '../base/failure.ts'
import { isPrivate, makePrivate, stateFolder } from '../base/own-folders.ts'
import { isTracked } from '../git/worktree/is-tracked.ts'
import { Malformed } from '../store/format/decode-json.ts'
import { type SettingsDraft, decodeDraft, encodeDraft, isDraftId } from './draft.ts'

/** A file that is no draft any more. */
export interface DamagedDraft {
  readonly file: string
  readonly why: string
}

/**
 * The drafts for one configuration, in this user's own state folder: a checkout cannot bring one. Each change is a file
 * of its own, whole and flushed before the one before it goes, so that a kill loses nothing, and of two processes that
 * change a draft at once neither loses the other's change.
 */
export class DraftFolder {
  private readonly folder: string

  private constructor(folder: string) {
    this.folder = folder
  }

  /** @throws {Failure} where there is no place for drafts. */
  static async open(config: string, state = stateFolder()): Promise<DraftFolder> {
    if (state === undefined) {
      throw new Failure(
        'world',
        'there is no folder to keep drafts in',
        'set HOME, or XDG_STATE_HOME, to a folder of yours',
      )
    }
    const name = createHash('sha256').update(realpathSync(config)).digest('hex').slice(0, 32)
    const folder = join(state, 'drafts', name)
    if (await isTracked(folder)) {
      throw new Failure('refused', `${folder} is a part of a checkout`, 'set XDG_STATE_HOME to a folder outside of it')
    }
    return new DraftFolder(folder)
  }

  /** Returns every draft, the one that changed last first. */
  list(): { readonly drafts: readonly SettingsDraft[]; readonly damaged: readonly DamagedDraft[] } {
    const drafts: SettingsDraft[] = []
    const damaged: DamagedDraft[] = []
    for (const [id, files] of this.files()) {
      const found = this.newest(id, files, damaged)
      if (found !== undefined) drafts.push(found.draft)
    }
    return { drafts: drafts.sort((a, b) => (a.changed < b.changed ? 1 : -1)), damaged }
  }

  /** Returns the ids of all drafts: none is read. */
  ids(): readonly string[] {
    return [...this.files().keys()]
  }

  read(id: string): SettingsDraft | undefined {
    return this.newest(id, this.files().get(id) ?? [], [])?.draft
  }

  /** Keeps a draft that is new. @throws {Failure} */
  async keep(draft: SettingsDraft): Promise<SettingsDraft> {
    this.make()
    await this.write(draft, 1)
    return draft
  }

  /**
   * Changes a draft, and returns it as it is then; what `change` returns is kept before this returns. It is asked again
   * where another process was faster. @throws {Failure} where there is no such draft any more.
   */
  async change(id: string, change: (draft: SettingsDraft) => SettingsDraft, now = new Date()): Promise<SettingsDraft> {
    for (let tries = 0; ; tries++) {
      const files = this.files().get(id) ?? []
      const before = this.newest(id, files, [])
      // Between listing and reading, others may have put newer ones in their places.
      if (before === undefined && files.length > 0 && tries < MOST_TRIES) continue
      if (before === undefined) throw new Failure('usage', 'this draft is not there any more', 'begin another one')
      const after = change(before.draft)
      if (after === before.draft) return after
      const next = { ...after, changed: now.toISOString() }
      if (await this.write(next, before.number + 1)) {
        // The one before stays: it is what is left where the newest is damaged.
        for (const old of files) if (old.number < before.number) rmSync(this.pathOf(id, old.number), { force: true })
        return next
      }
    }
  }

  private make(): void {
    try {
      makePrivate(this.folder)
    } catch (error) {
      throw fileFailure(error, `cannot make ${this.folder}`)
    }
    if (isPrivate(this.folder)) return
    throw new Failure('refused', `others may enter ${this.folder}`, `close it to them: chmod 700 ${this.folder}`)
  }

  /** Returns false where there is such a number already. */
  private async write(draft: SettingsDraft, number: number): Promise<boolean> {
    const temporary = join(this.folder, `.${draft.id}.${randomBytes(6).toString('hex')}.tmp`)
    const place = this.pathOf(draft.id, number)
    try {
      await writeFlushed(temporary, Buffer.from(encodeDraft(draft)))
      if (!put(temporary, place)) return false
      await flushFolder(this.folder)
      return true
    } catch (error) {
      throw fileFailure(error, `cannot keep the draft in ${this.folder}`)
    } finally {
      rmSync(temporary, { force: true })
    }
  }

  private newest(
    id: string,
    files: readonly NumberedFile[],
    damaged: DamagedDraft[],
  ): { readonly draft: SettingsDraft; readonly number: number } | undefined {
    for (const { number } of [...files].sort((a, b) => b.number - a.number)) {
      const file = this.pathOf(id, number)
      try {
        const draft = decodeDraft(readFileSync(file))
        // The number is that of the newest file, so that what comes next has a free one.
        return { draft, number: Math.max(...files.map((one) => one.number)) }
      } catch (error) {
        if (error instanceof Malformed) damaged.push({ file, why: error.message })
        else if (codeOf(error) !== 'ENOENT') throw fileFailure(error, `cannot read ${file}`)
      }
    }
    return undefined
  }

  private files(): Map<string, NumberedFile[]> {
    const found = new Map<string, NumberedFile[]>()
    for (const name of this.names()) {
      const [, id = '', number] = /^(draft-\w+)\.(\d{1,9})\.json$/.exec(name) ?? []
      if (number === undefined || !isDraftId(id)) continue
      found.set(id, [...(found.get(id) ?? []), { number: Number(number) }])
    }
    return found
  }

  private names(): string[] {
    try {
      return isPrivate(this.folder) ? readdirSync(this.folder) : []
    } catch (error) {
      throw fileFailure(error, `cannot list ${this.folder}`)
    }
  }

  private pathOf(id: string, number: number): string {
    return join(this.folder, `${id}.${number}.json`)
  }
}

const MOST_TRIES = 20

interface NumberedFile {
  readonly number: number
}

/** Gives a file its name unless there is one of it. Not every file system has links: there the faster rename counts. */
function put(temporary: string, place: string): boolean {
  try {
    linkSync(temporary, place)
    return true
  } catch (error) {
    if (codeOf(error) === 'EEXIST') return false
    if (!['EPERM', 'ENOTSUP', 'ENOSYS', 'EMLINK'].includes(codeOf(error))) throw error
    renameSync(temporary, place)
    return true
  }
}
