import type { Path } from '../../source/source-nodes.ts'
import type { Edit } from '../../source/diagnostic-types.ts'
import type { Finding, Place, Reporter, Rule } from '../rule.ts'

type Reported = Parameters<Reporter>[0]

/**
 * Checks a finding of a custom rule, and copies it field by field: the rule reports under its own id alone.
 * @throws {TypeError}
 */
export function checkedFinding({ at, message, help, severity, related, fix }: Reported, rule: Rule): Reported {
  if (severity !== undefined && severity !== 'error' && severity !== 'warning') {
    throw new TypeError('the severity of what it reports is neither "error" nor "warning"')
  }
  if (fix !== undefined && rule.fix !== 'safe') throw new TypeError('it reports a fix, and does not say `fix: "safe"`')
  return {
    at: place(at),
    message: text(message, 'message'),
    help: text(help, 'help'),
    ...(severity !== undefined && { severity }),
    ...(related !== undefined && { related: related.map(others) }),
    ...(fix !== undefined && { fix: fix.map(edit) }),
  }
}

function others(other: NonNullable<Finding['related']>[number]): NonNullable<Finding['related']>[number] {
  return { at: place(other.at), message: text(other.message, 'message') }
}

function place(at: Place): Place {
  const isPlace = typeof at === 'object' && at !== null && typeof at.file === 'string' && at.file !== ''
  if (!isPlace) throw new TypeError('what it reports has no place: use keyAt, valueAt or fileStart')
  if ('span' in at) {
    const { start, end } = at.span
    if (!isOffset(start) || !isOffset(end) || end < start) throw new TypeError('the span of what it reports is none')
    return { file: at.file, span: { start, end } }
  }
  if (!isPath(at.path) || (at.part !== 'key' && at.part !== 'value')) {
    throw new TypeError('the place of what it reports is none: use keyAt or valueAt')
  }
  return { file: at.file, path: [...at.path], part: at.part }
}

function isPath(path: unknown): path is Path {
  return Array.isArray(path) && path.every((step) => typeof step === 'string' || isOffset(step))
}

/** Checks that a text is on one line, as every message is. */
function text(value: unknown, name: string): string {
  if (typeof value !== 'string' || value.trim() === '') throw new TypeError(`what it reports has no ${name}`)
  return value
    .split(/[\r\n]+/)
    .map((line) => line.trim())
    .filter((line) => line !== '')
    .join(' ')
}

function edit({ start, end, text: replacement }: Edit): Edit {
  if (!isOffset(start) || !isOffset(end) || end < start || typeof replacement !== 'string') {
    throw new TypeError('a fix that it reports is none')
  }
  return { start, end, text: replacement }
}

function isOffset(value: unknown): boolean {
  return typeof value === 'number' && Number.isInteger(value) && value >= 0
}
