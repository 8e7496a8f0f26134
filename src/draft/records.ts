/** The mappings whose entries are records: whole things with a name, of which a field alone means nothing. */
const COLLECTIONS: Readonly<Record<string, readonly string[]>> = {
  settings: ['providers'],
  models: ['models'],
  plans: ['plans'],
  functions: ['functions'],
  providers: ['kinds', 'providers'],
  accounts: ['prompts', 'author_profiles', 'strategies'],
  prompts: ['variables'],
}

/** Returns the path of the record that a field is a part of; undefined for what is a record itself, or in none. */
export function recordOf(
  file: string,
  [collection = '', name, ...rest]: readonly string[],
): readonly string[] | undefined {
  const [kind = ''] = file.split('/')
  const isInside = name !== undefined && rest.length > 0 && COLLECTIONS[kind]?.includes(collection) === true
  return isInside ? [collection, name] : undefined
}

/** Whether a mapping only groups what is in it, so that it comes and goes with that: an account's overrides, a collection. */
export function isContainer(file: string, path: readonly string[]): boolean {
  const [kind = ''] = file.split('/')
  const [first] = path
  if (first === undefined) return true
  if (kind === 'accounts' && first === 'overrides') return path.length <= 2
  return path.length === 1 && COLLECTIONS[kind]?.includes(first) === true
}
