import { cpSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test, vi } from 'vitest'
import { temporaryFolder } from '../support/config.ts'
import { ROOT, commitAll, git, tenfold } from '../support/run.ts'
import { type OpenedConsole, openConsole } from './open-console.ts'
import { decoded, fieldsOf, problemsAt } from './read-form.ts'

interface Desk extends OpenedConsole {
  readonly folder: string
  readonly config: string
  /** The draft that is being worked on, by the link in the frame. */
  draft(): Promise<string>
  /** Proposes it, and returns the branch. */
  propose(): Promise<string>
  /** A file as a branch has it. */
  at(branch: string, path: string): Promise<string>
}

/** This repository's own configuration in a repository of its own, and a console for it. */
async function desk(): Promise<Desk> {
  const folder = temporaryFolder()
  cpSync(join(ROOT, 'config'), join(folder, 'config'), { recursive: true })
  await commitAll(folder)
  const config = join(folder, 'config')
  const console = await openConsole(config)
  const draft = async (): Promise<string> => {
    const [path] = /\/drafts\/draft-\w+/.exec((await console.get('/')).text) ?? []
    if (path === undefined) throw new Error('there is no draft')
    return path
  }
  return {
    ...console,
    folder,
    config,
    draft,
    async propose() {
      const path = await draft()
      const shown = fieldsOf((await console.get(path)).text, path, 'buttons')
      await console.post(path, { do: 'propose', shown: shown.get('shown') ?? '' })
      return `settings/${path.replace('/drafts/', '')}`
    },
    at: async (branch, path) => (await git(folder, 'show', `${branch}:${path}`)).stdout,
  }
}

const ACME = 'config/accounts/acme.yaml'

/** What the command writes into a copy of the configuration. */
async function byCommand(args: readonly string[], path: string, from: string): Promise<string> {
  const folder = temporaryFolder()
  cpSync(join(from, 'config'), join(folder, 'config'), { recursive: true })
  await commitAll(folder)
  const { code, stderr } = await tenfold(args, folder)
  expect([code, code === 0 ? '' : stderr]).toEqual([0, ''])
  return readFileSync(join(folder, path), 'utf8')
}

