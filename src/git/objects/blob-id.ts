import { createHash } from 'node:crypto'

/** Computes git's id of a blob with this content. */
export function blobId(bytes: Uint8Array): string {
  return createHash('sha1').update(`blob ${bytes.length}\0`).update(bytes).digest('hex')
}

/** Returns the same bytes with LF at the end of each line: a checkout may have CRLF there (`core.autocrlf`, `eol`). */
export function withLf(bytes: Buffer): Buffer {
  return bytes.includes('\r\n') ? Buffer.from(bytes.toString('latin1').replaceAll('\r\n', '\n'), 'latin1') : bytes
}
