// @ts-check
import { copyFileSync, mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { bundleTypes } from './bundle-types.js'

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
  const { outdir: _, ...inCommon } = common
  /** @type {import('esbuild').BuildOptions} */
  const own = {
    ...inCommon,
    // What a service installs itself, if it wants to be told of releases.
    external: [...(common.external ?? []), '@nats-io/transport-node'],
    splitting: false,
    sourcemap: false,
    minifyWhitespace: true,
    minifySyntax: true,
  }
  const separate = { name: 'what few services use', setup: keepSeparate }
  // They are not debugged here.
  for (const [name, { from, used }] of Object.entries(SEPARATE)) {
    const contents = `export { ${used} } from '${from}'`
    await build({
      ...own,
      stdin: { contents, resolveDir: '.' },
      outfile: join(folder, `${name}.cjs`),
      format: 'cjs',
      minify: true,
    })
  }
  /** @type {import('esbuild').BuildOptions} */
  const commonJs = {
    ...own,
    format: 'cjs',
    outExtension: { '.js': '.cjs' },
    // jest has no `import()` in the code that it runs.
    supported: { 'dynamic-import': false },
  }
  await build({
    ...commonJs,
    stdin: { contents: CORE, resolveDir: '.', sourcefile: 'core.ts' },
    outfile: join(folder, 'core.cjs'),
    plugins: [separate],
  })
  await build({
    ...commonJs,
    outdir: folder,
    entryPoints: { testing: 'src/testing/index.ts' },
    minify: true,
    plugins: [sameCore],
  })
  for (const [name, exported] of Object.entries(ENTRIES)) {
    // A process that imports it here and requires it there has one copy: the module for `import` only names its exports.
    writeFileSync(join(folder, `${name}.js`), wrapper(name, exported))
  }
  writeFileSync(join(folder, 'index.cjs'), INDEX)
  await bundleTypes(folder, { index: 'sdk/index.d.ts', testing: 'testing/index.d.ts' })
  writeFileSync(join(folder, 'package.json'), `${JSON.stringify(manifest(version, license, engines), null, 2)}\n`)
  writeFileSync(join(folder, 'README.md'), README)
  copyFileSync('LICENSE', join(folder, 'LICENSE'))
}

/** Packages that are loaded only where they are used, by the files that they are in: what decrypts, and what signs for a bucket. */
const SEPARATE = {
  age: { from: 'age-encryption', used: 'Decrypter' },
  aws4fetch: { from: 'aws4fetch', used: 'AwsClient' },
}

function keepSeparate(/** @type {import('esbuild').PluginBuild} */ built) {
  for (const [file, { from }] of Object.entries(SEPARATE)) {
    built.onResolve({ filter: new RegExp(`^${from}$`) }, () => ({ path: `./${file}.cjs`, external: true }))
  }
}

/** What tests use is made of the same code as what services use, and is not a second copy of it. */
const sameCore = {
  name: 'the same core',
  setup: (/** @type {import('esbuild').PluginBuild} */ built) => {
    built.onResolve({ filter: /^\.\/sdk-core\.ts$/ }, () => ({ path: './core.cjs', external: true }))
  },
}

/** All of the SDK, in one file; `index` names what of it is for services. */
const CORE = "export * from './src/sdk/index.ts'\nexport * from './src/testing/sdk-core.ts'\n"
const ENTRIES = { index: ['openSettings', 'TenfoldError'], testing: ['settingsFor'] }
const INDEX = `'use strict'
const { openSettings, TenfoldError } = require('./core.cjs')
exports.openSettings = openSettings
exports.TenfoldError = TenfoldError
`

function wrapper(/** @type {string} */ name, /** @type {readonly string[]} */ exported) {
  return `import all from './${name}.cjs'\n\nexport const { ${exported.join(', ')} } = all\n`
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
    repository: { type: 'git', url: 'git+https://github.com/tenfold/tenfold.git' },
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
      './testing': {
        import: { types: './testing.d.ts', default: './testing.js' },
        require: { types: './testing.d.cts', default: './testing.cjs' },
      },
      './package.json': './package.json',
    },
    typesVersions: { '*': { testing: ['./testing.d.cts'] } },
    files: ['*.js', '*.cjs', '*.d.ts', '*.d.cts'],
  }
}

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