describe('an account’s form', () => {
  test('what is set, and taken away, is what `set` and `unset` write', async () => {
    const { get, post, propose, at, folder, bugs } = await desk()
    const fields = fieldsOf((await get('/accounts/acme')).text, '/accounts/acme')
    expect(fields.get('v:overrides/openai/model')).toBe('gpt-4')
    fields.set('v:overrides/openai/model', 'gpt-4o')
    fields.set('v:overrides/image/max_in_article', '0')
    const after = await post('/accounts/acme', fields)
    expect([after.path, after.status, bugs]).toEqual(['/accounts/acme#set', 200, []])
    expect(fieldsOf(after.text, '/accounts/acme').get('v:overrides/openai/model')).toBe('gpt-4o')
    const branch = await propose()
    const first = await byCommand(['set', 'acme', 'openai.model', 'gpt-4o'], ACME, folder)
    writeFileSync(join(folder, 'config/accounts/acme.yaml'), first)
    expect(await at(branch, ACME)).toBe(await byCommand(['set', 'acme', 'image.max_in_article', '0'], ACME, folder))
  })

  test('“inherit again” is `unset`, and says nothing of the other fields', async () => {
    const { get, post, propose, at, folder } = await desk()
    const fields = fieldsOf((await get('/accounts/acme')).text, '/accounts/acme')
    fields.set('inherit', 'v:overrides/openai/temperature')
    await post('/accounts/acme', fields)
    expect(await at(await propose(), ACME)).toBe(await byCommand(['unset', 'acme', 'openai.temperature'], ACME, folder))
  })

  test('a field’s error is the check’s own', async () => {
    const { get, post, folder } = await desk()
    const fields = fieldsOf((await get('/accounts/acme')).text, '/accounts/acme')
    fields.set('v:overrides/openai/max_tokens', '900000')
    fields.set('v:overrides/openai/temperature', 'warm')
    const { text } = await post('/accounts/acme', fields)
    const file = join(folder, ACME)
    writeFileSync(
      file,
      readFileSync(file, 'utf8')
        .replace(/max_tokens: \d+/, 'max_tokens: 900000')
        .replace('temperature: 0.8', 'temperature: warm'),
    )
    const { stdout } = await tenfold(['check', '--format', 'json'], folder)
    const said = JSON.parse(stdout)
      .diagnostics.filter(({ file }: { file: string }) => file === ACME)
      .map(({ rule, message }: { rule: string; message: string }) => `${rule}: ${message}`)
    expect(said.length).toBeGreaterThan(0)
    const shown = [
      ...problemsAt(text, 'v:overrides/openai/max_tokens'),
      ...problemsAt(text, 'v:overrides/openai/temperature'),
    ]
    expect(shown).toEqual(said)
  })

  test('what is put back to what it was is no change', async () => {
    const { get, post } = await desk()
    const page = (): Promise<string> => get('/accounts/acme').then(({ text }) => text)
    const fields = fieldsOf(await page(), '/accounts/acme')
    fields.set('v:overrides/openai/model', 'gpt-4o')
    await post('/accounts/acme', fields)
    expect(await page()).toContain('1 change')
    const again = fieldsOf(await page(), '/accounts/acme')
    again.set('v:overrides/openai/model', 'gpt-4')
    await post('/accounts/acme', again)
    expect(await page()).not.toContain('1 change')
  })

  test('two tabs: different fields both land; the same field is shown, and not written over', async () => {
    const { get, post } = await desk()
    const [one, two] = [1, 2].map(async () => fieldsOf((await get('/accounts/acme')).text, '/accounts/acme'))
    const [first, second] = [(await one) ?? new URLSearchParams(), (await two) ?? new URLSearchParams()]
    first.set('v:overrides/openai/model', 'gpt-4o')
    second.set('v:overrides/openai/temperature', '0.1')
    await post('/accounts/acme', first)
    await post('/accounts/acme', second)
    const both = fieldsOf((await get('/accounts/acme')).text, '/accounts/acme')
    expect([both.get('v:overrides/openai/model'), both.get('v:overrides/openai/temperature')]).toEqual([
      'gpt-4o',
      '0.1',
    ])
    second.set('v:overrides/openai/model', 'gpt-4o-mini')
    const clash = await post('/accounts/acme', second)
    expect(clash.status).toBe(409)
    expect(clash.text).toMatch(/gpt-4o-mini<\/pre>[\s\S]*gpt-4o<\/pre>[\s\S]*gpt-4<\/pre>/)
    expect(fieldsOf((await get('/accounts/acme')).text, '/accounts/acme').get('v:overrides/openai/model')).toBe(
      'gpt-4o',
    )
  })

  test('a Free account’s fields are locked, with the reason', async () => {
    const { get } = await desk()
    const { text } = await get('/accounts/bluebird')
    expect(text).toContain('free may not override it')
    expect([...fieldsOf(text, '/accounts/bluebird').keys()].filter((name) => name.startsWith('v:overrides'))).toEqual(
      [],
    )
  })
})

