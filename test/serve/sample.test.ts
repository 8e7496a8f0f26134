import { cpSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { functionAnswer } from '../../src/domain/flat-form.ts'
import { resolvePrompt, resolveRecords } from '../../src/domain/resolve-answers.ts'
import { PLANS } from '../../src/domain/settings-types.ts'
import { openDoors } from '../support/doors.ts'
import { ROOT } from '../support/run.ts'
import { TestServer } from './ask-server.ts'

test('the sample configuration: every account, flag and live plan as the one resolve has it', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'tenfold-serve-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  cpSync(join(ROOT, 'config'), join(folder, 'config'), { recursive: true })
  const { globals, accounts, settings } = await openDoors(folder)
  const server = await TestServer.over(settings)
  let compared = 0
  for (const [id, account] of [...accounts, ['nobody', undefined] as const]) {
    for (const plan of [undefined, ...PLANS]) {
      const context = { targetingKey: id, ...(plan !== undefined && { plan }) }
      const { json } = await server.all(context)
      const wanted = new Map<string, unknown>([
        ...Object.keys(globals.functions).map((name): [string, unknown] => {
          const { api_key: _, ...answer } = functionAnswer(globals, account, name, plan) ?? { api_key: null }
          return [`functions.${name}`, answer]
        }),
        ...Object.keys(globals.prompts).map((type): [string, unknown] => {
          return [`prompts.${type}`, resolvePrompt(globals, account, type, plan)?.prompt_value]
        }),
        ['author_profiles', resolveRecords(globals, account, 'author_profiles', plan)],
        ['strategies', resolveRecords(globals, account, 'strategies', plan)],
      ])
      expect(json.flags.map(({ key }: { key: string }) => key).sort()).toEqual([...wanted.keys()].sort())
      for (const { key, value } of json.flags) expect([key, value]).toEqual([key, wanted.get(key)])
      compared += json.flags.length
    }
  }
  expect(compared).toBeGreaterThan(500)
  await settings.close()
})
