import { parse } from '../../../src/source/parse/parse-file.ts'
import type { SourceFile } from '../../../src/source/source-nodes.ts'

/** An account's file of a text, as an edit gets it. */
export function fileOf(text: string): SourceFile {
  return parse('accounts/a.yaml', 'account', Buffer.from(text))
}
