import { readGlobals, readRoot } from './format/content-root.ts'
import { Malformed, OtherFormat } from './format/decode-json.ts'
import { readAccount, readLeaf } from './format/account-leaf.ts'
import { parseProvenance, readGlobalProvenance, readProvenance } from './format/provenance.ts'
import { indexPack } from './format/pack.ts'
import { ROOT_BITS, readRegion } from './format/account-tree.ts'

/** The kind and the content of an object in a store, for debugging. */
export interface DescribedObject {
  readonly kind:
    | 'root'
    | 'globals'
    | 'node'
    | 'leaf'
    | 'provenance'
    | 'pack'
    | 'sealed keys'
    | 'json'
    | 'text'
    | 'bytes'
  readonly content: unknown
}

/** Describes an object as the first kind that it parses as: objects do not state their kind, as referrers know it. */
export function describeObject(bytes: Uint8Array): DescribedObject {
  for (const [kind, read] of READERS) {
    try {
      return { kind, content: read(bytes) }
    } catch (error) {
      if (!(error instanceof Malformed || error instanceof OtherFormat || error instanceof SyntaxError)) throw error
    }
  }
  return { kind: 'bytes', content: Buffer.from(bytes).toString('base64') }
}

/** From the strictest form to the loosest. */
const READERS: readonly (readonly [DescribedObject['kind'], (bytes: Uint8Array) => unknown])[] = [
  ['root', readRoot],
  ['globals', readGlobals],
  ['leaf', leaf],
  ['provenance', provenance],
  ['provenance', globalProvenance],
  ['node', (bytes) => readRegion(bytes, ROOT_BITS)],
  ['sealed keys', sealed],
  ['pack', pack],
  ['json', (bytes): unknown => JSON.parse(text(bytes))],
  ['text', text],
]

function leaf(bytes: Uint8Array): unknown {
  const { provenance: ref, lines } = readLeaf(bytes)
  return { provenance: ref, accounts: Object.fromEntries([...lines].map(([id, line]) => [id, readAccount(line)])) }
}

function provenance(bytes: Uint8Array): unknown {
  const lines = readProvenance(bytes)
  if (lines.size === 0) throw new Malformed('it has no line')
  return Object.fromEntries([...lines].map(([id, line]) => [id, parseProvenance(line)]))
}

function globalProvenance(bytes: Uint8Array): unknown {
  const files = readGlobalProvenance(bytes)
  if (files.length === 0) throw new Malformed('it has no line')
  return Object.fromEntries(files.map(({ file, ...origin }) => [file, origin]))
}

function pack(bytes: Uint8Array): unknown {
  const objects = indexPack(bytes)
  if (objects.size === 0) throw new Malformed('it holds nothing')
  return [...objects.keys()]
}

/** Reads age's own header, which names no recipient. */
function sealed(bytes: Uint8Array): unknown {
  const start = Buffer.from(bytes.subarray(0, 64)).toString('latin1')
  if (!start.startsWith('age-encryption.org/')) throw new Malformed('it is not encrypted by age')
  return { format: start.split('\n')[0], bytes: bytes.length }
}

function text(bytes: Uint8Array): string {
  const decoder = new TextDecoder('utf-8', { fatal: true })
  try {
    return decoder.decode(bytes)
  } catch {
    throw new Malformed('it is not UTF-8')
  }
}
