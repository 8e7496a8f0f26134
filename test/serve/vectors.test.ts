import { expect, test } from 'vitest'
import { type ExaminedReader, type VectorQuestion, take, vectorNames, vectorOf } from '../vectors/exam.ts'
import { TYPESCRIPT, openForAnswers } from '../vectors/typescript-reader.ts'
import { TestServer } from './ask-server.ts'

/** A server takes the exam in what it can be asked: stages and candidates among them. */
const good = vectorNames().filter((name) => !name.endsWith('_fail') && asked(name).length > 0)

/** What the server answered, over all vectors. */
const told = { answers: 0, candidates: 0 }

/** The SDK, with the answers that a server over it gave in the place of its own. */
const SERVED: ExaminedReader = {
  init: (state, options) => TYPESCRIPT.init(state, options),
  refresh: (state, store, now) => TYPESCRIPT.refresh(state, store, now),
  async get(state, store, now, questions) {
    const own = await TYPESCRIPT.get(state, store, now, questions)
    const settings = await openForAnswers(state, store, now)
    const server = await TestServer.over(settings)
    const answers: unknown[] = []
    for (const [n, question] of questions.entries()) {
      answers.push(isAsked(question) ? await answerOf(server, question, Object(own[n])) : own[n])
    }
    await settings.close()
    return answers
  },
}

function asked(name: string): VectorQuestion[] {
  return vectorOf(name)
    .steps.flatMap(({ answers = [] }) => answers.map(({ question }) => question))
    .filter(isAsked)
}

function isAsked({ ask }: VectorQuestion): boolean {
  return ['function', 'prompt', 'author_profiles', 'strategies', 'release'].includes(ask)
}

async function answerOf(
  server: TestServer,
  question: VectorQuestion,
  own: Readonly<Record<string, unknown>>,
): Promise<unknown> {
  const { ask, account, plan } = question
  // Which release answers is told with every flag.
  const key =
    ask === 'function' || ask === 'release'
      ? `functions.${String(question['function'] ?? 'generate_content')}`
      : ask === 'prompt'
        ? `prompts.${String(question['prompt'])}`
        : ask
  const { status, json } = await server.flag(key, { targetingKey: account, ...(plan !== undefined && { plan }) })
  expect([status, json.metadata.contextId]).toEqual([200, account])
  const { release, version, commit = null, known, isCustomized } = json.metadata
  told.answers += 1
  if (release === 'candidate') told.candidates += 1
  expect(json.reason === 'SPLIT').toBe(release === 'candidate')
  if (ask === 'release') return { ...own, release, seq: Number(version), commit }
  if (ask === 'prompt') return { ...own, known, prompt_value: json.value, is_customized: isCustomized }
  if (ask !== 'function') return json.value
  // A flag has neither the plan that was committed nor the name of a key.
  const { account: id, plan: committed, live_plan: live, function: name, api_key: apiKey } = own
  const who = { account: id, known, plan: committed, ...(live !== undefined && { live_plan: live }) }
  return { ...who, function: name, ...json.value, api_key: apiKey }
}

for (const mode of ['full', 'lazy'] as const) {
  test.each(good.filter((name) => vectorOf(name).modes.includes(mode)))(`in ${mode} mode, %s`, async (name) => {
    expect(await take(SERVED, name, mode)).toEqual([])
  })
}

test('questions of every kind were asked, and both releases answered', () => {
  expect(told.answers).toBeGreaterThan(400)
  expect(told.candidates).toBeGreaterThan(50)
  expect(told.candidates).toBeLessThan(told.answers - 50)
})
