/**
 * Judges each different thing that accounts say once: among many accounts, most say what others say too, and what
 * the rules find does not depend on the id. Takes an account's id and its line in the store.
 */
export function perContent<T>(judge: (id: string, line: string) => T): (id: string, line: string) => T {
  const known = new Map<string, T>()
  return (id, line) => {
    const says = line.slice('[""'.length + id.length)
    const found = known.get(says)
    if (found !== undefined) return found
    const made = judge(id, line)
    if (known.size >= MANY) known.clear()
    // A copy: a slice would keep the whole leaf that it is cut from.
    known.set(Buffer.from(says).toString(), made)
    return made
  }
}

const MANY = 200_000
