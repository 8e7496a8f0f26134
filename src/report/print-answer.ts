import { visible } from './visible-text.ts'

/** Formats an answer for a person: one name with its value per line. */
export function printable(answer: Readonly<Record<string, unknown>>, color: boolean): string {
  const names = Object.keys(answer)
  const width = names.reduce((widest, name) => Math.max(widest, name.length), 0)
  const lines = names.map((name) => {
    const label = name.padEnd(width)
    return `${color ? `\u001b[2m${label}\u001b[22m` : label}  ${valueText(answer[name])}`
  })
  return `${lines.join('\n')}\n`
}

function valueText(value: unknown): string {
  if (typeof value === 'object' && value !== null && 'secret' in value) {
    return `the secret ${visible(String(value.secret))}`
  }
  if (typeof value !== 'string') return visible(JSON.stringify(value))
  const lines = value.split('\n')
  return lines.length === 1 ? visible(value) : `\n${lines.map((line) => `  ${visible(line)}`).join('\n')}`
}
