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
  customiseEarlier(folder)
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

/** Sixteen accounts whose own text merges with what the global has gained since, and one whose text does not. */
function customiseEarlier(folder: string): void {
  const global = readFileSync(join(folder, 'config/prompts/content_generation.yaml'), 'utf8')
  const [, block = ''] = /^value: \|\n([\s\S]*)$/m.exec(global) ?? []
  const now = block.trimEnd().replaceAll(/^ {2}/gm, '')
  const then = now.slice(0, now.lastIndexOf('\n'))
  const lines = (text: string): string => text.replaceAll(/^(?=.)/gm, '        ')
  for (let i = 1; i <= 17; i++) {
    const name = `behind-${String(i).padStart(2, '0')}`
    // What the first line becomes merges; where the last line was is where the global has changed too.
    const own = i === 17 ? `${then}\nOur own last line.` : `Account ${i}.\n${then}`
    const record = `      customized: true\n      value: |\n${lines(own)}\n      default: |\n${lines(then)}\n`
    const text = `id: ${name}\nplan: growth\nprompts:\n    content_generation:\n${record}`
    writeFileSync(join(folder, 'config/accounts', `${name}.yaml`), text)
  }
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
  '/accounts/behind-17/prompts/content_generation',
  '/accounts/behind-17/prompts/content_generation/rebase',
  '/accounts/evergreen/profiles/anything',
  '/edit/settings',
  '/edit/models/gpt-4o',
  '/edit/plans/growth',
  '/edit/functions/auto_cluster',
  '/edit/prompts/content_generation',
  '/new/accounts',
  '/new/models',
  '/functions',
  '/drafts',
]
