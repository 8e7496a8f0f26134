import { isId } from '../../store/format/account-leaf.ts'
import { idFrom } from '../account-id.ts'
import { isDate, isSpreadsheetError } from '../number-text.ts'
import type { RowFlaw } from '../row-flaw.ts'

/** Returns what is wrong with the id in a spreadsheet's cell, without blanks around it; undefined where nothing is. */
export function idFlaw(id: string): RowFlaw | undefined {
  if (id === '') return { reason: 'the id is empty', help: 'give every account its id' }
  if (isSpreadsheetError(id)) {
    return { reason: 'the id is an error of a spreadsheet', help: `correct the formula, or ${AS_TEXT}` }
  }
  // A small e is what people write, and in an id is a letter.
  if (/^[+-]?\d+(?:[.,]\d+)?(?:E[+-]?|e[+-])\d+$/.test(id)) {
    return { reason: 'the id is a number as a spreadsheet shortens it, and digits of it are lost', help: AS_TEXT }
  }
  if (isDate(id)) return { reason: 'the id is a date, as a spreadsheet may make of an id', help: AS_TEXT }
  if (isId(id)) return undefined
  const valid = id.length > LONGEST ? undefined : idFrom(id)
  const reason = 'the id is not made of 1 to 63 of a-z, 0-9, _ and -, with a letter or a digit first'
  if (valid === undefined) return { reason, help: 'give the account another id' }
  return { reason, help: `"${valid}" is the nearest id that is: rename the account wherever it is asked for` }
}

const AS_TEXT = 'format the column as text before the ids are put into it, or export the file again'

/** No longer text is a slip of an id. */
const LONGEST = 100
