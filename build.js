// @ts-check
import { createHash } from 'node:crypto'
import {
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  readFileSync,
  readdirSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { bundleTypes } from './build/bundle-types.js'

/*
 * Builds the program: types and validators from the schemas, then the bundled command and SDK.
 *
 * Validators are compiled here and not at start: compiling them would cost every start 100 ms. Plain JavaScript, and
 * nothing but node until something has to be built: `npx` prepares a checkout at every call, so a build that is fresh
 * has to be recognised at once.
 */
/** What a service installs itself, if it wants what it is for. */
const OPTIONAL = ['@nats-io/transport-node', '@openfeature/server-sdk']
/** What is for some services only, beside the SDK that they have. */
const FRONT_DOORS = { serve: 'src/serve/index.ts', openfeature: 'src/openfeature/index.ts' }
/** Some of what is bundled is CommonJS and calls require, which an ES module has not. */
const REQUIRE = {
  js: "import { createRequire as __createRequire } from 'node:module';const require=__createRequire(import.meta.url);",
}
const OPENS = /\/sdk\/open-settings\.ts$/
const GENERATED = 'src/source/generated'
const FRAMES = 'src/source/schema/frames'
const STAMP = 'dist/.stamp'
const { version, license, engines } = JSON.parse(readFileSync('package.json', 'utf8'))

if (process.argv.includes('--print-types')) process.stdout.write(await generateTypes())
else if (process.argv.includes('--generate')) {
  await generateValidators()
  writeFileSync(`${GENERATED}/types.ts`, await generateTypes())
} else if (process.argv.includes('--check')) {
  if (!isFresh()) {
    process.stderr.write('dist/ was built from other sources than these: run `npm run build`\n')
    process.exit(1)
  }
} else if (!isFresh()) {
  await generateValidators()
  await bundle()
}
link()

/** Returns a digest of files and folders, generated ones left out. */
function digest(/** @type {string[]} */ ...roots) {
  const hash = createHash('sha256')
  for (const root of roots) {
    const files = statSync(root).isFile()
      ? [root]
      : readdirSync(root, { recursive: true, encoding: 'utf8' })
          .map((file) => join(root, file))
          .sort()
    for (const file of files) {
      if (file.includes('validators.') || !statSync(file).isFile()) continue
      hash.update(`${file.replaceAll('\\', '/')}\0`).update(readFileSync(file))
    }
  }
  return hash.digest('hex')
}

function sources() {
  return digest(
    'src',
    'schemas',
    'build.js',
    'build/sdk-package.js',
    'build/bundle-types.js',
    'tsconfig.types.json',
    'package.json',
    'package-lock.json',
    'tsconfig.json',
  )
}

function isFresh() {
  return existsSync(STAMP) && existsSync(`${GENERATED}/validators.js`) && readFileSync(STAMP, 'utf8') === sources()
}

/** Fingerprints everything that determines what a configuration means: a store with another fingerprint is no cache. */
function toolchainFingerprint() {
  const folders = [
    'schemas',
    'src/base',
    'src/domain',
    'src/store/format',
    'src/git',
    'src/source',
    'src/credentials',
    'src/lint',
    'src/check',
    'src/compile',
    'src/pipeline.ts',
  ]
  return `${version}+${digest(...folders).slice(0, 12)}`
}

function kinds() {
  return readdirSync(FRAMES)
    .map((file) => file.replace('.json', ''))
    .sort()
}

/** Returns the schema of `account` and so on. */
function schemaOf(/** @type {string} */ kind) {
  return JSON.parse(readFileSync(`${FRAMES}/${kind}.json`, 'utf8'))
}

/** Turns `account` into `AccountFile`. */
function fileType(/** @type {string} */ kind) {
  return `${kind.charAt(0).toUpperCase()}${kind.slice(1)}File`
}

async function generateTypes() {
  const { compile } = await import('json-schema-to-typescript')
  const parts = ['// Generated from src/source/schema/frames/ by `npm run generate`. Do not edit.\n']
  for (const kind of kinds()) {
    const types = await compile({ ...schemaOf(kind), title: fileType(kind) }, fileType(kind), {
      bannerComment: '',
      additionalProperties: false,
      unreachableDefinitions: true,
      style: { semi: false, singleQuote: true, printWidth: 110 },
    })
    parts.push(`export namespace ${kind} {\n${types.replace(/^/gm, '  ').replace(/[ ]+$/gm, '')}}\n`)
  }
  const members = kinds().map((kind) => `  ${kind}: ${kind}.${fileType(kind)}`)
  parts.push(
    `/** What each kind of file holds once it is valid. */\nexport interface FileTypes {\n${members.join('\n')}\n}\n`,
  )
  return parts.join('\n')
}

async function generateValidators() {
  const [{ Ajv2020, _ }, { default: standalone }, { build }] = await Promise.all([
    import('ajv/dist/2020.js'),
    import('ajv/dist/standalone/index.js'),
    import('esbuild'),
  ])
  const formats = _`require("./src/source/schema/date-format.ts")`
  const ajv = new Ajv2020({
    allErrors: true,
    strict: true,
    allowUnionTypes: true,
    code: { source: true, esm: true, formats },
  })
  // Only its name counts here: the compiled code asks the file for it.
  ajv.addFormat('date', () => true)
  for (const kind of kinds()) ajv.addSchema(withoutProse(schemaOf(kind)), kind)
  const code = standalone.default(ajv, Object.fromEntries(kinds().map((kind) => [kind, kind])))
  mkdirSync(GENERATED, { recursive: true })
  await build({
    stdin: { contents: code, resolveDir: '.', loader: 'js' },
    bundle: true,
    platform: 'node',
    format: 'esm',
    target: 'node20',
    outfile: `${GENERATED}/validators.js`,
  })
  const declarations = kinds()
    .map((kind) => `export const ${kind}: Validator<FileTypes['${kind}']>`)
    .join('\n')
  writeFileSync(
    `${GENERATED}/validators.d.ts`,
    `import type { ErrorObject } from 'ajv'
import type { FileTypes } from './types.ts'

export interface Validator<T> {
  (value: unknown): value is T
  errors?: ErrorObject[] | null
}
${declarations}\n`,
  )
}

/**
 * Leaves out the prose of a schema, which the validators need not carry: half of what every start would load.
 * @param {unknown} schema
 * @returns {any}
 */
function withoutProse(schema) {
  if (Array.isArray(schema)) return schema.map(withoutProse)
  if (typeof schema !== 'object' || schema === null) return schema
  const members = Object.entries(schema).filter(([key, value]) => {
    // A property may well be called `description`; its schema is an object.
    return (
      !['title', 'description', 'examples', 'default', 'tsType'].includes(key) ||
      (typeof value === 'object' && !Array.isArray(value))
    )
  })
  return Object.fromEntries(members.map(([key, value]) => [key, withoutProse(value)]))
}

/** Bundles into a folder of its own first, so that a program that is run meanwhile is whole. */
async function bundle() {
  const { build } = await import('esbuild')
  const folder = `dist.${process.pid}.tmp`
  const stamp = sources()
  /** @satisfies {import('esbuild').BuildOptions} */
  const common = {
    // What compiles custom rules is loaded when there are any, and reads files beside it.
    external: ['ts-node', 'typescript'],
    outdir: folder,
    bundle: true,
    splitting: true,
    platform: /** @type {const} */ ('node'),
    format: /** @type {const} */ ('esm'),
    target: 'node20',
    chunkNames: '[name]-[hash]',
    sourcemap: true,
    legalComments: /** @type {const} */ ('none'),
    // node prints the line of an uncaught error.
    lineLimit: 200,
    define: {
      'process.env.TENFOLD_VERSION': JSON.stringify(version),
      'process.env.TENFOLD_JUDGE': JSON.stringify(toolchainFingerprint()),
    },
  }
  await build({
    ...common,
    minifyWhitespace: true,
    minifySyntax: true,
    entryPoints: {
      cli: 'src/cli/bin.ts',
      main: 'src/cli/main.ts',
      rules: 'src/rules.ts',
      worker: 'src/check/workers/worker.ts',
    },
    banner: REQUIRE,
    plugins: [asFileOfItsOwn(/^gpt-tokenizer\//, './tokens.js'), withoutExecutables()],
  })
  // A table of two hundred thousand words: no map of it is of use, and nothing loads it before a prompt is edited.
  const tokens = 'gpt-tokenizer/encoding/o200k_base'
  await build({ ...common, sourcemap: false, minify: true, entryPoints: { tokens } })
  await bundleConsole(`${folder}/console`)
  // By itself, so that a service has one file to load, and not ten that it shares with the program; and readable, for a
  // look into a failure of a service.
  const own = { ...common, splitting: false, external: [...common.external, ...OPTIONAL] }
  await build({ ...own, splitting: true, entryPoints: { sdk: 'src/index.ts' } })
  await build({ ...own, entryPoints: FRONT_DOORS, banner: REQUIRE, plugins: [asFileOfItsOwn(OPENS, './sdk.js')] })
  chmodSync(`${folder}/cli.js`, 0o755)
  await bundleTypes(folder, {
    sdk: 'index.d.ts',
    rules: 'rules.d.ts',
    serve: 'serve/index.d.ts',
    openfeature: 'openfeature/index.d.ts',
  })
  await commonJs(common)
  const { makeSdkPackage } = await import('./build/sdk-package.js')
  await makeSdkPackage(`${folder}/tenfold-sdk`, { version, license, engines }, common)
  writeFileSync(`${folder}/.stamp`, stamp)
  rmSync('dist', { recursive: true, force: true })
  renameSync(folder, 'dist')
}

/**
 * Leaves a package out of a bundle: it is in a file beside it.
 * @returns {import('esbuild').Plugin}
 */
function asFileOfItsOwn(/** @type {RegExp} */ filter, /** @type {string} */ path) {
  return { name: path, setup: (built) => built.onResolve({ filter }, () => ({ path, external: true })) }
}

/**
 * Leaves out what commander starts the executables of subcommands with, which none of ours has: help and
 * completion start nothing, and need not load it.
 * @returns {import('esbuild').Plugin}
 */
function withoutExecutables() {
  return {
    name: 'without-executables',
    setup(built) {
      built.onResolve({ filter: /^node:child_process$/ }, ({ importer }) =>
        /[\\/]commander[\\/]/.test(importer) ? { path: 'executables', namespace: 'without' } : undefined,
      )
      built.onLoad({ filter: /./, namespace: 'without' }, () => ({ contents: 'module.exports = {}' }))
    },
  }
}

/** Builds what the pages of the console load: one style sheet, one script, the editor, one icon. */
async function bundleConsole(/** @type {string} */ folder) {
  const { build } = await import('esbuild')
  await build({
    entryPoints: {
      style: 'src/console/browser/style.css',
      script: 'src/console/browser/script.ts',
      editor: 'src/console/browser/editor.ts',
    },
    outdir: folder,
    bundle: true,
    minify: true,
    platform: 'browser',
    format: 'esm',
    target: 'es2022',
    legalComments: 'none',
    lineLimit: 200,
  })
  cpSync('src/console/browser/icon.svg', `${folder}/icon.svg`)
}

/**
 * Does the same for `require`, whose files esbuild does not split: what decrypts is a file of its own here too, so that
 * it is loaded where keys are sealed and nowhere else.
 */
async function commonJs(/** @type {import('esbuild').BuildOptions} */ common) {
  const { build } = await import('esbuild')
  /** @type {import('esbuild').BuildOptions} */
  const cjs = {
    ...common,
    format: 'cjs',
    splitting: false,
    outExtension: { '.js': '.cjs' },
    // jest has no `import()` in the code that it runs.
    supported: { 'dynamic-import': false },
  }
  // It is not debugged here, and its map would be as large as all else.
  await build({ ...cjs, entryPoints: { age: 'age-encryption', aws4fetch: 'aws4fetch' }, sourcemap: false })
  await build({
    ...cjs,
    external: [...(common.external ?? []), ...OPTIONAL],
    entryPoints: { sdk: 'src/index.ts', rules: 'src/rules.ts' },
    plugins: [asFileOfItsOwn(/^age-encryption$/, './age.cjs'), asFileOfItsOwn(/^aws4fetch$/, './aws4fetch.cjs')],
  })
  await build({
    ...cjs,
    external: [...(common.external ?? []), ...OPTIONAL],
    entryPoints: FRONT_DOORS,
    plugins: [asFileOfItsOwn(OPENS, './sdk.cjs')],
  })
}

/** npm links the commands of what is installed, not of the checkout itself; without the link npx takes seconds. */
function link() {
  const bin = join('node_modules', '.bin', 'tenfold')
  if (!existsSync('node_modules') || existsSync(bin)) return
  try {
    mkdirSync(join('node_modules', '.bin'), { recursive: true })
    symlinkSync(join('..', '..', 'dist', 'cli.js'), bin)
  } catch {
    // Where links are not allowed, npx finds its own way.
  }
}
