import { createHash } from 'node:crypto'
import { readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { tenfold } from '../support/run.ts'

export const ROOT = join('config', 'trust', 'root.json')

/** What a release of the sample configuration needs in its environment; the root of trust is made in a folder. */
export async function publishingKeys(folder: string): Promise<Record<string, string>> {
  const { code, stderr } = await tenfold(['keys', 'init'], folder)
  if (code !== 0) throw new Error(stderr)
  const pem = (name: string): string => readFileSync(join(folder, '.tenfold', 'keys', `${name}.pem`), 'utf8')
  const keys = { TENFOLD_RELEASE_KEY: pem('release'), TENFOLD_REFRESH_KEY: pem('refresh'), ...API_KEYS }
  // They are moved to where they are used.
  rmSync(join(folder, '.tenfold'), { recursive: true })
  return keys
}

/** As random as a key, and the same in each run. */
const random = (length: number): string =>
  createHash('sha512')
    .update(String(length))
    .digest('base64')
    .replace(/[^A-Za-z0-9]/g, '')
    .repeat(2)
    .slice(0, length)

/** Made up, each in the form of its vendor. */
export const API_KEYS = {
  OPENAI_API_KEY: ['sk', 'proj', random(48)].join('-'),
  ANTHROPIC_API_KEY: ['sk', 'ant', 'api03', `${random(93)}AA`].join('-'),
  DALLE_API_KEY: ['sk', 'proj', random(49)].join('-'),
  RUNWARE_API_KEY: random(32),
  VOYAGE_API_KEY: ['pa', random(43)].join('-'),
}
