import { parse } from '../../src/source/parse/parse-file.ts'
import { type SourceFile, plain } from '../../src/source/source-nodes.ts'

/** An account's text as the edits take it. */
export function fileOf(text: string): SourceFile {
  return parse('accounts/acme.yaml', 'account', Buffer.from(text))
}

/** What a text says. */
export function meaningOf(text: string): unknown {
  const { root } = fileOf(text)
  return root === undefined ? undefined : plain(root)
}
