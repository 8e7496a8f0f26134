/**
 * Checks each different content of accounts once: among many accounts, most have the same as others, and the findings
 * of the rules do not depend on the id. Takes an account's id and its line in the store.
 */
export function oncePerContent<T>(check: (id: string, line: string) => T): (id: string, line: string) => T {
  const known = new Map<string, T>()
  return (id, line) => {
    const content = line.slice('[""'.length + id.length)
    const found = known.get(content)
    if (found !== undefined) return found
    const made = check(id, line)
    if (known.size >= MANY) known.clear()
    // A copy: a slice would keep the whole leaf that it is cut from.
    known.set(Buffer.from(content).toString(), made)
    return made
  }
}

const MANY = 200_000
