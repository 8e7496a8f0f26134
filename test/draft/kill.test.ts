import { type ChildProcess, spawn } from 'node:child_process'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { temporaryFolder, writeConfig } from '../support/config.ts'
import { CLI, commitAll, git } from '../support/run.ts'

const ACME = 'id: acme\nplan: growth\noverrides:\n  openai: { model: gpt-4 } # theirs\n'
const FIELD = 'overrides/openai/model'

interface Served {
  readonly child: ChildProcess
  post(path: string, fields: Readonly<Record<string, string>>): Promise<string>
  get(path: string): Promise<string>
}

/** The console as a process of its own, signed in. */
async function served(folder: string, state: string): Promise<Served> {
  const env = { ...process.env, XDG_STATE_HOME: state, GIT_AUTHOR_NAME: 'Ada', GIT_AUTHOR_EMAIL: 'ada@example.org' }
  const child = spawn(process.execPath, [CLI, 'console', '--format', 'json', '--no-open'], {
    cwd: folder,
    env,
    stdio: ['ignore', 'pipe', 'ignore'],
  })
  onTestFinished(() => void child.kill('SIGKILL'))
  const line = await new Promise<string>((resolve) => {
    child.stdout.setEncoding('utf8').once('data', (text: string) => resolve(text))
  })
  const { address }: { address: string } = JSON.parse(line)
  const { origin } = new URL(address)
  const entered = await fetch(address, { redirect: 'manual' })
  const [cookie = ''] = (entered.headers.get('set-cookie') ?? '').split(';')
  const get: Served['get'] = async (path) => (await fetch(origin + path, { headers: { cookie } })).text()
  return {
    child,
    get,
    async post(path, fields) {
      const body = new URLSearchParams(fields)
      const answer = await fetch(origin + path, {
        method: 'POST',
        headers: { cookie, origin },
        body,
        redirect: 'manual',
      })
      return answer.headers.get('location') ?? ''
    },
  }
}

async function draftOf({ get }: Served): Promise<string> {
  return /\/drafts\/draft-\w+/.exec(await get('/drafts'))?.[0] ?? ''
}

test('killed right after a field, and anywhere between the button and the proposal: the draft is there, and goes on', async () => {
  for (const delay of [0, 120, 400]) {
    const folder = writeConfig({ 'accounts/acme.yaml': ACME })
    await commitAll(folder)
    const state = join(temporaryFolder(), 'state')
    const first = await served(folder, state)
    await first.post('/accounts/acme', { [`v:${FIELD}`]: 'gpt-4o', [`w:${FIELD}`]: 'gpt-4' })
    first.child.kill('SIGKILL')

    const second = await served(folder, state)
    const path = await draftOf(second)
    const shown = /name="shown" value="(\w+)"/.exec(await second.get(path))?.[1] ?? ''
    const proposing = second.post(path, { do: 'propose', shown }).catch(() => '')
    await new Promise((resolve) => setTimeout(resolve, delay))
    second.child.kill('SIGKILL')
    await proposing

    const third = await served(folder, state)
    expect([delay, await draftOf(third)]).toEqual([delay, path])
    const again = /name="shown" value="(\w+)"/.exec(await third.get(path))?.[1] ?? ''
    await third.post(path, { do: 'propose', shown: again })
    expect(await third.get(path)).toContain('Proposed as')
    const branch = `settings/${path.replace('/drafts/', '')}`
    expect((await git(folder, 'rev-list', '--count', `main..${branch}`)).stdout).toBe('1\n')
    expect((await git(folder, 'show', `${branch}:config/accounts/acme.yaml`)).stdout).toBe(
      ACME.replace('gpt-4', 'gpt-4o'),
    )
    third.child.kill('SIGKILL')
  }
})
