import { type Operation, pathOfOperation } from './operation.ts'

/** Puts a draft into one line, for whoever gave it no title: what it does to which files. */
export function summaryOf(operations: readonly Operation[]): string {
  const [first, ...others] = operations
  if (first === undefined) return 'Change nothing'
  if (others.length === 0) return `${VERBS[first.op]} ${whatOf(first)}`
  const files = [...new Set(operations.map(({ file }) => nameOfFile(file)))]
  const paths = new Set(operations.map((one) => pathOfOperation(one).join('.')))
  const [only = ''] = paths
  const what = paths.size === 1 && only !== '' ? withoutOverrides(only) : `${operations.length} settings`
  return `Change ${what} of ${files.length <= 3 ? files.join(', ') : `${files[0]} and ${files.length - 1} more`}`
}

const VERBS = {
  set: 'Set',
  unset: 'Unset',
  add: 'Extend',
  take: 'Narrow',
  text: 'Edit',
  create: 'Create',
  delete: 'Delete',
} as const

function whatOf(operation: Operation): string {
  const path = withoutOverrides(pathOfOperation(operation).join('.'))
  const name = nameOfFile(operation.file)
  return path === '' ? name : `${path} of ${name}`
}

/** As on the command line, where every field of an account is an override. */
function withoutOverrides(path: string): string {
  return path.replace(/^overrides\./, '')
}

function nameOfFile(file: string): string {
  const [folder, id] = file.split('/')
  return folder === 'accounts' && id !== undefined ? id : file
}
