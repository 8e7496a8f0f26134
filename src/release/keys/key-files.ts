import { existsSync, renameSync, rmSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { generateX25519Identity, identityToRecipient } from 'age-encryption'
import { Failure, fileFailure } from '../../base/failure.ts'
import { writeFiles } from '../../base/write-files.ts'
import { Folders } from '../../base/durable-files.ts'
import { asideOf, writePrivate } from '../../trust/private-keys.ts'
import { type RootDocument, writeRootDocument } from '../../trust/root-document.ts'
import { type PrivateKey, generateKey, toPem } from '../../trust/sign-head.ts'
import type { Configuration } from '../../source/open-configuration.ts'
import { ROOT_FILE } from '../../check/read-root-of-trust.ts'

export interface Changed {
  readonly document: RootDocument
  /** Files with private keys that were written. */
  readonly wrote: readonly string[]
}

/** The private files of one ceremony: all of them are written, and the root with them, or none. */
export class KeyFiles {
  readonly #folder: string
  readonly #texts = new Map<string, string>()

  constructor(folder: string) {
    this.#folder = folder
  }

  key(name: string): PrivateKey {
    const key = generateKey()
    this.#texts.set(`${name}.pem`, toPem(key))
    return key
  }

  /** Makes an age identity, and returns its recipient. */
  async identity(environment: string, name: string): Promise<string> {
    const identity = await generateX25519Identity()
    const recipient = await identityToRecipient(identity)
    this.#texts.set(`${environment}-${name}.age`, `# ${environment} ${name}, public key: ${recipient}\n${identity}\n`)
    return recipient
  }

  /**
   * Writes the root last, so that a process that is killed before leaves a root whose keys are all there: the new ones
   * serve no root yet, and the old ones are found where they were set aside.
   */
  writeWith(configuration: Configuration, document: RootDocument): Changed {
    const rootFile = join(configuration.folder, ROOT_FILE)
    refuseInTheWay(configuration)
    const folders = new Folders()
    const made: string[] = []
    const moved: [from: string, to: string][] = []
    let at = this.#folder
    try {
      folders.make(this.#folder, 0o700)
      for (const [name, text] of this.#texts) {
        const file = join(this.#folder, name)
        at = file
        if (existsSync(file)) {
          // A key that was replaced may still be wanted, to inspect what it signed or what was sealed to it.
          const aside = asideOf(file, document.signed.version)
          renameSync(file, aside)
          moved.push([file, aside])
        }
        writePrivate(file, text)
        made.push(file)
      }
      at = dirname(rootFile)
      folders.make(at)
      writeFiles([[rootFile, writeRootDocument(document)]])
      return { document, wrote: made }
    } catch (error) {
      for (const file of made) rmSync(file, { force: true })
      for (const [from, to] of moved) renameSync(to, from)
      folders.removeEmpty()
      throw error instanceof Failure ? error : fileFailure(error, `cannot write ${at}`)
    }
  }
}

/**
 * Refuses anything but a file or a folder where the root of trust is to be: it would lead out of the configuration.
 * @throws {Failure}
 */
function refuseInTheWay({ tree, show }: Configuration): void {
  const found = tree.unexpected.find(({ path }) => path === 'trust' || path === ROOT_FILE)
  if (found === undefined) return
  throw new Failure('refused', `${show(found.path)} is ${found.why}`, found.help)
}
