import { cpSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { Failure } from '../../src/base/failure.ts'
import { temporaryFolder } from '../support/config.ts'
import { ROOT, commitAll } from '../support/run.ts'
import { openConsole } from './open-console.ts'

async function repository(): Promise<{ readonly folder: string; readonly config: string }> {
  const folder = temporaryFolder()
  cpSync(join(ROOT, 'config'), join(folder, 'config'), { recursive: true })
  await commitAll(folder)
  return { folder, config: join(folder, 'config') }
}

test('each count leads to as many accounts as it counts', async () => {
  const { config } = await repository()
  const { get } = await openConsole(config)
  const counts = new Map<string, string>()
  for (const page of ['/', '/settings', '/prompts', '/profiles', '/strategies', '/models']) {
    for (const [, query = '', count = ''] of (await get(page)).text.matchAll(
      /href="(\/accounts\?q=[^"]*)" aria-label="[^"]*">([\d,]+)</g,
    ))
      counts.set(query, count)
  }
  expect(counts.size).toBeGreaterThan(20)
  for (const [query, count] of counts) {
    const [, found] = /<p role="status">([\d,]+) account/.exec((await get(query)).text) ?? []
    expect([query, found]).toEqual([query, count])
  }
})

test('home says in its line that a store cannot be read, and is there', async () => {
  const { config } = await repository()
  const { get } = await openConsole(config, {
    release: () => Promise.reject(new Failure('world', 'the store is damaged', 'restore it')),
  })
  const home = await get('/')
  expect([home.status, home.text.includes('the store is damaged')]).toEqual([200, true])
  expect(home.text).toContain('Accounts by plan')
  expect((await get('/releases')).status).toBe(503)
})

test('home does not say of files in no repository that they are as they were committed', async () => {
  const folder = temporaryFolder()
  cpSync(join(ROOT, 'config'), join(folder, 'config'), { recursive: true })
  const { get } = await openConsole(join(folder, 'config'))
  expect((await get('/')).text).toContain('in no git repository: nothing is committed')
})
