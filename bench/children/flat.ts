import { closeSync, openSync, writeSync } from 'node:fs'
import { idOf } from '../../test/support/corpus.ts'
import { number, say, text } from './io.ts'
import { open } from './open.ts'

/**
 * Writes the functions of many accounts as the flat form has them, without its prompts: every account has all of them
 * in full there, and what is parsed should not depend on how long this corpus's happen to be.
 */
const FUNCTIONS = ['auto_cluster', 'generate_content', 'generate_images']
const settings = await open()
if (settings === undefined) throw new Error('the store cannot be opened')
const file = openSync(text('file'), 'w')
writeSync(file, '{"accounts":{')
for (let i = 0; i < number('accounts'); i++) {
  const functions = Object.fromEntries(FUNCTIONS.map((name) => [name, settings.getModelConfig(name, idOf(i))]))
  writeSync(file, `${i === 0 ? '' : ','}${JSON.stringify(idOf(i))}:${JSON.stringify({ functions })}`)
}
writeSync(file, '}}')
closeSync(file)
say({ done: true })
process.exit(0)
