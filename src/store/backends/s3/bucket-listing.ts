/** A page of the keys of a bucket. */
export interface Listing {
  readonly keys: readonly { readonly key: string; readonly bytes: number; readonly date: number }[]
  /** Where the next page begins; undefined after the last one. */
  readonly next: string | undefined
}

/** Reads the answer to ListObjectsV2. What is no key with a size and a date is left out: it is never deleted. */
export function readListing(xml: string): Listing {
  const keys: { key: string; bytes: number; date: number }[] = []
  for (const [, entry = ''] of xml.matchAll(/<Contents>([^]*?)<\/Contents>/g)) {
    const [key, size, date] = ['Key', 'Size', 'LastModified'].map((name) => textOf(entry, name))
    const bytes = Number(size)
    const at = Date.parse(date ?? '')
    if (key !== undefined && Number.isSafeInteger(bytes) && !Number.isNaN(at)) keys.push({ key, bytes, date: at })
  }
  const isCut = textOf(xml, 'IsTruncated') === 'true'
  return { keys, next: isCut ? textOf(xml, 'NextContinuationToken') : undefined }
}

/** Writes the body of DeleteObjects; what went well is not listed in its answer. */
export function writeDeletion(keys: readonly string[]): string {
  const objects = keys.map((key) => `<Object><Key>${escaped(key)}</Key></Object>`).join('')
  return `<Delete xmlns="http://s3.amazonaws.com/doc/2006-03-01/"><Quiet>true</Quiet>${objects}</Delete>`
}

/** Returns the first key that could not be deleted. */
export function firstFailure(xml: string): { readonly key: string; readonly code: string } | undefined {
  const entry = /<Error>([^]*?)<\/Error>/.exec(xml)?.[1]
  if (entry === undefined) return undefined
  return { key: textOf(entry, 'Key') ?? 'an object', code: textOf(entry, 'Code') ?? 'it was refused' }
}

function textOf(xml: string, name: string): string | undefined {
  const text = new RegExp(`<${name}>([^<]*)</${name}>`).exec(xml)?.[1]
  return text?.replace(/&(amp|lt|gt|quot|apos|#39|#34|#x27);/g, (_, entity: string) => ENTITIES[entity] ?? '')
}

const ENTITIES: Readonly<Record<string, string>> = {
  amp: '&',
  lt: '<',
  gt: '>',
  quot: '"',
  apos: "'",
  '#39': "'",
  '#34': '"',
  '#x27': "'",
}

function escaped(text: string): string {
  return text.replace(/[&<>]/g, (sign) => ({ '&': '&amp;', '<': '&lt;', '>': '&gt;' })[sign] ?? sign)
}
