import { mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { ROOT, run } from './run.ts'

/** Installs what `npm pack` makes of the built program into a folder, where registries are out of reach. */
export async function installInto(folder: string): Promise<void> {
  const { installed } = await unpacked(ROOT, 'tenfold', folder)
  // What npm puts beside it, as the dependencies of tenfold.
  const { dependencies = {} }: { readonly dependencies?: object } = JSON.parse(
    readFileSync(join(installed, 'package.json'), 'utf8'),
  )
  for (const name of Object.keys(dependencies)) {
    const beside = join(installed, 'node_modules', name)
    mkdirSync(dirname(beside), { recursive: true })
    symlinkSync(join(ROOT, 'node_modules', name), beside)
  }
}

/** The same of the package for services, which has no dependencies; returns the tarball. */
export async function installSdkInto(folder: string): Promise<string> {
  return (await unpacked(join(ROOT, 'dist', 'tenfold-sdk'), 'tenfold-sdk', folder)).tarball
}

/** Packs a package, and unpacks it as one that is installed in a folder. */
async function unpacked(
  from: string,
  name: string,
  folder: string,
): Promise<{ readonly tarball: string; readonly installed: string }> {
  const packed = await run('npm', ['pack', '--ignore-scripts', '--json', '--pack-destination', folder], from)
  const [made]: readonly { readonly filename: string }[] = JSON.parse(packed.stdout)
  if (made === undefined) throw new Error(packed.stderr)
  const [tarball, installed] = [join(folder, made.filename), join(folder, 'node_modules', name)]
  mkdirSync(installed, { recursive: true })
  await run('tar', ['xzf', tarball, '-C', installed, '--strip-components=1'], folder)
  return { tarball, installed }
}

/** Writes files by their path in a folder. */
export function writeInto(folder: string, files: Readonly<Record<string, string>>): void {
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true })
    writeFileSync(join(folder, path), text)
  }
}

/** A service's text, as a module of either kind: prints its answer's model and key, which were sealed, and no more. */
export function service(kind: 'import' | 'require', from: 'tenfold' | 'tenfold-sdk' = 'tenfold'): string {
  const load =
    kind === 'import'
      ? `import { TenfoldError, openSettings } from '${from}'`
      : `const { TenfoldError, openSettings } = require('${from}')`
  return `${load}
const open = async () => {
  const { STORE: store, ROOT_OF_TRUST: trust, IDENTITY: identity, NOW } = process.env
  const settings = await openSettings({ store, trust, keys: { from: 'sealed', identity }, now: () => Number(NOW), refresh: { everyMs: 0 } })
  const { model, apiKey } = settings.getModelConfig('generate_content', 'acme')
  const error = await openSettings({ store: 'file:nowhere', trust }).catch((thrown) => thrown)
  await settings.close()
  return JSON.stringify([model, apiKey, error.code, error.name, error instanceof TenfoldError])
}
${kind === 'import' ? 'export default open' : 'module.exports = open'}
`
}

/** What it prints. */
export const SAID = ['gpt-4', 'openai-Zk3vQ9wLr7Tn5Xb1Yc8M', 'store_not_found', 'TenfoldError', true]
