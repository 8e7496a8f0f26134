import type { DumpRecord } from './dump-record.ts'

/** What a check advises is for a file; this is for the row that the file would have come from. */
export function wayOutOf({ map, isPinned }: DumpRecord, rule: string): string | undefined {
  if (rule === 'secret/value') return 'revoke the credential, and delete it from the row'
  if (rule === 'yaml/encoding') return 'delete the character from the text in the database'
  if (rule === 'files/unexpected') return 'choose another name in the database'
  if (map?.becomes !== 'account_prompt') return undefined
  if (rule === 'prompt/missing-variable' || rule === 'prompt/stale-default') {
    return (
      'make the variable optional in a map (--map): `prompts: { TYPE: { optional: [NAME] } }`; or write it into the ' +
      `text in the database${isPinned ? '; or let accounts on an older global text follow today’s: --follow' : ''}`
    )
  }
  return rule === 'ref/unknown' ? 'dump its global prompt with it, or delete the row' : undefined
}
