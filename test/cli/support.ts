import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { writeConfig } from '../support/config.ts'
import { tenfold } from '../support/run.ts'

/** An account that is right and earns one warning: it says what it would inherit. */
export const WARNED = 'id: acme\nplan: growth\noverrides:\n  openai: { model: gpt-4o-mini }\n'
export const WRONG = 'id: acme\nplan: growth\noverrides:\n  openai: { modle: gpt-4o }\n'

interface Found {
  readonly rule: string
  readonly severity: string
  readonly file: string
}

/** What `check` says with these flags, as JSON. */
export async function found(
  folder: string,
  ...args: readonly string[]
): Promise<{ code: number | null; all: string[] }> {
  const { code, stdout } = await tenfold(['check', '--format', 'json', ...args], folder)
  const { diagnostics }: { diagnostics: Found[] } = JSON.parse(stdout)
  return { code, all: diagnostics.map(({ rule, severity, file }) => `${severity} ${rule} ${file}`) }
}

export function edit(folder: string, path: string, content: string): void {
  writeFileSync(join(folder, 'config', path), content)
}

export function withAccount(content: string): string {
  return writeConfig({ 'accounts/acme.yaml': content })
}
