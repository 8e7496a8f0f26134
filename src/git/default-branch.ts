/** Returns the branch that a remote's HEAD is, from what `git ls-remote --symref URL HEAD` says; undefined for none. */
export function defaultBranchIn(listed: string): string | undefined {
  return /^ref: refs\/heads\/(\S+)\tHEAD$/m.exec(listed)?.[1]
}
