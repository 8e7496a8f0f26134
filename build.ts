import { execFileSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { chmodSync, mkdirSync, readFileSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { Ajv2020 } from 'ajv/dist/2020.js'
import standaloneCode from 'ajv/dist/standalone/index.js'
import addFormats from 'ajv-formats'
import { build } from 'esbuild'
import { compile } from 'json-schema-to-typescript'

/**
 * Builds the program: types and validators from the schemas, then the bundled command and SDK.
 * Validators are compiled here and not at start: compiling them would cost every start 100 ms.
 */
const OUT = 'src/compile/generated'
const kinds = readdirSync('schemas').map((file) => file.replace('.schema.json', '')).sort()

async function generateTypes(): Promise<string> {
  const parts: string[] = ['// Generated from schemas/ by `npm run generate`. Do not edit.\n']
  for (const kind of kinds) {
    const schema: object = JSON.parse(readFileSync(`schemas/${kind}.schema.json`, 'utf8'))
    const name = `${kind[0]?.toUpperCase()}${kind.slice(1)}File`
    const types = await compile({ ...schema, title: name }, name, {
      bannerComment: '',
      additionalProperties: false,
      unreachableDefinitions: true,
      style: { semi: false, singleQuote: true, printWidth: 110 },
    })
    parts.push(`export namespace ${kind} {\n${types.replace(/^/gm, '  ').replace(/[ ]+$/gm, '')}}\n`)
  }
  const fileTypes = kinds.map((kind) => `  ${kind}: ${kind}.${kind[0]?.toUpperCase()}${kind.slice(1)}File`)
  parts.push(`/** What each kind of file holds once it is valid. */\nexport interface FileTypes {\n${fileTypes.join('\n')}\n}\n`)
  return parts.join('\n')
}

async function generateValidators(): Promise<void> {
  const ajv = new Ajv2020({ allErrors: true, strict: true, allowUnionTypes: true, code: { source: true, esm: true } })
  addFormats.default(ajv, ['date'])
  for (const kind of kinds) ajv.addSchema(JSON.parse(readFileSync(`schemas/${kind}.schema.json`, 'utf8')), kind)
  const code = standaloneCode.default(ajv, Object.fromEntries(kinds.map((kind) => [kind, kind])))
  await build({
    stdin: { contents: code, resolveDir: '.', loader: 'js' },
    bundle: true, platform: 'node', format: 'esm', target: 'node20', outfile: `${OUT}/validators.js`,
  })
  const declarations = kinds.map((kind) => `export const ${kind}: Validator<FileTypes['${kind}']>`).join('\n')
  writeFileSync(`${OUT}/validators.d.ts`, `import type { ErrorObject } from 'ajv'
import type { FileTypes } from './types.ts'

export interface Validator<T> {
  (value: unknown): value is T
  errors?: ErrorObject[] | null
}
${declarations}\n`)
}

async function bundle(): Promise<void> {
  rmSync('dist', { recursive: true, force: true })
  const { version }: { version: string } = JSON.parse(readFileSync('package.json', 'utf8'))
  await build({
    entryPoints: { cli: 'src/cli/main.ts', sdk: 'src/sdk/index.ts', worker: 'src/pipeline/worker.ts' },
    outdir: 'dist', bundle: true, splitting: true, platform: 'node', format: 'esm', target: 'node20',
    chunkNames: '[name]-[hash]', sourcemap: true, legalComments: 'none',
    define: {
      'process.env.TENFOLD_VERSION': JSON.stringify(version),
      'process.env.TENFOLD_JUDGE': JSON.stringify(`${version}+${judge()}`),
    },
    // Some of what is bundled is CommonJS and calls require.
    banner: { js: "import { createRequire as __createRequire } from 'node:module';const require=__createRequire(import.meta.url);" },
  })
  chmodSync('dist/cli.js', 0o755)
  execFileSync('npx', ['tsc', '-p', 'tsconfig.types.json'], { stdio: 'inherit' })
}

/** A digest of all that decides what a configuration means: a store that another judge wrote is no cache. */
function judge(): string {
  const hash = createHash('sha256')
  for (const folder of ['schemas', 'src/bundle', 'src/compile', 'src/lint', 'src/pipeline']) {
    for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true }).map((e) => join(e.parentPath, e.name)).sort()) {
      if (statSync(entry).isFile()) hash.update(`${entry.replaceAll('\\', '/')}\0`).update(readFileSync(entry))
    }
  }
  return hash.digest('hex').slice(0, 12)
}

mkdirSync(OUT, { recursive: true })
if (process.argv.includes('--print-types')) process.stdout.write(await generateTypes())
else {
  await generateValidators()
  if (process.argv.includes('--generate')) writeFileSync(`${OUT}/types.ts`, await generateTypes())
  else await bundle()
}
