import { execFileSync } from 'node:child_process'
import {
  chmodSync,
  copyFileSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  renameSync,
  rmSync,
  rmdirSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { basename, dirname, join, resolve } from 'node:path'
import { childEnvironment } from '../base/child-environment.ts'
import { Failure, fileFailure } from '../base/failure.ts'
import { makeFolder } from '../base/own-folders.ts'
import { PROGRAM } from '../base/program-folder.ts'

export interface InitOptions {
  /** The program as `npm pack` made it; packed here and now if left out. */
  readonly from: string | undefined
  readonly version: string
  readonly forge: Forge
}

/** The forges whose pipelines a repository can get. Gitea and Forgejo run those of GitHub. */
export const FORGES = ['github', 'gitlab'] as const
export type Forge = (typeof FORGES)[number]

/**
 * Writes a configuration repository that works: files, workflows, and the program itself, pinned by its hash. It is
 * made beside the folder and moved there at the end, so that a failure leaves nothing. @throws {Failure}
 */
export function init(folder: string, { from, version, forge }: InitOptions): void {
  const to = resolve(folder)
  const exists = existsSync(to)
  if (exists && (!statSync(to).isDirectory() || readdirSync(to).length > 0)) {
    throw new Failure('usage', `${folder} is not an empty folder`, 'name one that is empty, or that is not there yet')
  }
  if (from !== undefined && !existsSync(from)) {
    throw new Failure('usage', `there is no file ${from}`, 'make one with `npm pack`')
  }
  let made: string | undefined
  try {
    makeFolder(dirname(to))
    made = mkdtempSync(join(dirname(to), `.${basename(to)}-`))
    // A temporary folder is closed to others, and this one is to be like any other.
    chmodSync(made, 0o777 & ~process.umask())
    fill(made, { from, version, forge })
    if (exists) rmdirSync(to)
    renameSync(made, to)
  } catch (error) {
    if (made !== undefined) rmSync(made, { recursive: true, force: true })
    throw error instanceof Failure ? error : fileFailure(error, `cannot make ${folder}`)
  }
}

function fill(folder: string, { from, version, forge }: InitOptions): void {
  const template = join(PROGRAM, 'template')
  const elsewhere = ['.github', 'gitlab', 'import-map.yaml', 'import-map.schema.json'].map((name) =>
    join(template, name),
  )
  cpSync(template, folder, { recursive: true, filter: (path) => !elsewhere.includes(path) })
  if (forge === 'github') cpSync(join(template, '.github'), join(folder, '.github'), { recursive: true })
  else {
    copyFileSync(join(template, 'gitlab', 'gitlab-ci.yml'), join(folder, '.gitlab-ci.yml'))
    copyFileSync(join(template, 'gitlab', 'CODEOWNERS'), join(folder, 'CODEOWNERS'))
  }
  // For the editor; `tenfold schemas` writes them anew once providers.yaml declares something else.
  cpSync(join(PROGRAM, 'schemas'), join(folder, 'schemas'), { recursive: true })
  // npm packs no file of these names, so they have other names in the program.
  for (const name of ['gitattributes', 'gitignore', 'npmrc']) renameSync(join(folder, name), join(folder, `.${name}`))
  const vendored = `vendor/tenfold-${version}.tgz`
  mkdirSync(join(folder, 'vendor'))
  if (from === undefined) npm(PROGRAM, 'pack', '--ignore-scripts', '--pack-destination', join(folder, 'vendor'))
  else copyFileSync(from, join(folder, vendored))
  writeFileSync(join(folder, 'package.json'), `${JSON.stringify(packageOf(vendored), null, 2)}\n`)
  npm(folder, 'install', '--package-lock-only', '--ignore-scripts', '--no-audit', '--no-fund')
}

function packageOf(vendored: string): object {
  return {
    name: 'ai-settings',
    private: true,
    scripts: {
      check: 'npx --no-install tenfold check',
      test: 'npx --no-install tenfold check && npx --no-install tenfold compile',
    },
    // The last two compile custom rules, if the repository gets any.
    devDependencies: { tenfold: `file:${vendored}`, ...compilers() },
  }
}

/** The versions that this version was tested with. */
function compilers(): Record<string, string> {
  const { devDependencies = {} }: { readonly devDependencies?: Readonly<Record<string, string>> } = packageJson()
  const versions = ['@types/node', 'ts-node', 'typescript'].map((name) => [name, devDependencies[name] ?? '*'] as const)
  return Object.fromEntries(versions)
}

function packageJson(): object {
  // oxlint-disable-next-line typescript/no-unsafe-return -- our own package.json
  return JSON.parse(readFileSync(join(PROGRAM, 'package.json'), 'utf8'))
}

/** npm's own settings come by variables too, such as the registry of a company. */
function npmEnvironment(): Record<string, string> {
  const env = childEnvironment(process.env)
  for (const [name, value] of Object.entries(process.env)) {
    if (value !== undefined && /^npm_config_/i.test(name)) env[name] = value
  }
  return env
}

function npm(cwd: string, ...args: string[]): void {
  try {
    execFileSync('npm', args, {
      cwd,
      env: npmEnvironment(),
      stdio: ['ignore', 'ignore', 'pipe'],
      shell: process.platform === 'win32',
    })
  } catch (error) {
    const output = typeof error === 'object' && error !== null && 'stderr' in error ? String(error.stderr) : ''
    // npm takes several lines for it, and the first one names a system call.
    const full = /\b(?:ENOSPC|EDQUOT)\b/.exec(output)?.[0]
    if (full !== undefined) throw fileFailure({ code: full }, `npm ${args[0] ?? ''} failed`)
    const why = output.split('\n').find((line) => /^npm (ERR!|error) (?!code)/.test(line)) ?? 'it could not be run'
    const help =
      args[0] === 'pack'
        ? 'name a packed program with --from TARBALL'
        : 'npm makes the lock file, and asks its registry for it'
    throw new Failure('world', `npm ${args[0] ?? ''} failed: ${why}`, help, { cause: error })
  }
}
