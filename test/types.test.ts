import { cpSync, mkdirSync, readdirSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { temporaryFolder } from './support/config.ts'
import { ROOT, run } from './support/run.ts'

const SERVICE = `
import { type ModelConfig, type PlanName, type Settings, TenfoldError, openSettings } from 'tenfold'
const settings: Settings = await openSettings({ store: 'file:.tenfold/store', keys: { from: 'env' } })
settings.on('changed', ({ seq, commit }) => { const told: [number, string | null] = [seq, commit]; void told })
settings.on('stale', ({ state, ageMs }) => { const told: ['ready' | 'stale' | 'expired', number] = [state, ageMs]; void told })
settings.on('error', (error) => { const told: TenfoldError = error; void told })
const config: ModelConfig = settings.getModelConfig('generate_content', 'acme', { plan: 'growth' })
const { apiKey, plan }: { apiKey: string; plan: PlanName | null } = config
// @ts-expect-error an answer is shared, and nobody changes it
config.model = 'another'
void [apiKey, plan, settings.snapshot().seq]
`

const RULES = `
import { defineRule } from 'tenfold/rules'
import { defineRule as same } from 'tenfold'
void [defineRule, same]
`

/** Settings of one entry are those of another, and a server or a provider takes them. */
const DOORS = `
import { type Settings, openSettings } from 'tenfold'
import { TenfoldProvider } from 'tenfold/openfeature'
import { type AnswerServer, createServer } from 'tenfold/serve'
import { openSettings as openByAnother } from 'tenfold-sdk'
import { settingsFor } from 'tenfold-sdk/testing'
interface Known { functions: { generate_content: { model: string } }; prompts: Record<never, never> }
export async function main(): Promise<AnswerServer[]> {
  const settings: Settings = await openSettings({ store: 'file:x' })
  const typed = await openSettings<Known>({ store: 'file:x' })
  const test = settingsFor({ 'settings.yaml': '' }, { env: {} })
  void [new TenfoldProvider(settings), new TenfoldProvider({ store: 'file:x' }), test.status.seq]
  return [createServer(settings), createServer(typed, { rateLimit: 5 }), createServer(openByAnother({ store: 'file:x' }))]
}
`

/** As it is for whoever begins with strictness and nothing else: `types` is empty there, node's too. */
const STRICT = { target: 'es2023', strict: true, noEmit: true, exactOptionalPropertyTypes: true, skipLibCheck: true }

const WAYS: Readonly<Record<string, { readonly type: 'module' | 'commonjs'; readonly options: object }>> = {
  'nodenext, an ES module': { type: 'module', options: { module: 'nodenext', skipLibCheck: false } },
  'nodenext, CommonJS': { type: 'commonjs', options: { module: 'nodenext' } },
  'a bundler': { type: 'module', options: { module: 'esnext', moduleResolution: 'bundler' } },
  'node10, as it was for years': {
    type: 'commonjs',
    options: { module: 'commonjs', moduleResolution: 'node10', esModuleInterop: true, ignoreDeprecations: '6.0' },
  },
}

test.each(Object.entries(WAYS))(
  'the types are whole in a project that names no others: %s',
  async (_, { type, options }) => {
    const folder = temporaryFolder()
    const installed = join(folder, 'node_modules', 'tenfold')
    mkdirSync(join(installed, 'dist'), { recursive: true })
    const declarations = readdirSync(join(ROOT, 'dist')).filter((name) => /\.d\.c?ts$/.test(name))
    for (const part of ['package.json', ...declarations.map((name) => join('dist', name))]) {
      cpSync(join(ROOT, part), join(installed, part))
    }
    symlinkSync(join(ROOT, 'node_modules/@types'), join(folder, 'node_modules/@types'))
    cpSync(join(ROOT, 'dist/tenfold-sdk'), join(folder, 'node_modules', 'tenfold-sdk'), { recursive: true })
    // What npm puts beside it, as the dependencies of tenfold.
    symlinkSync(join(ROOT, 'node_modules'), join(installed, 'node_modules'))
    writeFileSync(join(folder, 'package.json'), JSON.stringify({ type }))
    writeFileSync(
      join(folder, 'tsconfig.json'),
      JSON.stringify({ compilerOptions: { ...STRICT, ...options }, files: ['service.ts', 'rule.ts', 'doors.ts'] }),
    )
    // CommonJS waits for nothing at its top.
    writeFileSync(
      join(folder, 'service.ts'),
      type === 'module'
        ? SERVICE
        : SERVICE.replace('const settings', 'async function start() {\nconst settings').concat('}\nvoid start()\n'),
    )
    writeFileSync(join(folder, 'rule.ts'), RULES)
    writeFileSync(join(folder, 'doors.ts'), DOORS)
    const { code, stdout } = await run(
      process.execPath,
      [join(ROOT, 'node_modules/typescript/bin/tsc'), '-p', folder],
      folder,
    )
    expect({ code, stdout }).toEqual({ code: 0, stdout: '' })
  },
)
