import { shortened, textOf } from './quote-name.ts'

/** What an error says, of whatever realm it is; of what is none, its text. */
export function messageOf(error: unknown): string {
  return typeof error === 'object' && error !== null && 'message' in error ? textOf(error.message) : textOf(error)
}

/**
 * What the service's own code threw, as a cause that an error may be printed with: its name, what it says, and where it
 * was thrown. The whole of it may be long, and often has the request in it that failed, with its token.
 */
export function causeFrom(thrown: unknown): Error {
  // What `fetch` throws says why one level down.
  const inner = fieldOf(thrown, 'cause')
  const says = [textIn(thrown, 'message') || textOf(thrown), textIn(inner, 'message') || textIn(inner, 'code')]
  const message = shortened(says.filter((one) => one !== '').join(': '), 200)
  const name = shortened(textIn(thrown, 'name') || 'Error', 50)
  const places = textIn(thrown, 'stack')
    .split('\n')
    .filter((line) => /^ {4}at (?!.*\bnode:)/.test(line))
    .slice(0, 3)
  const cause = new Error(message)
  cause.name = name
  cause.stack = [`${name}: ${message}`, ...places.map((line) => shortened(line, 160))].join('\n')
  return cause
}

/** Undefined where there is none, or where it cannot be read. */
function fieldOf(value: unknown, field: string): unknown {
  try {
    return typeof value === 'object' && value !== null ? Reflect.get(value, field) : undefined
  } catch {
    return undefined
  }
}

function textIn(value: unknown, field: string): string {
  const text = fieldOf(value, field)
  return typeof text === 'string' ? text : ''
}