describe('global files', () => {
  test('a default: whom it reaches is said before it is proposed, and is what `diff` says of the branch', async () => {
    const { get, post, propose, draft, folder, at } = await desk()
    const fields = fieldsOf((await get('/edit/settings')).text, '/edit/settings')
    fields.set('v:providers/openai/temperature', '0.2')
    await post('/edit/settings', fields)
    const { text } = await get(await draft())
    const [, reach] = /role="status">(\d+) accounts? of/.exec(text) ?? []
    const branch = await propose()
    const { stdout } = await tenfold(['diff', 'main', branch, '--format', 'json'], folder)
    const { summary, globals } = JSON.parse(stdout)
    expect(Number(reach)).toBe(summary.accounts_changed)
    expect(summary.accounts_changed).toBeGreaterThan(0)
    expect(globals).toHaveLength(1)
    expect(await at(branch, 'config/settings.yaml')).toContain('temperature: 0.2')
  })

  test('sets keep what two tabs add and take', async () => {
    const { get, post, propose, at } = await desk()
    const path = '/edit/plans/starter'
    const [first, second] = [fieldsOf((await get(path)).text, path), fieldsOf((await get(path)).text, path)]
    const name = 'v:plans/starter/may_override'
    const all = first.getAll(name)
    first.delete(name)
    for (const item of all.filter((one) => one !== 'strategies')) first.append(name, item)
    second.append(name, 'text.provider')
    await post(path, first)
    await post(path, second)
    const text = await at(await propose(), 'config/plans.yaml')
    const [, starter = ''] = /starter:([\s\S]*?)\n {2}\w+:/.exec(text) ?? []
    expect(starter).toContain('text.provider')
    expect(starter).not.toContain('strategies')
  })

  test.each([
    ['models', 'gpt-new', { 'v:provider': 'openai' }, 'config/models.yaml', 'gpt-new:'],
    ['functions', 'summarize', { 'v:kind': 'text' }, 'config/functions.yaml', 'summarize:'],
    [
      'prompts',
      'summary',
      { 'v:title': 'Summary', 'v:placeholders': 'none' },
      'config/prompts/summary.yaml',
      'title: Summary',
    ],
    ['profiles', 'dry', { 'v:name': 'Dry' }, 'config/author-profiles/dry.yaml', 'name: Dry'],
    ['strategies', 'short', { 'v:name': 'Short' }, 'config/strategies/short.yaml', 'name: Short'],
    ['accounts', 'newcomer', { 'v:plan': 'starter' }, 'config/accounts/newcomer.yaml', 'id: newcomer\nplan: starter\n'],
  ])('something new: %s', async (collection, name, fields, path, expected) => {
    const { get, post, propose, at, bugs } = await desk()
    expect((await get(`/new/${collection}`)).status).toBe(200)
    const made = await post(`/new/${collection}`, { name, ...fields })
    expect([made.status, bugs]).toEqual([200, []])
    expect(decodeURIComponent(made.path)).toMatch(new RegExp(`${name}$`))
    expect((await post(`/new/${collection}`, { name, ...fields })).status).toBe(409)
    expect((await post(`/new/${collection}`, { name: '../evil', ...fields })).status).toBe(409)
    expect(await at(await propose(), path)).toContain(expected)
  })

  test('a record that goes, and a file that goes', async () => {
    const { get, post, propose, at, draft, folder } = await desk()
    await post('/edit/profiles/' + (await firstOf(folder, 'author-profiles')), { do: 'delete' })
    await post('/accounts/acme', { do: 'delete' })
    expect((await get(await draft())).text).toContain('accounts/acme')
    const branch = await propose()
    expect(await at(branch, ACME)).toBe('')
    expect(
      (await git(folder, 'diff', '--name-status', 'main', branch)).stdout
        .split('\n')
        .filter((line) => line.startsWith('D')),
    ).toHaveLength(2)
  })

  test('a prompt’s variables come and go, and its text is edited', async () => {
    const { get, post, propose, at, folder } = await desk()
    const type = await firstOf(folder, 'prompts')
    const path = `/edit/prompts/${type}`
    const fields = fieldsOf((await get(path)).text, path)
    fields.set('add:variables', 'EXTRA_THING')
    const added = await post(path, fields)
    expect(added.text).toContain('Remove EXTRA_THING')
    const optional = fieldsOf(added.text, path)
    optional.set('v:variables/EXTRA_THING/required', 'false')
    const page = (await post(path, optional)).text
    const text = fieldsOf(page, path, 'text-form')
    text.set('v:value', `${(text.get('v:value') ?? '').trimEnd()}\r\n[EXTRA_THING]\r\n`)
    await post(path, text)
    const file = await at(await propose(), `config/prompts/${type}.yaml`)
    expect(file).toMatch(/EXTRA_THING:[\s\S]*\[EXTRA_THING\]\n/)
    expect(file).not.toContain('\r')
  })
})

