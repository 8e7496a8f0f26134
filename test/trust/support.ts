import { createHash } from 'node:crypto'
import { readFileSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { expect } from 'vitest'
import { object } from '../../src/store/format/decode-json.ts'
import { own } from '../../src/domain/plain-data.ts'
import { type Release, readHead } from '../../src/store/format/release-manifest.ts'
import { FileBackend } from '../../src/store/backends/file-backend.ts'
import { unseal } from '../../src/trust/unseal-keys.ts'
import { writeConfig } from '../support/config.ts'
import { type Ran, tenfold } from '../support/run.ts'

export const NAMES = ['ANTHROPIC_API_KEY', 'DALLE_API_KEY', 'OPENAI_API_KEY', 'RUNWARE_API_KEY'] as const

/** Keys of no vendor, as long as theirs, made up anew: a test that shows one shows nothing. */
export function fakeKeys(): Record<string, string> {
  return Object.fromEntries(
    NAMES.map((name) => [
      name,
      ['fake', createHash('sha256').update(`${name}${Math.random()}`).digest('base64url')].join('-'),
    ]),
  )
}

export const ACME = 'id: acme\nplan: growth\noverrides: { openai: { model: gpt-4 } }\n'

/** A configuration with a root of trust that `keys init` made. */
export async function rooted(flags: readonly string[] = []): Promise<string> {
  const folder = writeConfig({ 'accounts/acme.yaml': ACME })
  expect(await tenfold(['keys', 'init', ...flags], folder)).toMatchObject({ code: 0, stderr: '' })
  return folder
}

export function headOf(folder: string, store = 'store'): Release {
  return readHead(readFileSync(join(folder, store, 'head.json'))).release
}

/** The text of a private file that a ceremony wrote. */
export function privateFile(folder: string, name: string): string {
  return readFileSync(join(folder, '.tenfold', 'keys', name), 'utf8')
}

export function identity(folder: string, name: string): string {
  return /AGE-SECRET-KEY-1[0-9A-Z]+/.exec(privateFile(folder, `${name}.age`))?.[0] ?? ''
}

/** What an identity gets out of a store. @throws when it gets nothing */
export async function unsealed(
  folder: string,
  who: string,
  environment = 'production',
  store = 'store',
): Promise<Record<string, string>> {
  const { secrets } = headOf(folder, store)
  if (secrets === null) throw new Error('nothing is sealed')
  const sealed = await new FileBackend(join(folder, store)).read(secrets)
  return Object.fromEntries(await unseal(sealed, [who], environment))
}

/** Every file below a folder, with its bytes. */
export function filesBelow(folder: string, path = ''): [path: string, bytes: Buffer][] {
  return readdirSync(join(folder, path), { withFileTypes: true }).flatMap((entry) => {
    const at = join(path, entry.name)
    return entry.isDirectory() ? filesBelow(folder, at) : [[at, readFileSync(join(folder, at))]]
  })
}

/** A member of what a command printed as JSON. */
export function said(ran: Ran, member: string): unknown {
  return own(object(JSON.parse(ran.stdout), 'the output'), member)
}
