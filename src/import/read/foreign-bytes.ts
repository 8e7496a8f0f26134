import { Failure } from '../../base/failure.ts'

/** So many bytes at the beginning of a file tell what it is. */
const ENOUGH_TO_TELL = 8

/**
 * Yields the chunks of a file, the first of them long enough to tell what it is. Refuses a file that is no text in UTF-8.
 *
 * @param help how the kind of file that is expected is written as UTF-8
 */
export async function* withoutForeignBytes(
  chunks: AsyncIterable<Buffer>,
  file: string,
  help: string,
): AsyncGenerator<Buffer, void, undefined> {
  let head: Buffer | undefined = Buffer.alloc(0)
  for await (const chunk of chunks) {
    if (head === undefined) {
      yield chunk
      continue
    }
    head = Buffer.concat([head, chunk])
    if (head.length < ENOUGH_TO_TELL) continue
    refuseForeignBytes(head, file, help)
    yield head
    head = undefined
  }
  if (head === undefined) return
  refuseForeignBytes(head, file, help)
  yield head
}

export function refuseForeignBytes(head: Uint8Array, file: string, help: string): void {
  const found = MAGIC.find(({ bytes }) => bytes.every((byte, i) => head[i] === byte))
  if (found !== undefined) throw new Failure('refused', `${file}: it is ${found.is}, not a text`, found.help)
  if (isUtf16(head)) throw new Failure('refused', `${file}: it is in UTF-16, and UTF-8 is expected`, help)
}

/** Returns how many of the first bytes are a byte order mark. */
export function markLength(head: Uint8Array): number {
  return head[0] === 0xef && head[1] === 0xbb && head[2] === 0xbf ? 3 : 0
}

/** Neither JSON nor CSV has a NUL, and in UTF-16 every second byte of what begins one is. */
function isUtf16(head: Uint8Array): boolean {
  const [a, b, c, d] = head
  const isMarked = (a === 0xff && b === 0xfe) || (a === 0xfe && b === 0xff)
  const isLittle = b === 0 && (d === 0 || d === undefined)
  const isBig = a === 0 && b !== 0 && (c === 0 || c === undefined)
  return head.length > 1 && (isMarked || isLittle || isBig)
}

const MAGIC: readonly { readonly bytes: readonly number[]; readonly is: string; readonly help: string }[] = [
  { bytes: [0x1f, 0x8b], is: 'compressed by gzip', help: 'unpack it first: gunzip FILE' },
  { bytes: [0x28, 0xb5, 0x2f, 0xfd], is: 'compressed by zstd', help: 'unpack it first: unzstd FILE' },
  { bytes: [0xfd, 0x37, 0x7a, 0x58, 0x5a], is: 'compressed by xz', help: 'unpack it first: unxz FILE' },
  { bytes: [0x42, 0x5a, 0x68], is: 'compressed by bzip2', help: 'unpack it first: bunzip2 FILE' },
  {
    bytes: [0x50, 0x4b, 0x03, 0x04],
    is: 'a ZIP archive or a workbook (.xlsx, .ods)',
    help: 'unpack it, or save the sheet as "CSV UTF-8"',
  },
  { bytes: [0xd0, 0xcf, 0x11, 0xe0], is: 'a workbook (.xls)', help: 'save the sheet as "CSV UTF-8"' },
]