describe('an account’s prompt', () => {
  const PATH = '/accounts/acme/prompts/ideas'
  const TEXT = 'Mine.\n[IGNY8_CLUSTERS]\n[IGNY8_CLUSTER_KEYWORDS]\n'

  async function customised(): Promise<Desk> {
    const opened = await desk()
    const { text } = await opened.get(PATH)
    const fields = fieldsOf(text, PATH, 'text-form')
    fields.set('v:prompts/ideas/value', TEXT)
    await opened.post(PATH, fields)
    return opened
  }

  test('customised, as `prompt customize` writes it', async () => {
    const { propose, at, folder } = await customised()
    const file = join(temporaryFolder(), 'text')
    writeFileSync(file, TEXT)
    const wanted = await byCommand(['prompt', 'customize', 'acme', 'ideas', '--file', file], ACME, folder)
    expect(await at(await propose(), ACME)).toBe(wanted)
  })

  test('reset, pinned and rebased, as `prompt` writes it', async () => {
    for (const [asked, args] of [
      ['reset', ['prompt', 'reset']],
      ['pin', ['prompt', 'reset', '--pin']],
      ['rebase', ['prompt', 'rebase']],
    ] as const) {
      const opened = await desk()
      const behind = (await opened.get('/prompts/content_generation')).text
      const [, id = ''] = /name="id" value="([\w-]+)"/.exec(behind) ?? []
      await opened.post(`/accounts/${id}/prompts/content_generation`, { do: asked })
      const found = (
        await git(opened.folder, 'ls-files', `config/accounts/**/${id}.yaml`, `config/accounts/${id}.yaml`)
      ).stdout.trim()
      const wanted = await byCommand(
        [...args.slice(0, 2), id, 'content_generation', ...args.slice(2)],
        found,
        opened.folder,
      )
      const branch = await opened.propose()
      expect([asked, await opened.at(branch, found)]).toEqual([asked, wanted])
    }
  })

  test('the editor knows what each variable is', async () => {
    const opened = await desk()
    for (const path of ['/accounts/acme/prompts/content_generation', '/edit/prompts/content_generation']) {
      const [, variables = ''] = /data-variables="([^"]*)"/.exec((await opened.get(path)).text) ?? []
      expect([path, decoded(variables)]).toEqual([path, expect.stringContaining('the idea to write')])
    }
  })

  test('a text that lacks a variable says so at the field, and shows a sample', async () => {
    const opened = await desk()
    const { text } = await opened.get(PATH)
    const fields = fieldsOf(text, PATH, 'text-form')
    fields.set('v:prompts/ideas/value', 'Nothing in it.')
    const after = await opened.post(PATH, fields)
    expect(problemsAt(after.text, 'v:prompts/ideas/value').join()).toContain('prompt/missing-variable')
    expect(after.text).toContain('missing')
    expect(after.text).toMatch(/about \d+ tokens/)
  })
})

