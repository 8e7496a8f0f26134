import { cpSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { temporaryFolder } from '../support/config.ts'
import { Failure } from '../../src/base/failure.ts'
import { ROOT, commitAll, git, tenfold } from '../support/run.ts'
import { openConsole } from './open-console.ts'

const PATHS = [
  '/',
  '/accounts',
  '/accounts?q=ac',
  '/accounts?q=plan%3Agrowth',
  '/accounts/acme',
  '/accounts/acme?plan=free',
  '/accounts/acme/prompts',
  '/accounts/acme/profiles',
  '/accounts/acme/strategies',
  '/accounts/acme/history',
  '/accounts/nobody',
  '/settings',
  '/keys',
  '/prompts',
  '/prompts/clustering',
  '/profiles',
  '/strategies',
  '/models',
  '/proposals',
  '/releases',
]

/** This repository's own configuration, committed somewhere else. */
async function repository(): Promise<{ readonly folder: string; readonly config: string }> {
  const folder = temporaryFolder()
  cpSync(join(ROOT, 'config'), join(folder, 'config'), { recursive: true })
  await commitAll(folder)
  return { folder, config: join(folder, 'config') }
}

/** The value of each field on an account's page, by function. */
function valuesOn(html: string): Record<string, Record<string, string>> {
  const sections = html.split('<section aria-labelledby="f-').slice(1)
  return Object.fromEntries(
    sections.map((section) => {
      const rows = [...section.matchAll(/<th scope="row">([^<]*)<\/th><td class="value">([^<]*)/g)]
      return [
        section.slice(0, section.indexOf('"')),
        Object.fromEntries(rows.map(([, field = '', value = '']) => [field, value])),
      ]
    }),
  )
}

test('every page answers, with one heading, a title of its own, and the headers that keep others out', async () => {
  const { config } = await repository()
  const { get, bugs } = await openConsole(config)
  const titles = new Set<string>()
  for (const path of PATHS) {
    const { status, text, headers } = await get(path)
    expect([path, status, bugs]).toEqual([path, 200, []])
    expect(text.match(/<h1>/g)).toHaveLength(1)
    expect(text).not.toMatch(/<script(?! type="module" src="\/script.js">)|\son\w+=|javascript:|style=/)
    expect(headers['content-security-policy']).toContain("default-src 'none'; script-src 'self'")
    expect(headers['x-content-type-options']).toBe('nosniff')
    expect(headers['cache-control']).toBe('no-store')
    titles.add(/<title>([^<]*)/.exec(text)?.[1] ?? '')
  }
  expect(titles.size).toBeGreaterThan(15)
  for (const path of ['/nothing', '/accounts/acme/nothing', '/prompts/nothing', '/proposals/nothing', '/%E0%A4%A']) {
    expect([path, (await get(path)).status]).toEqual([path, 404])
  }
})

test('what the page loads is there', async () => {
  const { config } = await repository()
  const { get } = await openConsole(config)
  for (const [path, type] of [
    ['/style.css', 'text/css; charset=utf-8'],
    ['/script.js', 'text/javascript; charset=utf-8'],
    ['/icon.svg', 'image/svg+xml'],
  ]) {
    expect(await get(path ?? '')).toMatchObject({ status: 200, headers: { 'content-type': type } })
  }
})

describe('says what the commands say', () => {
  test('an account’s page: explain, for every account and every field', async () => {
    const { folder, config } = await repository()
    const { get } = await openConsole(config)
    for (const id of ['acme', 'bluebird', 'evergreen', 'nobody']) {
      const explained: { functions: Record<string, { fields: Record<string, { value: unknown }> }> } = JSON.parse(
        (await tenfold(['explain', id, '--format', 'json'], folder)).stdout,
      )
      const expected = Object.entries(explained.functions).map(([name, { fields }]) => {
        return [
          name,
          Object.fromEntries(
            Object.entries(fields).map(([field, { value }]) => [field, value === null ? '—' : String(value)]),
          ),
        ]
      })
      expect(valuesOn((await get(`/accounts/${id}`)).text)).toEqual(Object.fromEntries(expected))
    }
  })

  test('what if the plan were another: get --plan', async () => {
    const { folder, config } = await repository()
    const { get } = await openConsole(config)
    for (const plan of ['free', 'starter', 'scale']) {
      const { stdout } = await tenfold(['get', 'acme', 'generate_content', '--plan', plan], folder)
      const answer: Record<string, unknown> = JSON.parse(stdout)
      const { generate_content: shown } = valuesOn((await get(`/accounts/acme?plan=${plan}`)).text)
      for (const field of ['provider', 'model', 'temperature', 'max_tokens']) {
        expect([plan, field, shown?.[field]]).toEqual([plan, field, String(answer[field])])
      }
    }
  })

  test('what rots: the warnings of check', async () => {
    const { folder, config } = await repository()
    const { stdout } = await tenfold(['check', '--format', 'json'], folder)
    const found: { diagnostics: { rule: string; file: string }[] } = JSON.parse(stdout)
    const of = (rule: string): Set<string> =>
      new Set(found.diagnostics.filter((one) => one.rule === rule).map(({ file }) => file))
    const { get } = await openConsole(config)
    const { text } = await get('/')
    expect(text).toContain(`would inherit</th><td>${of('override/redundant').size}:`)
    for (const file of of('override/redundant'))
      expect(text).toContain(`/accounts/${file.slice(0, -5).split('/').at(-1)}"`)
    expect(text).toContain('before the global content_generation prompt moved')
  })

  test('a search: find', async () => {
    const { folder, config } = await repository()
    const { get } = await openConsole(config)
    for (const query of [
      'plan:growth',
      'overrides:openai',
      'openai.model=gpt-4',
      'customized:clustering',
      'generate_content.temperature>0.7',
    ]) {
      const { stdout } = await tenfold(['find', query], folder)
      const { text } = await get(`/accounts?q=${encodeURIComponent(query)}`)
      const shown = [...text.matchAll(/<th scope="row">(?:<input[^>]*> )?<a href="\/accounts\/([^"]+)"/g)].map(
        ([, id]) => id,
      )
      expect([query, shown]).toEqual([query, stdout.trim() === '' ? [] : stdout.trim().split('\n')])
    }
  })

  test('a history: log', async () => {
    const { folder, config } = await repository()
    await tenfold(['set', 'acme', 'openai.temperature', '0.11'], folder)
    const commit = await commitAll(folder, 'Cooler')
    const { get } = await openConsole(config)
    const { text } = await get('/accounts/acme/history?function=generate_content&field=temperature')
    expect(text).toContain(commit.slice(0, 8))
    expect(text).toContain('<del>0.8</del> <span aria-hidden="true">→</span> <ins>0.11</ins>')
  })

  test('a history of a function or a field that does not exist: refused, as log does', async () => {
    const { config } = await repository()
    const { get } = await openConsole(config)
    for (const query of ['function=nothing', 'field=nothing', 'function=generate_content&field=nothing']) {
      const { status, text } = await get(`/accounts/acme/history?${query}`)
      expect([query, status, /there is no (?:function|field) /.test(text)]).toEqual([query, 400, true])
    }
    expect((await get('/accounts/acme/history?function=generate_content&field=model')).status).toBe(200)
  })

  test('as of a revision: get --at', async () => {
    const { folder, config } = await repository()
    await tenfold(['set', 'acme', 'openai.temperature', '0.11'], folder)
    await commitAll(folder, 'Cooler')
    const { get } = await openConsole(config)
    expect(valuesOn((await get('/accounts/acme')).text)['generate_content']?.['temperature']).toBe('0.11')
    expect(valuesOn((await get('/accounts/acme?at=HEAD~1')).text)['generate_content']?.['temperature']).toBe('0.8')
    expect((await get('/accounts/acme?at=nothing')).status).toBe(400)
  })

  test('a proposal: diff from where it began', async () => {
    const { folder, config } = await repository()
    await git(folder, 'checkout', '-q', '-b', 'settings/cooler')
    await tenfold(['set', 'acme', 'openai.temperature', '0.11'], folder)
    await commitAll(folder, 'Cooler')
    await git(folder, 'checkout', '-q', 'main')
    const { get } = await openConsole(config)
    expect((await get('/proposals')).text).toContain('Cooler')
    const { text } = await get('/proposals/settings%2Fcooler')
    expect(text).toContain('1 account of 17 get other answers')
    expect(text).toContain('<ins>0.11</ins>')
  })
})

