// @ts-check
import { execFileSync } from 'node:child_process'
import { copyFileSync, cpSync, mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'

/**
 * Makes `tenfold-sdk` out of the same sources: a package of its own for services, which installs alone. It is readable,
 * for a look into a failure of a service; what decrypts is loaded where keys are sealed and nowhere else.
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
    splitting: false,
    sourcemap: false,
    entryPoints: { index: 'src/sdk/index.ts' },
  }
  const age = { name: 'what decrypts', setup: separate }
  // It is not debugged here.
  await build({
    ...own,
    entryPoints: { age: 'age-encryption' },
    format: 'cjs',
    outExtension: { '.js': '.cjs' },
    minify: true,
  })
  await build({
    ...own,
    format: 'cjs',
    outExtension: { '.js': '.cjs' },
    plugins: [age],
    // jest has no `import()` in the code that it runs.
    supported: { 'dynamic-import': false },
  })
  // A process that imports it here and requires it there has one copy: the module for `import` only names its exports.
  writeFileSync(join(folder, 'index.js'), WRAPPER)
  const tsc = join('node_modules', 'typescript', 'bin', 'tsc')
  const types = join(folder, 'types')
  execFileSync(process.execPath, [tsc, '-p', 'tsconfig.sdk.json', '--outDir', types], { stdio: 'inherit' })
  pruneTypes(types, join('sdk', 'index.d.ts'))
  // Which kind of module a declaration is of is for the nearest package.json to state.
  cpSync(types, join(folder, 'types-cjs'), { recursive: true })
  writeFileSync(join(folder, 'types-cjs', 'package.json'), '{ "type": "commonjs" }\n')
  writeFileSync(join(folder, 'package.json'), `${JSON.stringify(manifest(version, license, engines), null, 2)}\n`)
  writeFileSync(join(folder, 'README.md'), README)
  copyFileSync('LICENSE', join(folder, 'LICENSE'))
}

/**
 * Keeps the declarations that those of the index refer to, and the comments of what it exports: others are half of what
 * would be packed.
 */
function pruneTypes(/** @type {string} */ folder, /** @type {string} */ index) {
  const exported = new Set([index, ...importsOf(folder, index)])
  const needed = new Set(exported)
  for (const file of needed) for (const other of importsOf(folder, file)) needed.add(other)
  for (const file of readdirSync(folder, { recursive: true, encoding: 'utf8' })) {
    const path = join(folder, file)
    if (file.endsWith('.d.ts') && !needed.has(file)) rmSync(path)
    else if (file.endsWith('.d.ts') && !exported.has(file)) {
      writeFileSync(path, readFileSync(path, 'utf8').replace(/^ *\/\*\*[^]*?\*\/\n/gm, ''))
    }
  }
}

function importsOf(/** @type {string} */ folder, /** @type {string} */ file) {
  const text = readFileSync(join(folder, file), 'utf8')
  return [...text.matchAll(/(?:from |import\()['"](\.[^'"]+)\.[jt]s['"]/g)].map(([, to = '']) => {
    return join(dirname(file), `${to}.d.ts`)
  })
}

function separate(/** @type {import('esbuild').PluginBuild} */ built) {
  built.onResolve({ filter: /^age-encryption$/ }, () => ({ path: './age.cjs', external: true }))
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
    keywords: ['ai', 'llm', 'configuration', 'settings', 'prompts', 'multi-tenant', 'gitops'],
    main: './index.cjs',
    types: './types-cjs/sdk/index.d.ts',
    exports: {
      '.': {
        import: { types: './types/sdk/index.d.ts', default: './index.js' },
        require: { types: './types-cjs/sdk/index.d.ts', default: './index.cjs' },
      },
      './package.json': './package.json',
    },
    files: ['*.js', '*.cjs', 'types', 'types-cjs'],
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