describe('many at once', () => {
  test('one field over a query', async () => {
    const { post, propose, folder } = await desk()
    const { stdout } = await tenfold(['find', 'plan:growth'], folder)
    const ids = stdout.trim().split('\n')
    const after = await post('/accounts', {
      q: 'plan:growth',
      all: 'yes',
      field: 'openai.temperature',
      value: '0.33',
      do: 'set',
    })
    expect(after.path).toMatch(/^\/drafts\//)
    const branch = await propose()
    const clone = await checkedOut(folder, branch)
    const found = await tenfold(['find', 'overrides:openai.temperature=0.33'], clone)
    expect(found.stdout.trim().split('\n')).toEqual(ids)
  })

  test('nothing ticked, no value, no such field: each is said', async () => {
    const { post } = await desk()
    for (const fields of [
      { q: '', field: 'openai.temperature', value: '0.3', do: 'set' },
      { q: '', all: 'yes', field: 'openai.temperature', value: '', do: 'set' },
      { q: '', all: 'yes', field: 'openai.nothing', value: '1', do: 'set' },
    ]) {
      expect((await post('/accounts', fields)).status).toBe(400)
    }
  })
})

describe('a draft', () => {
  const change = async ({ get, post }: OpenedConsole, model: string): Promise<void> => {
    const fields = fieldsOf((await get('/accounts/acme')).text, '/accounts/acme')
    fields.set('v:overrides/openai/model', model)
    await post('/accounts/acme', fields)
  }

  async function movedTo(folder: string, model: string): Promise<void> {
    const file = join(folder, ACME)
    writeFileSync(
      file,
      readFileSync(file, 'utf8')
        .replace('model: gpt-4\n', `model: ${model}\n`)
        .replace('model: gpt-4,', `model: ${model},`),
    )
    await commitAll(folder, 'by somebody else')
  }

  test('a conflict shows three values; keeping mine lands, keeping theirs is no change', async () => {
    for (const choice of ['mine', 'take'] as const) {
      const opened = await desk()
      await change(opened, 'gpt-4o')
      await movedTo(opened.folder, 'gpt-4.1')
      const path = await opened.draft()
      const { text } = await opened.get(path)
      expect(text).toMatch(/gpt-4o\n?<\/pre>[\s\S]*gpt-4.1\n?<\/pre>[\s\S]*gpt-4\n?<\/pre>/)
      expect(text).not.toContain('value="propose"')
      const conflict = text.slice(text.indexOf('class="conflict"'))
      const fields = fieldsOf(conflict, path)
      fields.set('do', choice)
      const after = await opened.post(path, fields)
      if (choice === 'mine') {
        expect(after.text).toContain('value="propose"')
        expect(await opened.at(await opened.propose(), ACME)).toContain('gpt-4o')
      } else expect(after.text).toContain('It changes nothing')
    }
  })

  test('is there again for the next console, with its title, and ends when it is discarded', async () => {
    const opened = await desk()
    await change(opened, 'gpt-4o')
    const path = await opened.draft()
    await opened.post(path, { do: 'title', title: 'Newer <model>' })
    const next = await openConsole(opened.config)
    expect(decoded((await next.get('/drafts')).text)).toContain('Newer <model>')
    expect((await next.get('/')).text).toContain('Newer &lt;model')
    await next.post(path, { do: 'discard' })
    expect((await next.get('/')).text).not.toContain('id="draft"')
    const again = await next.post(path, { do: 'again' })
    expect(again.path).not.toBe(path)
    expect(again.text).toContain('gpt-4o')
  })

  test('an account’s page as of the draft is what it gets once that is merged, and what `get` says of the branch', async () => {
    const opened = await desk()
    await change(opened, 'gpt-4o')
    const fields = fieldsOf((await opened.get('/edit/settings')).text, '/edit/settings')
    fields.set('v:image/max_in_article', '7')
    fields.set('v:text/provider', 'anthropic')
    await opened.post('/edit/settings', fields)
    const { text } = await opened.get('/accounts/acme?at=my%20draft')
    const shown = [...text.matchAll(/<th scope="row">([^<]*)<\/th><td class="value">([^<]*)/g)].map(
      ([, field, value]) => `${field} ${value}`,
    )
    const branch = await opened.propose()
    const wanted: string[] = []
    for (const name of ['auto_cluster', 'generate_images']) {
      const { stdout } = await tenfold(['get', 'acme', name, '--at', branch], opened.folder)
      for (const [field, value] of Object.entries(JSON.parse(stdout)))
        if (['model', 'provider', 'max_in_article'].includes(field)) wanted.push(`${field} ${String(value)}`)
    }
    expect(shown).toEqual(expect.arrayContaining(wanted))
    expect(wanted).toContain('provider anthropic')
  })

  test('another draft begins with the next change, and both stay', async () => {
    const opened = await desk()
    await change(opened, 'gpt-4o')
    const first = await opened.draft()
    await opened.post('/drafts', { do: 'another' })
    expect((await opened.get('/')).text).not.toContain('id="draft"')
    const fields = fieldsOf((await opened.get('/edit/settings')).text, '/edit/settings')
    fields.set('v:providers/openai/temperature', '0.2')
    await opened.post('/edit/settings', fields)
    expect(await opened.draft()).not.toBe(first)
    const { text } = await opened.get('/drafts')
    expect(text.match(/href="\/drafts\/draft-\w+"/g)?.length).toBeGreaterThanOrEqual(2)
  })

  test('another open draft is worked on again where somebody asks for it', async () => {
    const opened = await desk()
    await change(opened, 'gpt-4o')
    const first = await opened.draft()
    expect((await opened.get(first)).text).not.toContain('value="use"')
    await opened.post('/drafts', { do: 'another' })
    await change(opened, 'gpt-4o-mini')
    expect(await opened.draft()).not.toBe(first)
    const again = await opened.post(first, { do: 'use' })
    expect(again.text).not.toContain('value="use"')
    expect(await opened.draft()).toBe(first)
  })

  test('a move of the base that changes the answers is shown before anything is proposed', async () => {
    const opened = await desk()
    const fields = fieldsOf((await opened.get('/edit/settings')).text, '/edit/settings')
    fields.set('v:providers/openai/temperature', '0.2')
    await opened.post('/edit/settings', fields)
    const path = await opened.draft()
    const shown = /name="shown" value="(\w+)"/.exec((await opened.get(path)).text)?.[1] ?? ''
    writeFileSync(join(opened.config, 'accounts', 'newer.yaml'), 'id: newer\nplan: starter\n')
    await commitAll(opened.folder, 'another account')
    const after = await opened.post(path, { do: 'propose', shown })
    expect(after.text).toContain('The base has moved since you looked')
    expect((await git(opened.folder, 'branch', '--list', 'settings/*')).stdout).toBe('')
  })

  test('a field that another proposal changes says so, with its value', async () => {
    const opened = await desk()
    await change(opened, 'gpt-4o')
    await opened.propose()
    const other = await openConsole(opened.config, { env: {} })
    // Of a draft that is not ours, such as one of a colleague.
    await git(
      opened.folder,
      'branch',
      '-m',
      (await git(opened.folder, 'branch', '--list', 'settings/*', '--format=%(refname:short)')).stdout.trim(),
      'settings/theirs',
    )
    expect(decoded((await other.get('/accounts/acme')).text)).toContain(
      'also changed in settings/theirs by Ada: gpt-4 → gpt-4o',
    )
  })
})

describe('what is refused', () => {
  test('where no draft can be kept, pages are read all the same, and a change says why', async () => {
    const { config } = await desk()
    vi.stubEnv('HOME', '/')
    vi.stubEnv('XDG_STATE_HOME', '')
    const { get, post, bugs } = await openConsole(config)
    const { status, text } = await get('/accounts/acme')
    expect(status).toBe(200)
    const fields = fieldsOf(text, '/accounts/acme')
    fields.set('v:overrides/openai/model', 'gpt-4o')
    const refused = await post('/accounts/acme', fields)
    vi.unstubAllEnvs()
    expect([refused.status, bugs]).toEqual([503, []])
    expect(refused.text).toContain('XDG_STATE_HOME')
  })

  test('a console that is read-only, a page that takes no form, another type, and too much of it', async () => {
    const { config, ask, cookie, origin, bugs } = await desk()
    const locked = await openConsole(config, { readOnly: true })
    expect((await locked.post('/accounts/acme', {})).status).toBe(405)
    expect((await locked.get('/accounts/acme')).text).not.toContain('method="post"')
    const headers = { cookie, origin, 'content-type': 'application/x-www-form-urlencoded' }
    expect((await ask('/help', { method: 'POST', headers, body: 'a=b' })).status).toBe(405)
    const type = { ...headers, 'content-type': 'application/json' }
    expect((await ask('/accounts/acme', { method: 'POST', headers: type, body: '{}' })).status).toBe(415)
    const many = await ask('/accounts/acme', { method: 'POST', headers, body: 'a'.repeat(1_100_000) }).catch(() => ({
      status: 413,
    }))
    expect(many.status).toBe(413)
    expect(bugs).toEqual([])
  })

  test('forms that no page has sent make no page fail', async () => {
    const { post, draft, bugs, get } = await desk()
    const fields = fieldsOf((await get('/accounts/acme')).text, '/accounts/acme')
    fields.set('v:overrides/openai/model', 'gpt-4o')
    await post('/accounts/acme', fields)
    const path = await draft()
    for (const [at, sent] of [
      [path, {}],
      [path, { do: 'mine', name: 'x', theirs: '{' }],
      [path, { do: 'merged', name: 'x' }],
      [path, { do: 'propose' }],
      ['/drafts/draft-nothing', { do: 'take' }],
      ['/drafts', { do: 'x' }],
      ['/edit/nothing/at-all', { 'v:x': '1' }],
      ['/edit/models/__proto__', { do: 'delete' }],
      ['/edit/settings', { 'w:providers/openai/temperature': '0.7' }],
      ['/edit/settings', { remove: '__proto__' }],
      ['/accounts/nobody', { do: 'delete' }],
      ['/accounts/acme/prompts/nothing', { do: 'reset' }],
      ['/accounts/acme/prompts/ideas/rebase', { merged: 'x' }],
      ['/new/nothing', { name: 'x' }],
      ['/releases', { back: '99' }],
      ['/prompts/nothing', { do: 'rebase-all' }],
    ] as const) {
      expect([at, (await post(at, sent)).status < 500, bugs]).toEqual([at, true, []])
    }
  })
})

async function checkedOut(folder: string, branch: string): Promise<string> {
  const clone = join(temporaryFolder(), 'clone')
  await git(folder, 'clone', '-q', '-b', branch, folder, clone)
  return clone
}

async function firstOf(folder: string, kind: string): Promise<string> {
  const listed = (await git(folder, 'ls-files', `config/${kind}/`)).stdout.split('\n')[0] ?? ''
  return listed.slice(listed.lastIndexOf('/') + 1, -'.yaml'.length)
}
