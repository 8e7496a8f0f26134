import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { type OpenOptions, type Settings, TenfoldError, openSettings } from '../../src/sdk/index.ts'
import { EVALUATION } from '../../src/sdk/evaluation.ts'
import type { ExaminedReader, InitOptions, VectorQuestion } from './exam.ts'

/** Warnings that a vector speaks of. */
const EVENTS = ['pack_unusable', 'candidate_unusable']

/** The SDK, as the exam asks it: each verb begins from the folder of its state. */
export const TYPESCRIPT: ExaminedReader = {
  async init(state, options) {
    writeFileSync(join(state, 'options.json'), JSON.stringify(options))
    return outcome(async () => {
      // The root of trust is judged before anything of a store is read.
      const settings = await open(state, 'file:/nowhere', 0).catch((error: unknown) => {
        if (error instanceof TenfoldError && error.code === 'store_not_found') return undefined
        throw error
      })
      await settings?.close()
      return {}
    })
  },

  async refresh(state, store, now) {
    return outcome(async () => {
      const settings = await open(state, store, Date.parse(now))
      const codes = await heard(settings)
      const { seq, commit, state: how } = settings.status
      const { stage } = settings[EVALUATION]()
      await settings.close()
      // What was kept answers, and the store's own release does not.
      if (how !== 'ready') return { error: codes[0] }
      return { seq, commit, stage, events: codes.filter((code) => EVENTS.includes(code)).sort() }
    })
  },

  async get(state, store, now, questions) {
    const settings = await openForAnswers(state, store, now)
    const answers: unknown[] = []
    for (const question of questions) answers.push(await outcome(() => answerOf(settings, question)))
    await settings.close()
    return answers
  },
}

/** Settings as they are after the step before: all accounts are remembered, or else read when they are asked for. */
export async function openForAnswers(state: string, store: string, now: string): Promise<Settings> {
  const { mode } = optionsIn(state)
  const settings = await open(state, mode === 'full' ? 'file:/nowhere' : store, Date.parse(now))
  await heard(settings)
  return settings
}

async function open(state: string, store: string, now: number): Promise<Settings> {
  const { trust, environment, identity, mode } = optionsIn(state)
  const options: OpenOptions = {
    store,
    trust,
    mode,
    cacheDir: join(state, 'cache'),
    refresh: { everyMs: 0 },
    now: () => now,
    keys: identity === undefined ? { from: 'env', env: {} } : { from: 'sealed', identity },
    ...(environment !== undefined && { environment }),
  }
  return openSettings(options)
}

function optionsIn(state: string): InitOptions {
  const options: InitOptions = JSON.parse(readFileSync(join(state, 'options.json'), 'utf8'))
  return options
}

/** Returns the codes of what settings report once they are open. */
async function heard(settings: Settings): Promise<string[]> {
  const codes: string[] = []
  settings.on('error', ({ code }) => codes.push(code))
  for (let turn = 0; turn < 3; turn++) await new Promise((resolve) => setImmediate(resolve))
  return codes
}

async function outcome(work: () => Promise<unknown>): Promise<unknown> {
  try {
    return await work()
  } catch (error) {
    if (error instanceof TenfoldError) return { error: error.code }
    throw error
  }
}

async function answerOf(settings: Settings, question: VectorQuestion): Promise<unknown> {
  const { ask } = question
  const text = (name: string): string => String(question[name])
  const plan = question['plan'] === undefined ? undefined : text('plan')
  const options = plan === undefined ? undefined : { plan }
  if (ask === 'missing_keys') return settings.missingKeys
  const account = text('account')
  const known = await settings.account(account)
  if (ask === 'release') return settings.releaseOf(account)
  if (ask === 'author_profiles' || ask === 'strategies') {
    return settings[EVALUATION]().evaluator.evaluate({ is: ask }, account, options).plain()
  }
  if (ask === 'key') return { key: settings.getModelConfig(text('function'), account).apiKey }
  if (ask === 'compile') {
    const variables = Object.fromEntries(Object.entries(Object(question['variables'])).map(([k, v]) => [k, String(v)]))
    return { text: settings.compilePrompt(account, text('prompt'), variables, options) }
  }
  const who = (committed: unknown): object => ({
    account,
    known,
    plan: committed,
    ...(plan !== undefined && { live_plan: plan }),
  })
  if (ask === 'prompt') {
    const { promptValue, defaultPrompt, isCustomized } = settings.getEffectivePrompt(account, text('prompt'), options)
    const { plan: committed } = settings.getModelConfig('generate_content', account)
    return {
      ...who(committed),
      prompt: text('prompt'),
      prompt_value: promptValue,
      default_prompt: defaultPrompt,
      is_customized: isCustomized,
    }
  }
  const name = text('function')
  const config = settings.getModelConfig(name, account, options)
  const flat = settings[EVALUATION]().evaluator.evaluate({ is: 'function', name }, account, options).plain()
  // Of the key the answer shows the name, as JSON.
  const { apiKey }: { apiKey: unknown } = JSON.parse(JSON.stringify(config))
  return { ...who(config.plan), function: name, ...Object(flat), api_key: apiKey }
}
