import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { ROOT, commitAll, run } from '../support/run.ts'

/** A repository for the console: this one's own configuration, with some history, a proposal and a release. */
export interface ConsoleRepository {
  readonly folder: string
  /** Every kind of page that it has. */
  readonly paths: readonly string[]
  readonly remove: () => void
}

export async function largeConsoleRepository(): Promise<ConsoleRepository> {
  const folder = mkdtempSync(join(tmpdir(), 'tenfold-console-'))
  cpSync(join(ROOT, 'config'), join(folder, 'config'), { recursive: true })
  writeFileSync(join(folder, '.gitignore'), '.tenfold/\n')
  await commitAll(folder)
  const cli = join(ROOT, 'dist', 'cli.js')
  await run(process.execPath, [cli, 'set', 'acme', 'openai.temperature', '0.3'], folder)
  await commitAll(folder)
  await run(process.execPath, [cli, 'release', '--quiet'], folder)
  await run('git', ['checkout', '-q', '-b', 'settings/warmer'], folder)
  const settings = join(folder, 'config', 'settings.yaml')
  writeFileSync(settings, readFileSync(settings, 'utf8').replace('temperature: 0.7', 'temperature: 0.6'))
  await run(process.execPath, [cli, 'set', 'northwind', 'openai.max_tokens', '2000'], folder)
  await commitAll(folder, 'Answer more warmly')
  await run('git', ['checkout', '-q', 'main'], folder)
  return { folder, paths: PATHS, remove: () => rmSync(folder, { recursive: true, force: true }) }
}

const PATHS = [
  '/',
  '/accounts',
  '/accounts?q=plan%3Agrowth',
  '/accounts/acme',
  '/accounts/acme?plan=free',
  '/accounts/acme/prompts',
  '/accounts/acme/profiles',
  '/accounts/acme/strategies',
  '/accounts/acme/history',
  '/accounts/bluebird',
  '/accounts/nobody',
  '/settings',
  '/keys',
  '/prompts',
  '/prompts/content_generation',
  '/profiles',
  '/strategies',
  '/models',
  '/proposals',
  '/proposals/settings%2Fwarmer',
  '/releases',
  '/releases?from=1&to=head',
  '/help',
  '/accounts/evergreen/prompts',
]
