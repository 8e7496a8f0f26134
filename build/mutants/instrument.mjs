import { join } from 'node:path'

/** @typedef {{ readonly line: number, readonly column: number }} Place */
/** @typedef {{ readonly id: string, readonly file: string, readonly location: { readonly start: Place, readonly end: Place }, readonly replacement: string, readonly mutatorName: string }} Mutant */

/**
 * Stryker's mistakes in some files: all are in the code that comes out, and one of them is made where its id is that of
 * the active mutant. Texts are not mutated: a message has a test where its words matter.
 *
 * @param {string} root
 * @param {ReadonlyMap<string, string>} files the text of each, by its path below the root
 * @returns {Promise<{ readonly files: ReadonlyMap<string, string>, readonly mutants: readonly Mutant[] }>}
 */
export async function instrument(root, files) {
  const { createInstrumenter } = await import('@stryker-mutator/instrumenter')
  const { createInjector } = await import('typed-inject')
  const log = Object.fromEntries(['trace', 'debug', 'info', 'warn', 'error', 'fatal'].map((name) => [name, () => {}]))
  const isOff = ['Debug', 'Trace', 'Info', 'Warn', 'Error', 'Fatal'].map((name) => [`is${name}Enabled`, () => false])
  const logger = { ...log, ...Object.fromEntries(isOff) }
  const instrumenter = createInjector()
    .provideValue('logger', logger)
    .provideValue('getLogger', () => logger)
    .provideValue('options', {})
    .injectFunction(createInstrumenter)
  const given = [...files].map(([file, content]) => ({ name: join(root, file), content, mutate: true }))
  const options = { plugins: null, excludedMutations: ['StringLiteral'], ignorers: [] }
  const made = await instrumenter.instrument(given, options)
  const pathOf = (/** @type {string} */ name) => name.slice(root.length + 1)
  return {
    files: new Map(made.files.map(({ name, content }) => [pathOf(name), content])),
    mutants: made.mutants
      .filter(({ status }) => status === undefined)
      .map((mutant) => ({ ...mutant, file: pathOf(mutant.fileName) })),
  }
}
