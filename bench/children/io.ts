import { createInterface } from 'node:readline'

/** What the parent asked this process to do. */
export const input: Readonly<Record<string, unknown>> = parse(process.argv[2] ?? '{}')

export function text(key: string): string {
  const value = input[key]
  if (typeof value !== 'string') throw new TypeError(`"${key}" is missing`)
  return value
}

export function number(key: string): number {
  const value = input[key]
  if (typeof value !== 'number') throw new TypeError(`"${key}" is missing`)
  return value
}

/** One line, one answer. */
export function say(answer: object): void {
  process.stdout.write(`${JSON.stringify(answer)}\n`)
}

/** The words of the parent, as they come. */
export function words(): AsyncIterable<string> {
  return createInterface({ input: process.stdin })
}

export function collectGarbage(): void {
  if (globalThis.gc === undefined) throw new Error('run with --expose-gc')
  for (let i = 0; i < 4; i++) globalThis.gc()
}

function parse(json: string): Record<string, unknown> {
  const value: unknown = JSON.parse(json)
  return typeof value === 'object' && value !== null ? { ...value } : {}
}
