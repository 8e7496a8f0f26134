import type { Repository } from '../open-repository.ts'

/** Whether a commit has another one in its history; false where one of them is unknown here. */
export async function isAncestor({ run }: Repository, ancestor: string, commit: string): Promise<boolean> {
  if (![ancestor, commit].every((id) => /^[0-9a-f]{40}([0-9a-f]{24})?$/.test(id))) return false
  return run(['merge-base', '--is-ancestor', ancestor, commit]).then(
    () => true,
    () => false,
  )
}
