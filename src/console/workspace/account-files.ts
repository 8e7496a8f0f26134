import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { codeOf } from '../../base/failure.ts'
import { statsOf } from '../../base/file-facts.ts'
import { ACCOUNTS, looksLikeFile, namesOf } from '../../source/file-layout.ts'

interface ReadFolder {
  readonly signature: string
  /** Its folders, by their paths. */
  readonly folders: readonly string[]
  readonly files: readonly string[]
  /** Whether there is something else in it, such as a link. */
  readonly isOdd: boolean
}

/**
 * Where each account's file is, as it is now: a folder is read again only where something in it has come or gone, which
 * its own time tells.
 */
export class AccountFiles {
  private readonly config: string
  private folders = new Map<string, ReadFolder>()
  private places = new Map<string, string[]>()
  private looking: Promise<void> | undefined

  constructor(config: string) {
    this.config = config
  }

  /**
   * Returns the path of an account's only file, relative to the configuration's folder. Undefined for none, for several,
   * and where a link or something else that does not belong there may have to do with it.
   */
  async of(id: string): Promise<string | undefined> {
    await (this.looking ??= this.look().finally(() => (this.looking = undefined)))
    if ([...this.folders.values()].some(({ isOdd }) => isOdd)) return undefined
    const [first, ...others] = [...namesOf(id)].flatMap((name) => this.places.get(name) ?? [])
    return others.length === 0 && first?.endsWith('.yaml') === true ? first : undefined
  }

  private async look(): Promise<void> {
    const seen = new Map<string, ReadFolder>()
    let isChanged = false
    const pending = [ACCOUNTS]
    for (let path = pending.pop(); path !== undefined; path = pending.pop()) {
      const known = this.folders.get(path)
      const signature = signatureOf(join(this.config, path))
      const folder = known?.signature === signature ? known : await readFolder(this.config, path, signature)
      if (folder !== known) isChanged = true
      seen.set(path, folder)
      for (const one of folder.folders) pending.push(one)
    }
    if (!isChanged && seen.size === this.folders.size) return
    this.folders = seen
    this.places = placesIn(seen)
  }
}

function placesIn(folders: ReadonlyMap<string, ReadFolder>): Map<string, string[]> {
  const places = new Map<string, string[]>()
  for (const [path, { files }] of folders) {
    for (const name of files) {
      const others = places.get(name)
      if (others === undefined) places.set(name, [`${path}/${name}`])
      else others.push(`${path}/${name}`)
    }
  }
  return places
}

async function readFolder(config: string, path: string, signature: string): Promise<ReadFolder> {
  const folders: string[] = []
  const files: string[] = []
  let isOdd = false
  for (const entry of await entriesOf(join(config, path))) {
    const { name } = entry
    if (name.startsWith('.')) continue
    if (entry.isDirectory() && !looksLikeFile(name)) folders.push(`${path}/${name}`)
    else if (entry.isFile()) files.push(name)
    else isOdd = true
  }
  return { signature, folders, files, isOdd }
}

/** One that is gone by now has nothing in it; one that cannot be read is odd, and is reported elsewhere. */
async function entriesOf(folder: string): Promise<readonly Entry[]> {
  try {
    return await readdir(folder, { withFileTypes: true })
  } catch (error) {
    return codeOf(error) === 'ENOENT' ? [] : [UNREADABLE]
  }
}

interface Entry {
  readonly name: string
  isDirectory(): boolean
  isFile(): boolean
}

const UNREADABLE: Entry = { name: 'unreadable', isDirectory: () => false, isFile: () => false }

/** Differs where something has come into a folder or left it; always for one that changed just now, or is none. */
function signatureOf(folder: string): string {
  const stats = statsOf(folder)
  if (stats?.isDirectory() !== true) return `none ${tick++}`
  const { ino, mtimeMs, ctimeMs } = stats
  const isSettled = Date.now() - Math.max(mtimeMs, ctimeMs) > SETTLED_MS
  return isSettled ? `${ino} ${mtimeMs} ${ctimeMs}` : `moving ${tick++}`
}

/** A folder's time moves in steps: what comes within one step of reading it would not be seen. */
const SETTLED_MS = 100
let tick = 0
