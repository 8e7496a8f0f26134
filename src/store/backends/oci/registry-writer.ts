import { setTimeout as sleep } from 'node:timers/promises'
import type { Answer } from '../http/http-client.ts'
import type { Manifest } from './make-images.ts'
import { digestOf } from './release-image.ts'
import { Registry, isRedirect } from './registry.ts'

/** Writes to one repository of a container registry. */
export class RegistryWriter extends Registry {
  /** Whether it takes a blob in one request; undefined until that was tried. */
  #takesWhole: boolean | undefined

  async hasBlob(digest: string): Promise<boolean> {
    const what = `read ${digest} of ${this.url}`
    const answer = await this.ask({ what, action: 'pull,push', method: 'HEAD', url: this.at(`blobs/${digest}`) })
    // Where it leads elsewhere, it is there.
    if (answer.status === 200 || isRedirect(answer)) return true
    if (answer.status === 404) return false
    throw this.unexpected(what, answer)
  }

  /** Uploads a blob: in one request where the registry takes that, else in two. */
  async putBlob(bytes: Uint8Array, digest = digestOf(bytes)): Promise<void> {
    const what = `write ${digest} of ${this.url}`
    const begin = this.at('blobs/uploads/')
    const body = { headers: { 'content-type': 'application/octet-stream' }, body: bytes } as const
    let started: Answer
    if (this.#takesWhole === false)
      started = await this.ask({ what, action: 'pull,push', method: 'POST', url: begin, body: NOTHING })
    else {
      const whole = new URL(begin)
      whole.searchParams.set('digest', digest)
      started = await this.ask({ what, action: 'pull,push', method: 'POST', url: whole, ...body })
      this.#takesWhole = started.status === 201
      if (this.#takesWhole) return
    }
    if (started.status !== 202) throw this.unexpected(what, started)
    const { location } = started.headers
    const place = location !== undefined && URL.canParse(location, begin) ? new URL(location, begin) : undefined
    // Elsewhere, whoever is there would get the registry's authorization.
    if (place?.origin !== this.place.server.origin) throw this.refused(what, 'it wants the upload sent elsewhere')
    place.searchParams.set('digest', digest)
    const done = await this.ask({ what, action: 'pull,push', method: 'PUT', url: place, ...body })
    if (done.status !== 201 && done.status !== 204) throw this.unexpected(what, done)
  }

  async putManifest(reference: string, { bytes, descriptor }: Manifest): Promise<void> {
    const what = `write ${reference} of ${this.url}`
    for (let tried = 1; ; tried++) {
      const answer = await this.ask({
        what,
        action: 'pull,push',
        method: 'PUT',
        url: this.at(`manifests/${reference}`),
        headers: { 'content-type': descriptor.mediaType },
        body: bytes,
      })
      if (answer.status >= 200 && answer.status < 300) return
      // What it refers to may be being written by another publisher of the same.
      const mayPass = answer.status === 400 || answer.status === 404
      if (!mayPass || tried === TRIES) throw this.unexpected(what, answer)
      await sleep(100 * 2 ** tried * (0.5 + Math.random()))
    }
  }
}

const NOTHING = Buffer.alloc(0)
const TRIES = 4
