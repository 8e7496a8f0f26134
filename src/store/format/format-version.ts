import { EarlierFormat, OtherFormat } from './decode-json.ts'

/** The version of the store's format that this program writes, and the only one that it reads. */
export const FORMAT = 2

/** @throws {EarlierFormat} for what counts as absent. @throws {OtherFormat} for what needs a newer program. */
export function checkFormat(format: unknown, what: string): void {
  if (format === FORMAT) return
  const isEarlier = typeof format === 'number' && Number.isInteger(format) && format >= 1 && format < FORMAT
  if (isEarlier) throw new EarlierFormat(`${what} is of format ${format}, which this version does not read`)
  throw new OtherFormat(`${what} is of another format than ${FORMAT}`)
}
