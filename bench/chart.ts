import { type Line, type Unit, format } from './line.ts'

const [WIDTH, LABEL, BAR, GAP, TOP] = [860, 360, 18, 8, 44]
/** Beyond this, the shorter bars could not be told from nothing. */
const LOGARITHMIC = 40

interface Bar {
  readonly label: string
  readonly value: number
  readonly unit: Unit
  readonly isOurs: boolean
}

/** A row's numbers as bars, one group for each unit; colours follow the reader's light or dark page. */
export function chart(title: string, lines: readonly Line[]): string {
  const bars = barsOf(lines)
  const units = new Set(bars.map(({ unit }) => unit))
  let y = TOP
  const parts: string[] = []
  for (const unit of units) {
    const group = bars.filter((bar) => bar.unit === unit)
    const values = group.map(({ value }) => value)
    const length = scale(values)
    for (const bar of group) {
      parts.push(drawn(bar, y, length(bar.value)))
      y += BAR + GAP
    }
    if (isLogarithmic(values)) {
      parts.push(`<text class="quiet" x="${LABEL}" y="${y + 8}">each step to the right is a factor, not a sum</text>`)
      y += BAR
    }
    y += GAP * 2
  }
  const size = `viewBox="0 0 ${WIDTH} ${y}" width="${WIDTH}" height="${y}"`
  return `<svg xmlns="http://www.w3.org/2000/svg" ${size} role="img" aria-label="${escape(title)}">
<style>
text { font: 13px system-ui, sans-serif; fill: #1f2328 }
.title { font-size: 16px; font-weight: 600 }
.quiet { fill: #59636e; font-size: 11px }
.ours { fill: #0969da }
.theirs { fill: #afb8c1 }
@media (prefers-color-scheme: dark) {
  text { fill: #f0f6fc }
  .quiet { fill: #9198a1 }
  .ours { fill: #4493f8 }
  .theirs { fill: #59636e }
}
</style>
<text class="title" x="8" y="24">${escape(title)}</text>
${parts.join('\n')}
</svg>
`
}

/** Each number once, though several lines may share it. */
function barsOf(lines: readonly Line[]): Bar[] {
  const bars = new Map<string, Bar>()
  for (const { what, ours, unit, against } of lines) {
    if (ours !== undefined) bars.set(`${what} ${unit}`, { label: what, value: ours, unit, isOurs: true })
    if (against === undefined) continue
    const { what: label, value } = against
    bars.set(`${label} ${unit} ${value}`, { label, value, unit, isOurs: false })
  }
  return [...bars.values()]
}

function drawn({ label, value, unit, isOurs }: Bar, y: number, length: number): string {
  const middle = y + BAR - 5
  return `<text x="${LABEL - 10}" y="${middle}" text-anchor="end">${escape(short(label))}</text>
<rect class="${isOurs ? 'ours' : 'theirs'}" x="${LABEL}" y="${y}" width="${length.toFixed(1)}" height="${BAR}" rx="2"/>
<text x="${LABEL + length + 6}" y="${middle}">${escape(format(value, unit))}</text>`
}

function scale(values: readonly number[]): (value: number) => number {
  const room = WIDTH - LABEL - 100
  const most = Math.max(...values)
  if (most <= 0) return () => 1
  if (!isLogarithmic(values)) return (value) => Math.max(1, (value / most) * room)
  const least = Math.min(...values.filter((value) => value > 0))
  // The shortest bar is a tenth of what ten times as much would be, so that it can be seen.
  const depth = Math.log10(most / least) + 0.3
  return (value) => (value <= 0 ? 1 : ((Math.log10(value / least) + 0.3) / depth) * room)
}

function isLogarithmic(values: readonly number[]): boolean {
  const positive = values.filter((value) => value > 0)
  return positive.length > 1 && Math.max(...positive) > LOGARITHMIC * Math.min(...positive)
}

function short(label: string): string {
  const plain = label.replaceAll('`', '')
  return plain.length > 52 ? `${plain.slice(0, 51)}…` : plain
}

function escape(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('"', '&quot;').replaceAll('`', '')
}
