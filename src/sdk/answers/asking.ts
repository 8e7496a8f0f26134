/** Options for asking with the plan that the caller knows to be in force now: a plain object with no other members. */
export interface AskOptions {
  /** `free`, `starter`, `growth` or `scale`: only what both it and the committed plan permit applies. */
  readonly plan?: string | undefined
}

/** Which release answers for an account, as a label for the service's own metrics. */
export interface AnsweringRelease {
  readonly release: 'stable' | 'candidate'
  readonly seq: number
  readonly commit: string | null
  /** The rollout's id, also for accounts on the stable release; null outside of rollouts. */
  readonly id: string | null
}
