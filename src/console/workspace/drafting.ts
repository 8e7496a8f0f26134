import { Failure } from '../../base/failure.ts'
import { composedAll } from '../../draft/compose-operations.ts'
import { DraftFolder } from '../../draft/draft-folder.ts'
import { type SettingsDraft, branchOfDraft, newDraft } from '../../draft/draft.ts'
import type { Operation } from '../../draft/operation.ts'

/** The drafts of a checkout, and the one that is being worked on. */
export class Drafting {
  private readonly config: string
  private folder: Promise<DraftFolder> | undefined
  /** Undefined until there is one: then it is the open one that changed last. Null for one that is still to begin. */
  private chosen: string | null | undefined

  constructor(config: string) {
    this.config = config
  }

  /** @throws {Failure} where drafts cannot be kept. */
  drafts(): Promise<DraftFolder> {
    // Where it fails, the next request asks again: what was in the way may be gone.
    this.folder ??= DraftFolder.open(this.config).catch((error: unknown) => {
      this.folder = undefined
      throw error
    })
    return this.folder
  }

  /**
   * Returns the draft that forms change; undefined while there is none, and where none can be kept: pages are read
   * there too, and the first change says why it cannot be kept.
   */
  async current(): Promise<SettingsDraft | undefined> {
    if (this.chosen === null) return undefined
    const drafts = await this.drafts().catch(unlessFailure)
    if (drafts === undefined) return undefined
    // Found once, it stays: another console may begin drafts of its own.
    this.chosen ??= drafts.list().drafts.find(({ ended }) => ended === null)?.id
    const draft = this.chosen === undefined ? undefined : drafts.read(this.chosen)
    return draft?.ended === null ? draft : undefined
  }

  /** Returns the branches of all drafts. */
  async branches(): Promise<readonly string[]> {
    const drafts = await this.drafts().catch(unlessFailure)
    return drafts?.ids().map((id) => branchOfDraft({ id })) ?? []
  }

  /** Works on another draft from now on; null for a new one, which begins with the next change. */
  choose(id: string | null): void {
    this.chosen = id
  }

  /** Adds operations to the current draft, or to a new one. @throws {Failure} */
  async record(operations: readonly Operation[]): Promise<SettingsDraft> {
    const current = await this.current()
    const drafts = await this.drafts()
    const { id } = current ?? (await drafts.keep(newDraft(new Date())))
    this.chosen = id
    const draft = await drafts.change(id, (before) => {
      if (before.ended !== null) return before
      return { ...before, operations: composedAll(before.operations, operations) }
    })
    // It ended meanwhile, in another tab.
    return draft.ended === null ? draft : this.begin('', operations)
  }

  /** Begins another draft with some operations. @throws {Failure} */
  async begin(title: string, operations: readonly Operation[]): Promise<SettingsDraft> {
    const drafts = await this.drafts()
    const draft = await drafts.keep({ ...newDraft(new Date()), title, operations: composedAll([], operations) })
    this.chosen = draft.id
    return draft
  }
}

function unlessFailure(error: unknown): undefined {
  if (!(error instanceof Failure)) throw error
}
