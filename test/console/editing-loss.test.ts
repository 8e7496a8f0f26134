import { cpSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { temporaryFolder } from '../support/config.ts'
import { ROOT, commitAll, git } from '../support/run.ts'
import { type OpenedConsole, openConsole } from './open-console.ts'
import { fieldsOf } from './read-form.ts'

interface Desk extends OpenedConsole {
  readonly folder: string
  /** The fields of a page's form. */
  fields(path: string, mark?: string): Promise<URLSearchParams>
  /** The text of a file as the draft makes it, by what is proposed. */
  proposed(path: string): Promise<string>
}

/** This repository's own configuration with some files changed, in a repository of its own, and a console for it. */
async function desk(changes: Readonly<Record<string, (text: string) => string>> = {}): Promise<Desk> {
  const folder = temporaryFolder()
  cpSync(join(ROOT, 'config'), join(folder, 'config'), { recursive: true })
  for (const [path, change] of Object.entries(changes)) {
    const file = join(folder, path)
    writeFileSync(file, change(readFileSync(file, 'utf8')))
  }
  await commitAll(folder)
  const console = await openConsole(join(folder, 'config'))
  return {
    ...console,
    folder,
    fields: async (path, mark) => fieldsOf((await console.get(path)).text, path, mark),
    proposed: async (path) => {
      const [draft = ''] = /\/drafts\/draft-\w+/.exec((await console.get('/')).text) ?? []
      const shown = fieldsOf((await console.get(draft)).text, draft, 'buttons')
      await console.post(draft, { do: 'propose', shown: shown.get('shown') ?? '' })
      return (await git(folder, 'show', `settings/${draft.replace('/drafts/', '')}:${path}`)).stdout
    },
  }
}

const PLANS = 'config/plans.yaml'

test('a list that is left out is gone, and not empty: an empty one permits nothing', async () => {
  const { fields, post, proposed } = await desk({
    [PLANS]: (text) => text.replace('deny: [gpt-5.2]', 'allow: [gpt-4o, gpt-4]'),
  })
  const path = '/edit/plans/growth'
  const form = await fields(path)
  form.set('inherit', 'v:plans/growth/models/allow')
  await post(path, form)
  expect(await proposed(PLANS)).not.toContain('allow')
})

test('an empty list, and an empty text, can be left out', async () => {
  const type = 'config/strategies/pillar-and-cluster.yaml'
  const { fields, post, proposed } = await desk({
    [type]: (text) => text.replace(/^prompt_types:.*\n(?: .*\n)*/m, '') + 'prompt_types: []\n',
  })
  const path = '/edit/strategies/pillar-and-cluster'
  const form = await fields(path)
  form.set('inherit', 'v:prompt_types')
  await post(path, form)
  expect(await proposed(type)).not.toContain('prompt_types')
})

test('a variable that is there is not written over by one of its name', async () => {
  const { fields, post, get } = await desk()
  const path = '/edit/prompts/ideas'
  const form = await fields(path)
  const [name = ''] = [...form.keys()].flatMap((one) => /^v:variables\/(\w+)\/description$/.exec(one)?.[1] ?? [])
  expect(name).not.toBe('')
  form.set('add:variables', name)
  await post(path, form)
  expect((await get('/')).text).not.toContain('id="draft"')
})

test('what was typed for something that has gone is shown', async () => {
  const { fields, post } = await desk()
  const stale = await fields('/accounts/acme')
  stale.set('v:overrides/openai/model', 'gpt-4o-mini')
  await post('/accounts/acme', { do: 'delete' })
  const { status, text } = await post('/accounts/acme', stale)
  expect([status, text.includes('gpt-4o-mini</pre>')]).toEqual([409, true])
  expect(text).not.toContain('overrides.openai.temperature')
})

test('what no entry is called is not taken out, and harms no draft', async () => {
  const { fields, post, get, bugs } = await desk()
  const form = await fields('/accounts/acme')
  form.set('v:overrides/openai/model', 'gpt-4o')
  await post('/accounts/acme', form)
  for (const remove of ['__proto__', 'plan', '%', '', 'overrides/openai']) await post('/accounts/acme', { remove })
  const { text } = await get('/drafts')
  expect(text).not.toContain('class="note error"')
  expect((await get('/accounts/acme')).text).toMatch(/1 change[^s]/)
  expect(bugs).toEqual([])
})

test('a list that a form cannot say is locked, and stays as it is', async () => {
  const strategy = 'config/strategies/pillar-and-cluster.yaml'
  const { fields, post, get } = await desk({
    [strategy]: (text) => text.replace(/^sections:.*\n(?:[ -].*\n)*/m, '') + 'sections: ["a\\nb", " c "]\n',
  })
  const path = '/edit/strategies/pillar-and-cluster'
  const form = await fields(path)
  expect(form.has('w:sections')).toBe(false)
  await post(path, form)
  expect((await get('/')).text).not.toContain('id="draft"')
})

test('a field of many that is put back to what it was takes the draft’s value away', async () => {
  const { post, get } = await desk()
  const many = { q: '', id: 'acme', field: 'openai.model', do: 'set' }
  await post('/accounts', { ...many, value: 'gpt-4o' })
  expect((await get('/')).text).toContain('id="draft"')
  await post('/accounts', { ...many, value: 'gpt-4' })
  expect((await get('/')).text).not.toContain('id="draft"')
})

test('what the plan does not permit can be taken away', async () => {
  const { fields, post, proposed } = await desk({
    'config/plans.yaml': (text) => text.replaceAll('text, image, openai,', 'text, image,'),
  })
  expect((await fields('/accounts/acme')).has('w:overrides/openai/model')).toBe(false)
  await post('/accounts/acme', { inherit: 'v:overrides/openai/model' })
  for (const field of ['temperature', 'max_tokens'])
    await post('/accounts/acme', { inherit: `v:overrides/openai/${field}` })
  expect(await proposed('config/accounts/acme.yaml')).not.toContain('openai')
})

test('texts of several lines that clash are shown in lines', async () => {
  const { fields, post } = await desk()
  const path = '/edit/prompts/ideas'
  const [one, two] = [await fields(path, 'text-form'), await fields(path, 'text-form')]
  one.set('v:value', 'a\r\nb\r\n')
  two.set('v:value', 'c\r\nd\r\n')
  await post(path, one)
  expect((await post(path, two)).text).toMatch(/c\nd\n?<\/pre>/)
})

test('numbers in a list stay numbers', async () => {
  const { fields, post } = await desk()
  const path = '/edit/models/gpt-4o'
  const name = 'v:models/gpt-4o/parameters/max_tokens/enum'
  const form = await fields(path)
  expect(form.get(name)).toBe('')
  form.set(name, '1000\r\n2000')
  const { text } = await post(path, form)
  expect([fieldsOf(text, path).get(name), text.includes('schema/wrong-type')]).toEqual(['1000\r\n2000', false])
})

test('a rebase by hand keeps what another tab has written meanwhile, and shows what was typed', async () => {
  const { fields, post, get } = await desk()
  const behind = (await get('/prompts/content_generation')).text
  const [, id = ''] = /name="id" value="([\w-]+)"/.exec(behind) ?? []
  const path = `/accounts/${id}/prompts/content_generation`
  const merging = await fields(`${path}/rebase`)
  merging.set('merged', 'merged by hand')
  const other = await fields(path, 'text-form')
  other.set('v:prompts/content_generation/value', 'by another tab')
  await post(path, other)
  const { status, text } = await post(`${path}/rebase`, merging)
  expect([status, text.includes('merged by hand'), text.includes('by another tab')]).toEqual([409, true, true])
  expect((await fields(path, 'text-form')).get('v:prompts/content_generation/value')).toBe('by another tab')
})

test('a name that is refused takes nothing along that was typed beside it', async () => {
  const { post } = await desk()
  const sent = { name: '../evil', 'v:title': 'Long title', 'v:placeholders': 'mustache' }
  const { status, text } = await post('/new/prompts', sent)
  const form = fieldsOf(text, '/new/prompts')
  expect([status, form.get('v:title'), form.get('v:placeholders')]).toEqual([409, 'Long title', 'mustache'])
})

test('a credential in a prompt is not shown by its editor', async () => {
  const key = 'sk-proj-' + 'Ab1'.repeat(20)
  const { get } = await desk({
    'config/prompts/ideas.yaml': (text) => text.replace(/^value: \|\n/m, `value: |\n  ${key}\n`),
  })
  for (const path of ['/edit/prompts/ideas', '/accounts/acme/prompts/ideas']) {
    expect((await get(path)).text).not.toContain(key)
  }
})

test('going back to a release takes what an account’s file has gained, although it has moved', async () => {
  const { folder, proposed } = await desk()
  const commit = (await git(folder, 'rev-parse', 'HEAD')).stdout.trim()
  const config = join(folder, 'config')
  const before = readFileSync(join(config, 'accounts/acme.yaml'), 'utf8')
  mkdirSync(join(config, 'accounts/eu'))
  renameSync(join(config, 'accounts/acme.yaml'), join(config, 'accounts/eu/acme.yaml'))
  writeFileSync(join(config, 'accounts/eu/acme.yaml'), before.replace('model: gpt-4,', 'model: gpt-4o,'))
  await commitAll(folder, 'move it, and change it')
  const release = {
    environment: 'production',
    seq: 7,
    commit,
    root: 'a'.repeat(49),
    secrets: null,
    trust: null,
    shrunk_at: null,
    issued: '2026-01-01T00:00:00Z',
    expires: null,
    history: [],
    ext: {},
    candidate: null,
    rollout: null,
    packs: null,
    refresh_ext: {},
  }
  const { post } = await openConsole(config, { release: { url: 'file:x', release } })
  expect((await post('/releases', { back: '7' })).path).toMatch(/^\/drafts\//)
  expect(await proposed('config/accounts/eu/acme.yaml')).toBe(before)
})
