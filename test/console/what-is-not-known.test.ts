import { appendFileSync, cpSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { temporaryFolder } from '../support/config.ts'
import { ROOT, commitAll, git } from '../support/run.ts'
import { openConsole } from './open-console.ts'

async function repository(): Promise<{ readonly folder: string; readonly config: string }> {
  const folder = temporaryFolder()
  cpSync(join(ROOT, 'config'), join(folder, 'config'), { recursive: true })
  await commitAll(folder)
  return { folder, config: join(folder, 'config') }
}

describe('what cannot be known is not told', () => {
  test('of an account whose file cannot be understood: no answer of everybody’s is shown as its own', async () => {
    const { config } = await repository()
    appendFileSync(join(config, 'accounts', 'acme.yaml'), 'x: [\n')
    const { get } = await openConsole(config)
    for (const page of ['', '/prompts', '/profiles', '/strategies']) {
      const { text } = await get(`/accounts/acme${page}`)
      expect([page, text.includes('yaml/syntax')]).toEqual([page, true])
      expect([page, text.includes('<span class="plan">errors</span>')]).toEqual([page, true])
      expect([page, /friendly-guide|follows the global/.test(text)]).toEqual([page, false])
    }
    expect((await get('/accounts?q=acm')).text).toContain('href="/accounts/acme"')
    expect((await get('/accounts?q=plan:growth')).text).toContain('cannot be understood: acme')
  })

  test('of a query where the globals answer nothing: not that it finds none', async () => {
    const { config } = await repository()
    writeFileSync(join(config, 'settings.yaml'), 'text: { provider: openai }\n')
    const { get } = await openConsole(config)
    const { text } = await get('/accounts?q=plan:growth')
    expect(text).toContain('The configuration has errors')
    expect(text).not.toContain('0 accounts')
    expect((await get('/accounts?q=acm')).text).toContain('1 account')
  })

  test('of an account without a file: each of its pages says so', async () => {
    const { config } = await repository()
    const { get } = await openConsole(config)
    for (const page of ['', '/prompts', '/profiles', '/strategies']) {
      expect([page, (await get(`/accounts/nobody${page}`)).text.includes('No file has this account')]).toEqual([
        page,
        true,
      ])
    }
  })
})

test('a branch whose name has a credential is led to by its commit', async () => {
  const { folder, config } = await repository()
  const key = `sk-proj-${'aB3dE5gH7jK9mN1pQ3sT5vW7yZ'.repeat(2).slice(0, 48)}`
  await git(folder, 'branch', `settings/${key}`)
  const { get } = await openConsole(config)
  const { text } = await get('/proposals')
  const [, address = ''] = /href="(\/proposals\/[^"]+)"/.exec(text) ?? []
  const proposal = await get(address)
  expect(proposal.status).toBe(200)
  for (const page of [text, proposal.text, (await get('/accounts/acme')).text]) expect(page).not.toContain(key)
})
