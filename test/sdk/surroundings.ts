import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { writeRootDocument } from '../../src/trust/root-document.ts'
import { RootedStore, numbered, person } from './rooted.ts'
import { openai } from './store.ts'

/** Publishes a store with sealed keys; returns what a service needs to know of it, as its environment. */
export async function surroundings(): Promise<Record<string, string>> {
  const ada = await person()
  const store = new RootedStore()
  const keys = { OPENAI_API_KEY: 'openai-Zk3vQ9wLr7Tn5Xb1Yc8M' }
  await store.publish(numbered(1, { acme: openai('growth', { model: 'gpt-4' }) }), {}, { keys, to: [ada.recipient] })
  const root = join(store.base, 'root.json')
  writeFileSync(root, writeRootDocument(store.first))
  return { STORE: store.url, ROOT_OF_TRUST: root, IDENTITY: ada.identity, NOW: String(store.clock.now) }
}
