// @ts-check
import { execFileSync } from 'node:child_process'
import { rmSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'

/** Packages whose own types are referred to, and not copied. */
const OTHERS = [/^node:/, /^@openfeature\//]

/**
 * Makes one file of all declarations that those of an entry refer to, for each entry. They are those of the module for
 * `require`; those of the module for `import` are the same ones, so that a type has one identity.
 *
 * @param {string} folder
 * @param {Readonly<Record<string, string>>} entries the source of each, by the name of its module
 */
export async function bundleTypes(folder, entries) {
  const { rollup } = await import('rollup')
  const { dts } = await import('rollup-plugin-dts')
  const parts = join(folder, 'types')
  const tsc = join('node_modules', 'typescript', 'bin', 'tsc')
  execFileSync(process.execPath, [tsc, '-p', 'tsconfig.types.json', '--outDir', parts], { stdio: 'inherit' })
  const [main = ''] = Object.keys(entries)
  const sdk = resolve(parts, 'sdk', 'index.d.ts')
  for (const [name, source] of Object.entries(entries)) {
    // The types of the SDK are referred to, so that settings of one entry are those of another.
    const shared = {
      name: 'shared types',
      resolveId: (/** @type {string} */ id, /** @type {string | undefined} */ from) => {
        const isSdk = name !== main && from !== undefined && resolve(from, '..', id).replace(/\.ts$/, '.d.ts') === sdk
        return isSdk ? { id: `./${main}.cjs`, external: true } : null
      },
    }
    const bundle = await rollup({ input: join(parts, source), external: OTHERS, plugins: [shared, dts()] })
    await bundle.write({ file: join(folder, `${name}.d.cts`), format: 'es', banner: typesOfNode })
    await bundle.close()
    writeFileSync(join(folder, `${name}.d.ts`), `export * from './${name}.cjs'\n`)
  }
  rmSync(parts, { recursive: true })
}

/**
 * Asks for node's types where they are used: a compiler that names no types takes none, and the settings would have no
 * `on`.
 * @param {import('rollup').RenderedChunk} chunk
 */
function typesOfNode({ imports }) {
  return imports.some((name) => name.startsWith('node:')) ? '/// <reference types="node" preserve="true" />' : ''
}
