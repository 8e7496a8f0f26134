import { visible } from './visible-text.ts'

export interface ExplainedFunction {
  readonly function: string
  readonly fields: Readonly<Record<string, { readonly value: unknown; readonly layers: readonly ExplainedLayer[] }>>
}

export interface ExplainedLayer {
  readonly layer: string
  readonly value: unknown
  readonly file: string
  readonly line: number
  readonly column: number
  readonly commit: string | null
  readonly author: string | null
  readonly wins?: true
  readonly stopped_by?: { readonly rule: string; readonly file: string; readonly line: number }
}

/** Prints every field with its layers, the highest first: the one that wins is marked. */
export function printExplanation(account: string, functions: readonly ExplainedFunction[], color: boolean): string {
  const dim = (text: string): string => (color ? `\u001b[2m${text}\u001b[22m` : text)
  const bold = (text: string): string => (color ? `\u001b[1m${text}\u001b[22m` : text)
  const lines: string[] = []
  for (const one of functions) {
    if (lines.length > 0) lines.push('')
    lines.push(bold(visible(`${account} ${one.function}`)))
    for (const [name, { value, layers }] of Object.entries(one.fields)) {
      lines.push(`  ${visible(`${name}: ${value === null ? 'not in the answer' : text(value)}`)}`)
      for (const layer of [...layers].reverse()) {
        const mark = layer.wins === true ? '→' : layer.stopped_by === undefined ? ' ' : '×'
        const by = layer.commit === null ? 'not committed' : `${layer.commit.slice(0, 8)} ${layer.author ?? ''}`
        const where = `${layer.file}:${layer.line}:${layer.column}  ${by}`
        lines.push(`  ${mark} ${layer.layer.padEnd(8)}  ${visible(text(layer.value))}  ${dim(visible(where))}`)
        if (layer.stopped_by !== undefined) {
          const { rule, file, line } = layer.stopped_by
          lines.push(`      stopped by ${rule}  ${dim(visible(`${file}:${line}`))}`)
        }
      }
    }
  }
  return `${lines.join('\n')}\n`
}

function text(value: unknown): string {
  return value === null ? 'null (inherits)' : typeof value === 'string' ? value : JSON.stringify(value)
}
