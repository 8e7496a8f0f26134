// @ts-check
import { execFileSync } from 'node:child_process'
import { copyFileSync, mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

/**
 * Makes `tenfold-sdk` out of the same sources: a package of its own for services, which installs alone. It is readable,
 * for a look into a failure of a service; what decrypts is loaded where keys are sealed, and what signs for a bucket where there is one.
 *
 * @param {string} folder
 * @param {{ version: string, license: string, engines: object }} of
 * @param {import('esbuild').BuildOptions} common
 */
export async function makeSdkPackage(folder, { version, license, engines }, common) {
  const { build } = await import('esbuild')
  mkdirSync(folder, { recursive: true })
  /** @type {import('esbuild').BuildOptions} */
  const own = {
    ...common,
    outdir: folder,
    // What a service installs itself, if it wants to be told of releases.
    external: [...(common.external ?? []), '@nats-io/transport-node'],
    splitting: false,
    sourcemap: false,
    entryPoints: { index: 'src/sdk/index.ts' },
  }
  const separate = { name: 'what few services use', setup: keepSeparate }
  // They are not debugged here.
  await build({
    ...own,
    entryPoints: SEPARATE,
    format: 'cjs',
    outExtension: { '.js': '.cjs' },
    minify: true,
  })
  await build({
    ...own,
    format: 'cjs',
    outExtension: { '.js': '.cjs' },
    plugins: [separate],
    // jest has no `import()` in the code that it runs.
    supported: { 'dynamic-import': false },
  })
  // A process that imports it here and requires it there has one copy: the module for `import` only names its exports.
  writeFileSync(join(folder, 'index.js'), WRAPPER)
  await bundleTypes(folder)
  writeFileSync(join(folder, 'package.json'), `${JSON.stringify(manifest(version, license, engines), null, 2)}\n`)
  writeFileSync(join(folder, 'README.md'), README)
  copyFileSync('LICENSE', join(folder, 'LICENSE'))
}

/** Makes one file of all declarations that those of the index refer to; those of the module for `import` are the same. */
async function bundleTypes(/** @type {string} */ folder) {
  const { rollup } = await import('rollup')
  const { dts } = await import('rollup-plugin-dts')
  const parts = join(folder, 'types')
  const tsc = join('node_modules', 'typescript', 'bin', 'tsc')
  execFileSync(process.execPath, [tsc, '-p', 'tsconfig.sdk.json', '--outDir', parts], { stdio: 'inherit' })
  const bundle = await rollup({ input: join(parts, 'sdk', 'index.d.ts'), external: /^node:/, plugins: [dts()] })
  await bundle.write({ file: join(folder, 'index.d.cts'), format: 'es' })
  await bundle.close()
  writeFileSync(join(folder, 'index.d.ts'), "export * from './index.cjs'\n")
  rmSync(parts, { recursive: true })
}

/** Packages that are loaded only where they are used, by the files that they are in: what decrypts, and what signs for a bucket. */
const SEPARATE = { age: 'age-encryption', aws4fetch: 'aws4fetch' }

function keepSeparate(/** @type {import('esbuild').PluginBuild} */ built) {
  for (const [file, name] of Object.entries(SEPARATE)) {
    built.onResolve({ filter: new RegExp(`^${name}$`) }, () => ({ path: `./${file}.cjs`, external: true }))
  }
}

function manifest(/** @type {string} */ version, /** @type {string} */ license, /** @type {object} */ engines) {
  return {
    name: 'tenfold-sdk',
    version,
    description: 'Reads AI settings that tenfold has released: which model, parameters and prompt, for this account?',
    license,
    type: 'module',
    engines,
    sideEffects: false,
    peerDependencies: { '@nats-io/transport-node': '^3.3.1' },
    peerDependenciesMeta: { '@nats-io/transport-node': { optional: true } },
    keywords: ['ai', 'llm', 'configuration', 'settings', 'prompts', 'multi-tenant', 'gitops'],
    main: './index.cjs',
    types: './index.d.cts',
    exports: {
      '.': {
        import: { types: './index.d.ts', default: './index.js' },
        require: { types: './index.d.cts', default: './index.cjs' },
      },
      './package.json': './package.json',
    },
    files: ['*.js', '*.cjs', '*.d.ts', '*.d.cts'],
  }
}

const WRAPPER = `import sdk from './index.cjs'

export const { openSettings, TenfoldError } = sdk
`

const README = `# tenfold-sdk

What a service installs to read the AI settings that \`tenfold\` has released. It has no
dependencies. \`tenfold\` contains the same code; a service needs this alone.

\`\`\`ts
import { openSettings } from 'tenfold-sdk'

const settings = await openSettings({
  store: 'https://settings.example.com/production',
  trust: '/etc/tenfold/root.json',
  keys: { from: 'env' },
})
const { model, apiKey } = settings.getModelConfig('generate_content', 'acme', { plan: 'growth' })
\`\`\`

An error is a \`TenfoldError\` with a stable \`code\`. Runs on node 20.11 and newer.
`
