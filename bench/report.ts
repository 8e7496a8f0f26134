import { mkdirSync, writeFileSync } from 'node:fs'
import { arch, availableParallelism, platform, totalmem } from 'node:os'
import { join } from 'node:path'
import { chart } from './chart.ts'
import { type Line, type Row, format, ratioOf, verdictOf } from './line.ts'

export interface Result {
  readonly row: Pick<Row, 'name' | 'title'>
  readonly lines: readonly Line[]
}

const HEADER = ['row', 'what', 'ours', 'against', 'ratio', 'goal', 'result']

/** All rows for a terminal, in columns. */
export function table(results: readonly Result[]): string {
  const body = results.flatMap(({ row, lines }) => lines.map((line) => [row.name, ...cellsOf(line)]))
  const cells = [HEADER, ...body.map((row) => row.map(withoutTicks))]
  const widths = HEADER.map((_, column) => Math.max(...cells.map((row) => row[column]?.length ?? 0)))
  const text = (row: readonly string[]): string => {
    return row
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join('  ')
      .trimEnd()
  }
  return `${cells.map(text).join('\n')}\n`
}

function withoutTicks(cell: string): string {
  return cell.replaceAll('`', '')
}

/** `results.md`, and a chart for each row in `charts/`. */
export function writeReport(folder: string, results: readonly Result[], command: string): void {
  mkdirSync(join(folder, 'charts'), { recursive: true })
  const parts = ['# Results of the benchmark', facts(command)]
  for (const { row, lines } of results) {
    writeFileSync(join(folder, 'charts', `${row.name}.svg`), chart(row.title, lines))
    parts.push(`## ${row.title}`, markdownTable(lines), ...notesOf(lines), `![${row.title}](charts/${row.name}.svg)`)
  }
  writeFileSync(join(folder, 'results.md'), `${parts.join('\n\n')}\n`)
}

/** What the numbers depend on, and nothing that names the machine. */
function facts(command: string): string {
  const memory = Math.round(totalmem() / 2 ** 30)
  const machine = `${availableParallelism()} cores, ${memory} GiB, ${platform()} ${arch()}, node ${process.versions.node}`
  const date = new Date().toISOString().slice(0, 10)
  return `\`${command}\` on ${machine}, ${date}. Every ratio is of two numbers from this one run. A goal with \`at N\` is meant
for more accounts than there were. How each row is measured, and where the time goes: [README.md](README.md).`
}

function cellsOf(line: Line): string[] {
  const { what, ours, unit, against, goal } = line
  const ratio = ratioOf(line)
  return [
    what,
    ours === undefined ? '–' : format(ours, unit),
    against === undefined ? '' : `${against.what}: ${format(against.value, unit)}`,
    ratio === undefined ? '' : `× ${ratio.toPrecision(3)}`,
    goal === undefined ? '' : goal.of === 'ratio' ? `≤ × ${goal.most}` : `≤ ${format(goal.most, unit)}`,
    verdictOf(line),
  ]
}

function markdownTable(lines: readonly Line[]): string {
  const rows = [HEADER.slice(1), HEADER.slice(1).map(() => '---'), ...lines.map(cellsOf)]
  return rows.map((cells) => `| ${cells.join(' | ')} |`).join('\n')
}

function notesOf(lines: readonly Line[]): string[] {
  const notes = lines.flatMap(({ what, note }) => (note === undefined ? [] : [`- ${what}: ${note}`]))
  return notes.length === 0 ? [] : [notes.join('\n')]
}