describe('on a bad day', () => {
  const NAUGHTY = '<script>alert(1)</script><img src=x onerror=alert(1)>"\'&amp;'

  test('names, texts and titles that are HTML are shown as text', async () => {
    const { folder, config } = await repository()
    writeFileSync(join(config, 'author-profiles', 'naughty.yaml'), `name: ${JSON.stringify(NAUGHTY)}\n`)
    const prompt = join(config, 'prompts', 'clustering.yaml')
    writeFileSync(prompt, readFileSync(prompt, 'utf8').replace('value: |\n', `value: |\n  ${NAUGHTY}\n`))
    await git(folder, 'checkout', '-q', '-b', 'settings/<b>x')
    await commitAll(folder, NAUGHTY)
    await git(folder, 'checkout', '-q', 'main')
    await git(folder, 'merge', '-q', 'settings/<b>x')
    const { get, bugs } = await openConsole(config)
    for (const path of [
      '/profiles',
      '/prompts/clustering',
      '/accounts/acme/prompts',
      '/proposals',
      '/accounts/acme/history',
      `/accounts?q=${encodeURIComponent(NAUGHTY)}`,
      `/accounts/${encodeURIComponent(NAUGHTY)}`,
    ]) {
      const { text } = await get(path)
      expect([path, text.includes('<script>alert'), text.includes('<img'), text.includes('<b>x')]).toEqual([
        path,
        false,
        false,
        false,
      ])
    }
    expect(bugs).toEqual([])
  })

  test('a credential in a file is on no page', async () => {
    const { config } = await repository()
    const key = `sk-${'aB3dE5gH7jK9mN1pQ3sT5vW7yZ'.repeat(2).slice(0, 48)}`
    const file = join(config, 'accounts', 'acme.yaml')
    writeFileSync(file, readFileSync(file, 'utf8').replace('gpt-4', key))
    const { get } = await openConsole(config)
    for (const path of PATHS) expect([path, (await get(path)).text.includes(key)]).toEqual([path, false])
  })

  test('a configuration with errors: every page works, and says so', async () => {
    const { config } = await repository()
    writeFileSync(join(config, 'settings.yaml'), 'text: { provider: openai }\n')
    const { get, bugs } = await openConsole(config)
    for (const path of PATHS) expect([path, (await get(path)).status, bugs]).toEqual([path, 200, []])
    expect((await get('/settings')).text).toContain('schema/missing-key')
  })

  test('an account’s own error is on its page, with the place and the fix', async () => {
    const { config } = await repository()
    writeFileSync(
      join(config, 'accounts', 'acme.yaml'),
      'id: acme\nplan: growth\noverrides: { openai: { temprature: 1 } }\n',
    )
    const { get } = await openConsole(config)
    expect((await get('/accounts/acme')).text).toContain('schema/unknown-key')
  })

  test('in no repository, before the first commit, with a detached head, without accounts', async () => {
    const bare = temporaryFolder()
    cpSync(join(ROOT, 'config'), join(bare, 'config'), { recursive: true })
    const none = await openConsole(join(bare, 'config'))
    // What a history needs, a folder alone does not have.
    const [history, others] = [
      PATHS.filter((path) => path.includes('history')),
      PATHS.filter((path) => !path.includes('history')),
    ]
    for (const path of others) expect([path, (await none.get(path)).status]).toEqual([path, 200])
    for (const path of history) expect([path, (await none.get(path)).status]).toEqual([path, 400])

    const { folder, config } = await repository()
    await git(folder, 'checkout', '-q', '--detach')
    const detached = await openConsole(config)
    expect((await detached.get('/')).text).toContain('detached')
    rmSync(join(config, 'accounts'), { recursive: true })
    expect((await (await openConsole(config)).get('/accounts')).text).toContain('0 accounts')
  })

  test('a release that has expired, and a store that cannot be read', async () => {
    const { config } = await repository()
    const release = {
      environment: 'production',
      seq: 7,
      commit: null,
      root: 'a'.repeat(49),
      secrets: null,
      trust: null,
      shrunk_at: null,
      issued: '2026-01-01T00:00:00Z',
      expires: '2026-01-08T00:00:00Z',
      history: [],
      ext: {},
      candidate: null,
      rollout: null,
      packs: null,
      refresh_ext: {},
    }
    const expired = await openConsole(config, { release: () => Promise.resolve({ url: 'file:x', release }) })
    expect((await expired.get('/releases')).text).toContain('2026-01-08T00:00:00Z, which is over')
    const broken = await openConsole(config, {
      release: () => Promise.reject(new Failure('world', 'the store is damaged', 'publish it again')),
    })
    expect(await broken.get('/')).toMatchObject({ status: 200, text: expect.stringContaining('the store is damaged') })
    expect(await broken.get('/releases')).toMatchObject({ status: 503 })
  })

  test('HEAD and files that move under an open page are seen by the next one', async () => {
    const { folder, config } = await repository()
    const { get } = await openConsole(config)
    expect(valuesOn((await get('/accounts/acme')).text)['generate_content']?.['temperature']).toBe('0.8')
    await tenfold(['set', 'acme', 'openai.temperature', '0.12'], folder)
    expect(valuesOn((await get('/accounts/acme')).text)['generate_content']?.['temperature']).toBe('0.12')
    const commit = await commitAll(folder, 'Moved')
    await new Promise((resolve) => setTimeout(resolve, 250))
    expect((await get('/')).text).toContain(commit.slice(0, 12))
  })

  test('no page has a list of all accounts', async () => {
    const { config } = await repository()
    mkdirSync(join(config, 'accounts', 'many'))
    for (let i = 0; i < 120; i++)
      writeFileSync(join(config, 'accounts', 'many', `many-${i}.yaml`), `id: many-${i}\nplan: free\n`)
    const { get } = await openConsole(config)
    const { text } = await get('/accounts?q=many')
    expect(text.match(/href="\/accounts\/many-/g)).toHaveLength(40)
    expect(text).toContain('and 80 more')
  })
})
