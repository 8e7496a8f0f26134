import { Malformed } from '../store/format/decode-json.ts'
import type { TrustFacts } from '../source/link-files.ts'
import { verifyRootDocument } from '../trust/root-descent.ts'
import { type RootDocument, readRootDocument } from '../trust/root-document.ts'
import { Untrusted } from '../trust/public-key.ts'
import type { Origin } from '../source/open-configuration.ts'

export const ROOT_FILE = 'trust/root.json'

/** Reads a configuration's root of trust, or what is wrong with it; undefined where it has none. */
export async function rootOfTrust(origin: Origin): Promise<RootDocument | { readonly problem: string } | undefined> {
  const file = (await origin.listGlobals()).others.find(({ path }) => path === ROOT_FILE)
  if (file === undefined) return undefined
  for await (const [, content] of origin.contents([file])) {
    return content === 'too-large' ? { problem: 'it is over 256 KiB' } : readSound(content)
  }
  return undefined
}

/** Reads a root document that its own keys have signed, or returns what is wrong with it. */
export function readSound(bytes: Uint8Array): RootDocument | { readonly problem: string } {
  try {
    const document = readRootDocument(bytes)
    verifyRootDocument(document)
    return document
  } catch (error) {
    if (error instanceof Malformed || error instanceof Untrusted) return { problem: error.message }
    throw error
  }
}

/** Returns the same in the words of those who check settings. */
export function trustIn(root: RootDocument | { readonly problem: string } | undefined): TrustFacts | undefined {
  if (root === undefined || 'problem' in root) return root
  const { secrets, recipients } = root.signed
  return { secrets, recipients }
}
