/** A name from outside, short and without control characters, so that it cannot forge a line of a log. */
export function quote(name: unknown): string {
  return JSON.stringify(shortened(textOf(name), 80))
}

/** Whatever it is, as a text. Not everything has one, and a message about it must not fail for that. */
export function textOf(value: unknown): string {
  try {
    return String(value)
  } catch {
    return `${typeof value} without a text`
  }
}

export function shortened(text: string, most: number): string {
  return text.length > most ? `${text.slice(0, most)}…` : text
}
