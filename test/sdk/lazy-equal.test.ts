import { expect, test } from 'vitest'
import type { Account, PlanName } from '../../src/domain/settings-types.ts'
import { PLANS } from '../../src/domain/settings-types.ts'
import type { Settings, Snapshot } from '../../src/sdk/index.ts'
import { FaultyServer } from '../support/faulty-http.ts'
import { type Random, randomFrom } from '../support/corpus.ts'
import { rootedStore } from './rooted.ts'
import { GLOBALS } from './store.ts'

const SEED = 42

/** Everything that an account may say, present or not. */
function account(random: Random): Account {
  const plan: PlanName = random.of(PLANS)
  const sometimes = <T extends object>(part: T): T | undefined => (random.below(3) === 0 ? part : undefined)
  const openai = sometimes({ model: random.of(['gpt-4', 'gpt-4o-mini']), max_tokens: 1 + random.below(4000) })
  const image = sometimes({ provider: random.of(['dalle', 'runware']), max_in_article: random.below(11) })
  const overrides = { ...(openai && { openai }), ...(image && { image }) }
  const value = `Mine ${random.below(20)} 🙂 [IGNY8_KEYWORDS]`
  const prompts = sometimes({
    clustering:
      random.below(2) === 0 ? { customized: true, value, default: 'Old' } : { customized: false, default: 'Older' },
  })
  const author_profiles = sometimes({ haus: { name: `Häuschen ${random.below(9)}` }, teacher: { active: false } })
  const strategies = sometimes({ launch: { name: 'Launch', sections: ['Problem'] } })
  return {
    plan,
    ...(Object.keys(overrides).length > 0 && { overrides }),
    ...(prompts && { prompts }),
    ...(author_profiles && { author_profiles }),
    ...(strategies && { strategies }),
  }
}

function answers(settings: Snapshot | Settings, id: string): unknown[] {
  return [undefined, ...PLANS].flatMap((plan) => [
    ...Object.keys(GLOBALS.functions).map((name) => ({ ...settings.getModelConfig(name, id, { plan }) })),
    ...Object.keys(GLOBALS.functions).map((name) => settings.getModelConfig(name, id, { plan }).apiKey),
    ...Object.keys(GLOBALS.prompts).map((type) => settings.getEffectivePrompt(id, type, { plan })),
    settings.getAuthorProfiles(id, { plan }),
    settings.getStrategies(id, { plan }),
  ])
}

test(`lazy answers are those of full mode, for every account, question and live plan: seed ${SEED}`, async () => {
  const random = randomFrom(SEED)
  const ids = Array.from({ length: 1200 }, (_, i) => `${random.of(['a', 'b-', 'c_', '9'])}${i}`)
  const store = await rootedStore()
  const server = await new FaultyServer(store.folder).listen()
  await store.publish({ accounts: Object.fromEntries(ids.map((id) => [id, account(random)])) })
  const full = await store.open()
  const lazy = await Promise.all(
    [store.url, server.origin].map((url) => store.open({ mode: 'lazy', store: url, lazy: { maxBytes: 300_000 } })),
  )
  const compare = async (): Promise<void> => {
    for (const id of [...ids, 'new', 'newer', '', 'X']) {
      const expected = answers(full, id)
      for (const settings of lazy) {
        expect(await settings.account(id)).toBe(await full.account(id))
        expect(answers(settings, id)).toEqual(expected)
      }
    }
  }
  await compare()
  // The next release is some of the same.
  const next = ids.filter(() => random.below(10) > 0).map((id): [string, Account] => [id, account(random)])
  await store.publish({
    accounts: Object.fromEntries(next),
    globals: {
      ...GLOBALS,
      sections: { ...GLOBALS.sections, image: { provider: 'dalle', fields: { max_in_article: 3 } } },
    },
  })
  for (const settings of [full, ...lazy]) expect(await settings.refresh()).toBe(true)
  await compare()
})
