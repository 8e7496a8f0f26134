import { createRequire, isBuiltin } from 'node:module'
import { compileFunction } from 'node:vm'
import * as program from '../rule-api.ts'
import type { Rule } from '../rule.ts'
import { confined } from './without-exit.ts'
import { wordsOf } from './rule-failed.ts'
import { guarded } from './guarded-rule.ts'
import { PROGRAM, neighbour, problemIn, type RuleModule, type RuleProblem } from './rule-module.ts'
import { ruleOf } from './rule-of-export.ts'

/** Returns the rules that modules export, each guarded; the same in the main thread and in every worker. */
export function evaluateRules(modules: readonly RuleModule[]): { rules: Rule[]; problems: RuleProblem[] } {
  const loader = new Loader(modules)
  const problems: RuleProblem[] = []
  const exported = new Map<string, unknown[]>()
  for (const { path } of modules) {
    try {
      exported.set(path, candidates(confined(() => loader.load(path))))
    } catch (error) {
      const why = `it threw while it was loaded: ${wordsOf(error)}`
      problems.push(problemIn(path, why, 'let a rule do its work in its checks'))
    }
  }
  const rules: Rule[] = []
  const taken = new Map<string, string>()
  const seen = new Set<unknown>()
  for (const [path, values] of exported) {
    for (const value of values) {
      // Under two names, or passed on by a neighbour, it is still one rule.
      if (seen.has(value)) continue
      seen.add(value)
      const rule = ruleOf(value, taken)
      if ('problem' in rule) problems.push(problemIn(path, rule.problem, rule.help))
      else {
        taken.set(rule.id, path)
        rules.push(guarded(rule, path))
      }
    }
    if (values.length === 0 && !loader.isImported(path)) {
      const why = 'it exports no rule, and no other rule imports it'
      problems.push(problemIn(path, why, 'write `export default defineRule({ … })`'))
    }
  }
  return { rules, problems }
}

/** Returns those exports of a module that are meant to be rules: its default object, and every object with an id. */
function candidates(exports: Readonly<Record<string, unknown>>): unknown[] {
  return Object.entries(exports)
    .filter(([name, value]) => typeof value === 'object' && value !== null && (name === 'default' || 'id' in value))
    .map(([, value]) => value)
}

class Loader {
  readonly #modules: ReadonlyMap<string, string>
  readonly #loaded = new Map<string, { exports: Record<string, unknown> }>()
  readonly #imported = new Set<string>()
  readonly #native = createRequire(import.meta.url)

  constructor(modules: readonly RuleModule[]) {
    this.#modules = new Map(modules.map(({ path, code }) => [path, code]))
  }

  isImported(path: string): boolean {
    return this.#imported.has(path)
  }

  load(path: string): Record<string, unknown> {
    const loaded = this.#loaded.get(path)
    if (loaded !== undefined) return loaded.exports
    const module = { exports: {} }
    this.#loaded.set(path, module)
    const run = compileFunction(this.#modules.get(path) ?? '', ['exports', 'require', 'module'], { filename: path })
    Reflect.apply(run, undefined, [module.exports, (specifier: string) => this.#import(specifier), module])
    return module.exports
  }

  #import(specifier: string): unknown {
    if (PROGRAM.has(specifier)) return program
    if (isBuiltin(specifier)) return this.#native(specifier)
    const path = neighbour(specifier)
    if (path === undefined || !this.#modules.has(path)) throw new Error(`cannot import "${specifier}"`)
    this.#imported.add(path)
    return this.load(path)
  }
}
