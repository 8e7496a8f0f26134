import { defineCommand } from '../command-spec.ts'
import { PROPOSAL } from '../edit/proposal-flags.ts'

export const importCommand = defineCommand({
  name: 'import',
  description: 'make a configuration of a database’s dump, or of a CSV: every row accounted for, no key written',
  formats: ['json', 'jsonl', 'csv'],
  fallback: 'by the file',
  arguments: [['<file>', 'what `manage.py dumpdata` wrote, one object a line, or a CSV of accounts']],
  options: {
    map: { value: '<file>', description: 'what other tables become: models in place of the built-in map’s' },
    plan: { value: '<old=new>', description: 'a plan of the database, and ours (may be repeated)', isRepeated: true },
    id: { value: '<pk=id>', description: 'the id of an account, by primary key (may be repeated)', isRepeated: true },
    select: {
      value: '<provider=accounts>',
      description: 'choose a provider for accounts: ids with commas between, or * (may be repeated)',
      isRepeated: true,
    },
    follow: { description: 'let accounts on an older global prompt follow today’s, and not stay on it' },
    partial: { description: 'write the rest although rows are refused' },
    dryRun: { description: 'say what would become of each row, and write nothing' },
    prove: { value: '<file>', description: 'compare with the answers of the old system, one a line' },
    out: { value: '<dir>', description: 'the configuration’s folder (default: config)' },
    report: { value: '<file>', description: 'write the report as JSON there too, whatever becomes of the rows' },
    deleteGone: { description: 'delete the files of an earlier import whose rows are gone' },
    ...PROPOSAL,
  },
})
