import { maskCredentials } from '../../credentials/index.ts'
import { plural, thousands } from '../../report/counts-in-words.ts'
import { type DumpRecord, ROW_CLASSES, type RowClass } from '../rows/dump-record.ts'
import { type ImportReport, noneByClass } from './import-report.ts'
import { code, prose } from './markdown-words.ts'

/** The most characters of the Markdown: a pull request's text has no more than 65,536. */
const LIMIT = 60_000
/** The most rows that are named for one reason. */
const NAMED = 20

/** Returns the report for people, as Markdown. What is refused comes first, with the way out. */
export function reportMarkdown(report: ImportReport): string {
  const parts = [
    summaryOf(report),
    tableOf(report),
    refusedOf(report),
    proofOf(report),
    credentialsOf(report),
    secretsOf(report),
    groupsOf(report, 'changed', 'Changed on the way'),
    groupsOf(report, 'dropped', 'Dropped'),
    groupsOf(report, 'imported', 'Worth knowing'),
    goneOf(report),
  ].filter((part) => part !== '')
  return fitted(parts)
}

/** Cuts after a line, so that of what is refused as much is named as there is room for. */
function fitted(parts: readonly string[]): string {
  const text = parts.join('\n')
  if (text.length <= LIMIT) return text
  return `${text.slice(0, text.lastIndexOf('\n', LIMIT))}\n\nThere is more: \`--report FILE\` writes all of it as JSON.\n`
}

function summaryOf({ records, counts }: ImportReport): string {
  const classes = ROW_CLASSES.map((name) => `${thousands(counts[name])} ${name}`).join(', ')
  return `## Import: ${plural(records.length, 'row')}\n\n${classes}.\n`
}

function tableOf({ records }: ImportReport): string {
  const byModel = new Map<string, Record<RowClass, number>>()
  for (const record of records) {
    const counts = byModel.get(record.model) ?? noneByClass()
    counts[record.class]++
    byModel.set(record.model, counts)
  }
  const rows = [...byModel].map(([model, counts]) => {
    const all = ROW_CLASSES.reduce((sum, name) => sum + counts[name], 0)
    return `| ${code(model || '(none)').replaceAll('|', '\\|')} | ${[all, ...ROW_CLASSES.map((name) => counts[name])].map(thousands).join(' | ')} |`
  })
  return ['| model | rows | imported | changed | dropped | refused |', '|---|--:|--:|--:|--:|--:|', ...rows, ''].join(
    '\n',
  )
}

/** Returns rows by what is said of them, those with the most rows first. */
function grouped(
  records: readonly DumpRecord[],
  said: (record: DumpRecord) => string,
): (readonly [said: string, records: readonly DumpRecord[]])[] {
  const groups = new Map<string, DumpRecord[]>()
  for (const record of records) {
    const text = said(record)
    const group = groups.get(text)
    if (group === undefined) groups.set(text, [record])
    else group.push(record)
  }
  return [...groups].sort(([a, x], [b, y]) => rank(a) - rank(b) || y.length - x.length)
}

/** What follows from another row comes after what does not. */
function rank(text: string): number {
  return text.startsWith('its account (') ? 1 : 0
}

function namesOf(records: readonly DumpRecord[]): string {
  const names = records.slice(0, NAMED).map(({ title, id }) => code(title) + (id === undefined ? '' : ` (${id})`))
  const more = records.length - names.length
  return names.join(', ') + (more > 0 ? ` and ${thousands(more)} more` : '')
}

function refusedOf({ records }: ImportReport): string {
  const refused = records.filter((record) => record.class === 'refused')
  if (refused.length === 0) return ''
  const groups = grouped(refused, ({ refused: refusal }) => `${refusal?.reason}\0${refusal?.help}`)
  const lines = groups.map(([text, rows]) => {
    const [reason = '', help = ''] = text.split('\0')
    return `- ${namesOf(rows)}: ${prose(reason)}.\n  Way out: ${prose(help)}.`
  })
  return `### Refused\n\n${lines.join('\n')}\n`
}

/** Returns the rows of a class of which something is to be said. */
function groupsOf({ records }: ImportReport, wanted: RowClass, title: string): string {
  const rows = records.filter((record) => record.class === wanted && record.reason !== '')
  if (rows.length === 0) return ''
  const lines = grouped(rows, ({ reason }) => reason).map(([reason, group]) => `- ${namesOf(group)}: ${prose(reason)}.`)
  return `### ${title}\n\n${lines.join('\n')}\n`
}

function credentialsOf({ credentials }: ImportReport): string {
  if (credentials.length === 0) return ''
  const lines = credentials
    .slice(0, 200)
    .map(({ model, pk, field }) => `- ${code(pk === null ? model || '(none)' : `${model} ${pk}`)}: ${code(field)}`)
  const more = credentials.length - lines.length
  const rest = more > 0 ? `- and ${thousands(more)} more, in \`.import.json\`\n` : ''
  const text = 'The dump holds these; none is in a file. Rotate those that are not the platform’s own.'
  return `### Credentials in the dump\n\n${text}\n\n${lines.join('\n')}\n${rest}`
}

function secretsOf({ secrets }: ImportReport): string {
  if (secrets.length === 0) return ''
  const lines = secrets.map(({ name, state }) => {
    return `- ${code(name)}: ${state === 'present' ? 'the database has a value' : 'empty in the database'}`
  })
  return `### Secrets to set in CI\n\n${lines.join('\n')}\n`
}

function goneOf({ gone }: ImportReport): string {
  if (gone.length === 0) return ''
  const words = {
    kept: 'no row becomes it any more; `--delete-gone` deletes it',
    deleted: 'no row becomes it any more: deleted',
    edited: 'no row becomes it any more, and it was edited since: delete it by hand, or keep it',
  } as const
  return `### Files whose rows are gone\n\n${gone.map(({ file, did }) => `- ${code(file)}: ${words[did]}`).join('\n')}\n`
}

function proofOf({ proof }: ImportReport): string {
  if (proof === undefined) return ''
  const { answers, differences } = proof
  if (differences.length === 0) return `### Proof\n\n${plural(answers, 'answer')} compared, none differs.\n`
  const lines = differences.slice(0, 200).map(({ account, asked, field, old, now }) => {
    return `- ${code(`${account} ${asked}`)} ${code(field)}: ${shown(old)} there, ${shown(now)} here`
  })
  const more = differences.length - lines.length
  const rest = more > 0 ? `\n- and ${thousands(more)} more` : ''
  const head = `${plural(answers, 'answer')} compared, ${plural(differences.length, 'difference')}:`
  return `### Proof\n\n${head}\n\n${lines.join('\n')}${rest}\n`
}

function shown(value: unknown): string {
  if (value === undefined) return 'nothing'
  // Masked before it is cut: half of a credential looks like none.
  const text = maskCredentials(JSON.stringify(value))
  return code(text.length > 120 ? `${text.slice(0, 120)}…` : text)
}
