import { isEndpointName, isKeyName } from '../../credentials/patterns/sensitive-names.ts'
import { type Entry, type Node, type Path, nodeAt } from '../../source/source-nodes.ts'
import type { Checked } from '../rule.ts'

/** A name that `providers.yaml` declares and that no file may hold as a key. */
export interface SensitiveName {
  readonly path: Path
  readonly why: string
}

/** Finds the declared names that `secret/key-field` or `secret/endpoint` would refuse wherever they are used. */
export function sensitiveNames({ file }: Checked): SensitiveName[] {
  if (file.kind !== 'providers' || file.root === undefined) return []
  return declaredIn(file.root).flatMap((path) => {
    const name = String(path.at(-1))
    if (isKeyName(name)) return [{ path, why: 'it names a credential, and no file holds one' }]
    return isEndpointName(name) ? [{ path, why: 'it names an endpoint, and no file tells where a key is sent' }] : []
  })
}

function declaredIn(root: Node): Path[] {
  const parts = { kinds: ['section', 'function'], providers: ['parameters'] }
  return Object.entries(parts).flatMap(([of, lists]) =>
    entriesAt(root, [of]).flatMap(({ key }) => [
      [of, key],
      ...lists.flatMap((part) => entriesAt(root, [of, key, part]).map((entry) => [of, key, part, entry.key])),
    ]),
  )
}

function entriesAt(root: Node, path: Path): readonly Entry[] {
  const node = nodeAt(root, path)
  return node?.is === 'map' ? node.entries : []
}
