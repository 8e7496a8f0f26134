import type { Evaluation } from '../sdk/evaluation.ts'

/** Which release answers, as a tag that orders: `EPOCH-SEQ-STAGE`. */
export interface ReleaseTag {
  readonly epoch: number
  readonly seq: number
  /** -1 outside of rollouts. */
  readonly stage: number
}

const OUTSIDE = 'none'

export function tagOf({ epoch, seq, stage }: Evaluation): string {
  return `${epoch}-${seq}-${stage ?? OUTSIDE}`
}

/** Reads a tag that somebody gives; undefined for anything else. */
export function parseTag(text: string): ReleaseTag | undefined {
  const [, epoch, seq, stage] = /^([0-9]{1,15})-([0-9]{1,15})-([0-9]{1,2}|none)$/.exec(text) ?? []
  if (epoch === undefined || seq === undefined || stage === undefined) return undefined
  return { epoch: Number(epoch), seq: Number(seq), stage: stage === OUTSIDE ? -1 : Number(stage) }
}

/** Whether a tag is of something that came later than what answers here. */
export function isBeyond(given: ReleaseTag, { epoch, seq, stage }: Evaluation): boolean {
  if (given.epoch !== epoch) return given.epoch > epoch
  return given.seq === seq ? given.stage > (stage ?? -1) : given.seq > seq
}
