import { rmSync, statSync, utimesSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, onTestFinished, test } from 'vitest'
import { GitHubPlace, TOKEN } from '../edit/github-place.ts'
import { treeOf } from '../faults/support.ts'
import { git, tenfold } from '../support/run.ts'
import {
  BASE_ROWS,
  ImportPlace,
  PLANS,
  type Row,
  SETTINGS,
  account,
  overrides,
  ownPrompt,
  prompt,
  row,
} from './dump.ts'

const ACME = 'config/accounts/ac/acme.yaml'
const BETA = 'config/accounts/be/beta.yaml'
const IDEAS = prompt(1, 'ideas', 'Ideas for [X]')

const rows = (temperature: number | string, ...more: readonly Row[]): readonly Row[] => [
  ...BASE_ROWS,
  account(2, 'beta'),
  IDEAS,
  overrides(1, 1, 'openai', { temperature }),
  ...more,
]

/** A folder into which a dump was imported, with files that are old. */
async function imported(first: readonly Row[] = rows(0.5)): Promise<ImportPlace> {
  const place = new ImportPlace(first)
  const { code, stdout, stderr } = await place.run()
  expect(code, stdout + stderr).toBe(0)
  for (const path of Object.keys(treeOf(join(place.folder, 'config')))) {
    utimesSync(join(place.folder, 'config', path), OLD, OLD)
  }
  return place
}

const OLD = new Date('2020-01-01T00:00:00Z')

function isUntouched(place: ImportPlace, path: string): boolean {
  return statSync(join(place.folder, path)).mtimeMs === OLD.getTime()
}

interface Entry {
  readonly model: string
  readonly pk: unknown
  readonly class: string
  readonly reason: string
  readonly file: string | null
  readonly line: number | null
  readonly id?: string
  readonly digest: string
}
interface Report {
  readonly rows: number
  readonly imported: number
  readonly changed: number
  readonly dropped: number
  readonly refused: number
  readonly entries: readonly Entry[]
  readonly files: readonly { readonly file: string; readonly digest: string }[]
}

function reportOf(place: ImportPlace, path = 'config/.import.json'): Report {
  // It is the program's own: what is not so fails the test.
  const report: Report = JSON.parse(place.read(path))
  const { imported: came, changed, dropped, refused } = report
  expect(came + changed + dropped + refused).toBe(report.rows)
  expect(report.entries).toHaveLength(report.rows)
  return report
}

test('the same dump twice: not a byte and no time of any file changes', async () => {
  const place = await imported()
  const before = treeOf(place.folder)
  const { code, stdout } = await place.run()
  expect(code).toBe(0)
  expect(stdout).toContain('wrote 0 files to config')
  expect(treeOf(place.folder)).toEqual(before)
  for (const path of [ACME, BETA, 'config/settings.yaml', 'config/prompts/ideas.yaml', 'config/models.yaml']) {
    expect(isUntouched(place, path), path).toBe(true)
  }
})

test('a row that changed: its file is rewritten, and no other', async () => {
  const place = await imported()
  const { code, stdout } = await place.dump(rows(0.9)).run()
  expect(code).toBe(0)
  expect(stdout).toContain('wrote 2 files to config')
  expect(place.read(ACME)).toContain('temperature: 0.9')
  for (const path of [BETA, 'config/settings.yaml', 'config/prompts/ideas.yaml']) {
    expect(isUntouched(place, path), path).toBe(true)
  }
  // And the next one begins from there.
  expect((await place.run()).stdout).toContain('wrote 0 files')
  expect(await place.dump(rows(0.4)).run()).toMatchObject({ code: 0 })
  expect(place.read(ACME)).toContain('temperature: 0.4')
})

test('a file that people changed stays theirs while its rows are the same', async () => {
  const place = await imported()
  const text = place.read(ACME).replace('0.5', '0.1 # agreed in May')
  place.write(ACME, text)
  expect(await place.run()).toMatchObject({ code: 0 })
  expect(await place.dump(rows(0.5, account(3, 'gamma'))).run()).toMatchObject({ code: 0 })
  expect(place.read(ACME)).toBe(text)
})

describe('both have changed', () => {
  test('refused, with three ways', async () => {
    const place = await imported()
    place.write(ACME, place.read(ACME).replace('0.5', '0.1')).dump(rows(0.9))
    const { stdout } = await place.fails(1)
    expect(stdout).toContain(
      'config/accounts/ac/acme.yaml was edited since the last import, and its rows have changed too',
    )
    expect(stdout).toMatch(/one of three: keep the file, .*; take the rows, .*git log -- .*; or take both, /)
    expect(stdout).toContain('`auth.account 1` (acme), `system.integrationsettings 1` (acme)')
  })

  test('--partial writes the rest, and the next import meets the same', async () => {
    const place = await imported()
    const mine = place.read(ACME).replace('0.5', '0.1')
    place.write(ACME, mine).dump(rows(0.9, account(3, 'gamma')))
    expect(await place.run('--partial')).toMatchObject({ code: 1 })
    expect(place.read(ACME)).toBe(mine)
    expect(place.has('config/accounts/ga/gamma.yaml')).toBe(true)
    expect((await place.fails(1)).stdout).toContain('was edited since the last import')
    // Each way out is one.
    place.write(ACME, mine.replace('0.1', '0.5'))
    expect(await place.run('--dry-run')).toMatchObject({ code: 0 })
    place.write(ACME, mine).dump(rows(0.5, account(3, 'gamma')))
    expect(await place.run('--dry-run')).toMatchObject({ code: 0 })
    place.write(ACME, mine.replace('0.1', '0.9')).dump(rows(0.9, account(3, 'gamma')))
    expect(await place.run('--dry-run')).toMatchObject({ code: 0 })
  })

  test('alike: there is nothing to refuse', async () => {
    const place = await imported()
    place.write(ACME, place.read(ACME).replace('0.5', '0.9')).dump(rows(0.9))
    expect(await place.run()).toMatchObject({ code: 0 })
    expect(await place.dump(rows(0.3)).run()).toMatchObject({ code: 0 })
    expect(place.read(ACME)).toContain('0.3')
  })

  test('a global file too', async () => {
    const place = await imported()
    place.write('config/settings.yaml', place.read('config/settings.yaml').replace('8192', '4096'))
    place.dump(
      rows(0.5).map((one) => (one === SETTINGS ? { ...one, fields: { ...one.fields, openai_temperature: 1 } } : one)),
    )
    expect((await place.fails(1)).stdout).toContain('config/settings.yaml was edited since the last import')
  })
})

describe('a file that people deleted', () => {
  test('stays away while its rows are the same', async () => {
    const place = await imported()
    rmSync(join(place.folder, BETA))
    expect(await place.run()).toMatchObject({ code: 0 })
    expect(place.has(BETA)).toBe(false)
    expect(await place.dump(rows(0.9)).run()).toMatchObject({ code: 0 })
    expect(place.has(BETA)).toBe(false)
  })

  test('is refused once they have changed', async () => {
    const place = await imported()
    rmSync(join(place.folder, ACME))
    expect((await place.dump(rows(0.9)).fails(1)).stdout).toContain('was deleted since the last import')
  })
})

describe('a row that is gone', () => {
  const without = rows(0.5).filter((one) => !(one.model === 'auth.account' && one.pk === 2))

  test('its file is listed, and stays', async () => {
    const place = await imported()
    for (let again = 0; again < 2; again++) {
      const { code, stdout } = await place.dump(without).run()
      expect(code).toBe(0)
      expect(stdout).toContain('- `accounts/be/beta.yaml`: no row becomes it any more; `--delete-gone` deletes it')
      expect(isUntouched(place, BETA)).toBe(true)
    }
  })

  test('--delete-gone deletes it, once', async () => {
    const place = await imported()
    const { code, stdout } = await place.dump(without).run('--delete-gone')
    expect(code).toBe(0)
    expect(stdout).toContain('- `accounts/be/beta.yaml`: no row becomes it any more: deleted')
    expect(place.has(BETA)).toBe(false)
    expect((await place.run('--delete-gone')).stdout).not.toContain('beta')
    // It comes back with its row.
    expect(await place.dump(rows(0.5)).run()).toMatchObject({ code: 0 })
    expect(place.has(BETA)).toBe(true)
  })

  test('and was edited: it stays whatever is asked for', async () => {
    const place = await imported()
    place.write(BETA, `${place.read(BETA)}# ours\n`).dump(without)
    expect((await place.run('--delete-gone')).stdout).toContain('it was edited since: delete it by hand, or keep it')
    expect(place.read(BETA)).toContain('# ours')
  })

  test('the account alone is: its other rows are refused, and with --partial its file is listed', async () => {
    const place = await imported([...rows(0.5), overrides(2, 2, 'openai', { temperature: 0.2 })])
    place.dump([...without, overrides(2, 2, 'openai', { temperature: 0.2 })])
    const { code, stdout } = await place.run('--partial', '--delete-gone')
    expect(code).toBe(1)
    expect(stdout).toContain('its account (2) is not in this dump')
    expect(place.has(BETA)).toBe(false)
  })

  test('or has another name: the old file is listed too', async () => {
    const profile = (name: string): Row => row('system.globalauthorprofile', 1, { name, tone: 'calm' })
    const place = await imported(rows(0.5, profile('Calm')))
    const { stdout } = await place.dump(rows(0.5, profile('Quiet'))).run('--delete-gone')
    expect(stdout).toContain('- `author-profiles/calm.yaml`: no row becomes it any more: deleted')
    expect([place.has('config/author-profiles/calm.yaml'), place.has('config/author-profiles/quiet.yaml')]).toEqual([
      false,
      true,
    ])
  })

  test('is switched off: the same', async () => {
    const place = await imported()
    const off = rows(0.5).map((one) => (one === IDEAS ? { ...one, fields: { ...one.fields, is_active: false } } : one))
    expect((await place.dump(off).run()).stdout).toContain('- `prompts/ideas.yaml`: no row becomes it any more')
    expect(place.has('config/prompts/ideas.yaml')).toBe(true)
  })

  test('is refused this time: its file waits', async () => {
    const place = await imported()
    const wrong = rows(0.5).map((one) =>
      one.pk === 2 && one.model === 'auth.account' ? account(2, 'beta', { plan: 9 }) : one,
    )
    const { code, stdout } = await place.dump(wrong).run('--partial', '--delete-gone')
    expect(code).toBe(1)
    expect(stdout).not.toContain('no row becomes it')
    expect(isUntouched(place, BETA)).toBe(true)
  })

  test('is a prompt that accounts have of their own: what is left is checked', async () => {
    const own = ownPrompt(1, 1, 'ideas', { prompt_value: 'Mine for [X]', default_prompt: 'Ideas for [X]' })
    const place = await imported(rows(0.5, own))
    place.dump(rows(0.5, own).filter((one) => one !== IDEAS))
    expect(await place.run('--dry-run')).toMatchObject({ code: 0 })
    expect((await place.fails(1, '--delete-gone')).stdout).toContain('no prompt type `ideas`')
  })
})

describe('ids follow the primary key', () => {
  test('whatever becomes of the slug', async () => {
    const place = await imported()
    const renamed = rows(0.5).map((one) =>
      one.model === 'auth.account' && one.pk === 1 ? account(1, 'acme-global') : one,
    )
    const { code, stdout } = await place.dump(renamed).run()
    expect(code).toBe(0)
    expect(stdout).toContain('slug `acme-global` became acme')
    expect(place.read(ACME)).toContain('name: acme-global')
    expect(place.has('config/accounts/ac/acme-global.yaml')).toBe(false)
  })

  test('a new account that takes the old slug meets it', async () => {
    const place = await imported()
    const renamed = rows(0.5).map((one) =>
      one.model === 'auth.account' && one.pk === 1 ? account(1, 'acme-global') : one,
    )
    place.dump([...renamed, account(7, 'acme')])
    const { stdout } = await place.fails(1)
    expect(stdout).toContain('its id would be acme, as of account 7')
    expect(await place.run('--id', '7=acme-two')).toMatchObject({ code: 0 })
    // That id is kept as well.
    expect((await place.run()).stdout).toContain('wrote 0 files')
  })

  test('--id gives another one: the old file is listed', async () => {
    const place = await imported()
    const { stdout } = await place.run('--id', '2=gamma', '--delete-gone')
    expect(stdout).toContain('accounts/be/beta.yaml`: no row becomes it any more: deleted')
    expect(place.has('config/accounts/ga/gamma.yaml')).toBe(true)
  })

  test('accounts without a primary key keep what their names give', async () => {
    const place = await imported([...PLANS, SETTINGS, account(undefined, 'acme'), account(undefined, 'beta')])
    expect((await place.run()).stdout).toContain('wrote 0 files')
  })
})

test('new accounts are added; a file of their name that no import wrote is in their way', async () => {
  const place = await imported()
  place.dump(rows(0.5, account(3, 'gamma')))
  place.write('config/accounts/ga/gamma.yaml', 'id: gamma\nplan: free\n')
  const { stdout } = await place.fails(1)
  expect(stdout).toContain('config/accounts/ga/gamma.yaml exists already, and no import wrote it')
  expect(stdout).not.toContain('since the last import')
  rmSync(join(place.folder, 'config/accounts/ga/gamma.yaml'))
  place.write('config/accounts/eu/gamma.yaml', 'id: gamma\nplan: free\n')
  expect((await place.fails(1)).stdout).toContain('refused')
  rmSync(join(place.folder, 'config/accounts/eu/gamma.yaml'))
  expect(await place.run()).toMatchObject({ code: 0 })
  expect(isUntouched(place, ACME)).toBe(true)
})

describe('the report of the last import', () => {
  test('is missing: what is there is in the way', async () => {
    const place = await imported()
    rmSync(join(place.folder, 'config/.import.json'))
    const { stderr } = await place.fails(2)
    expect(stderr).toContain('config has files in the way that no import wrote (no .import.json)')
    expect(stderr).toMatch(/ help: \S/)
  })

  test.each([
    '',
    '{',
    '[]',
    'null',
    '{}',
    '{"entries":[],"files":{}}',
    '{"entries":[{}],"files":[]}',
    '{"entries":[],"files":[{}]}',
  ])('is damaged: %j', async (text) => {
    const place = await imported()
    place.write('config/.import.json', text)
    expect((await place.fails(2)).stderr).toContain(
      'config/.import.json is not the report of an import\n help: restore it from git, or import into an empty folder',
    )
  })

  test.each(['../keep.yaml', 'accounts/../../keep.yaml', '/keep.yaml', 'accounts/./a.yaml', '.env', 'rules/own.ts'])(
    'cannot have %s deleted',
    async (file) => {
      const place = await imported()
      place.write('keep.yaml', 'a').write('config/.env', 'a')
      const report = reportOf(place)
      const gone = { file, digest: 'ca978112ca1bbdcafac231b39a23dc4d' }
      place.write('config/.import.json', JSON.stringify({ ...report, files: [...report.files, gone] }))
      expect((await place.fails(2, '--delete-gone')).stderr).toContain('is not the report of an import')
    },
  )

  test('cannot have a file written elsewhere', async () => {
    const place = await imported()
    place.write(
      'config/.import.json',
      place.read('config/.import.json').replace('"id":"acme"', '"id":"../../../../acme"'),
    )
    expect((await place.dump(rows(0.9)).fails(2)).stderr).toContain('is not the report of an import')
  })

  test('has an entry for each row, its digest, and for each file its digest and its line', async () => {
    const place = await imported()
    const { entries, files } = reportOf(place)
    const acme = entries.find(({ model, pk }) => model === 'auth.account' && pk === 1)
    expect(acme).toMatchObject({ class: 'imported', reason: '', file: 'accounts/ac/acme.yaml', line: 1, id: 'acme' })
    const own = entries.find(({ model }) => model === 'system.integrationsettings')
    expect(place.read(ACME).split('\n')[(own?.line ?? 0) - 1]).toContain('temperature: 0.5')
    expect(files.map(({ file }) => file)).toEqual([
      'accounts/ac/acme.yaml',
      'accounts/be/beta.yaml',
      'prompts/ideas.yaml',
      'settings.yaml',
    ])
  })
})

describe('flags', () => {
  test('--dry-run says the same and writes nothing; --report writes the report alone', async () => {
    const place = await imported()
    place.dump(rows(0.9))
    const before = treeOf(join(place.folder, 'config'))
    const { code, stdout } = await place.run('--dry-run', '--report', 'report.json')
    expect(code).toBe(0)
    expect(stdout).toContain('nothing was written: --dry-run')
    expect(treeOf(join(place.folder, 'config'))).toEqual(before)
    expect(reportOf(place, 'report.json').rows).toBe(9)
    expect(await place.run()).toMatchObject({ code: 0 })
    expect(place.read('config/.import.json')).toBe(place.read('report.json'))
  })

  test('--report although rows are refused', async () => {
    const place = new ImportPlace(rows('hot'))
    expect(await place.run('--report', 'report.json')).toMatchObject({ code: 1 })
    expect(place.has('config')).toBe(false)
    expect(reportOf(place, 'report.json')).toMatchObject({ refused: 1 })
  })

  test('--partial writes the rest; a row that is right the next time comes over then', async () => {
    const place = new ImportPlace(rows('hot'))
    expect((await place.fails(1)).stderr).toContain('nothing was written: 1 row is refused; --partial writes the rest')
    expect(await place.run('--partial')).toMatchObject({ code: 1 })
    expect(place.read(ACME)).not.toContain('overrides')
    expect(reportOf(place)).toMatchObject({ refused: 1 })
    expect(await place.dump(rows(0.5)).run()).toMatchObject({ code: 0 })
    expect(place.read(ACME)).toContain('temperature: 0.5')
  })

  test('more than a pull request takes: what is refused is named as far as there is room', async () => {
    const many = Array.from({ length: 3000 }, (_, i) => overrides(i, `nobody-${i}`, 'openai', { temperature: 1 }))
    const { stdout } = await new ImportPlace([...BASE_ROWS, ...many]).fails(1)
    expect(stdout).toContain('### Refused')
    expect(stdout).toContain('its account (`nobody-0`) is not in this dump')
    expect(stdout).toContain('There is more: `--report FILE` writes all of it as JSON.')
    expect(stdout.length).toBeLessThan(65_000)
  })
})

describe('--pr', () => {
  /** A checkout whose configuration an import has made. */
  async function checkout(): Promise<{ readonly place: GitHubPlace; readonly env: Record<string, string> }> {
    const place = await GitHubPlace.create()
    onTestFinished(() => place.remove())
    for (const path of ['config/accounts/acme.yaml', 'config/accounts/old.yaml']) rmSync(join(place.work, path))
    const env = { ...place.env, GITHUB_TOKEN: TOKEN, GITHUB_API_URL: place.github.api }
    place.write('dump.json', JSON.stringify(rows(0.5)))
    const made = await tenfold(['import', 'dump.json'], place.work, env)
    expect(made.code, made.stdout + made.stderr).toBe(0)
    await git(place.work, 'add', '-A')
    await git(place.work, 'commit', '-q', '-m', 'Move in')
    await git(place.work, 'push', '-q', place.folder, 'main')
    return { place, env }
  }

  test('one commit on a branch, the report as the text, and the working tree as it was', async () => {
    const { place, env } = await checkout()
    place.write(
      'dump.json',
      JSON.stringify(rows(0.9, account(3, 'gamma')).filter((one) => one.pk !== 2 || one.model !== 'auth.account')),
    )
    const before = treeOf(place.work)
    const ran = await tenfold(['import', 'dump.json', '--pr', '--delete-gone'], place.work, env)
    expect(ran.code, ran.stdout + ran.stderr).toBe(0)
    expect(treeOf(place.work)).toEqual(before)
    expect((await git(place.work, 'status', '--porcelain')).stdout).toBe(' M dump.json\n')
    const [branch = ''] = (await place.branches()).filter((name) => name !== 'main')
    expect(await place.at('log', '--format=%s', `main..${branch}`)).toBe('Import 9 rows of dump.json\n')
    expect((await place.at('diff', '--name-status', `main...${branch}`)).split('\n').sort()).toEqual([
      '',
      'A\tconfig/accounts/ga/gamma.yaml',
      'D\tconfig/accounts/be/beta.yaml',
      'M\tconfig/.import.json',
      'M\tconfig/accounts/ac/acme.yaml',
    ])
    expect(place.state.pulls).toMatchObject([{ base: 'main', title: 'Import 9 rows of dump.json', state: 'open' }])
    const [pull] = place.state.pulls
    expect(pull?.body).toContain('## Import: 9 rows')
    expect(pull?.body).toContain('| `auth.account` | 2 | 2 | 0 | 0 | 0 |')
    expect(ran.stdout).toContain('## Import: 9 rows')
  })

  test('nothing changed: nothing is proposed; refused: neither', async () => {
    const { place, env } = await checkout()
    const ran = await tenfold(['import', 'dump.json', '--pr'], place.work, env)
    expect(ran.code, ran.stdout + ran.stderr).toBe(0)
    place.write('dump.json', JSON.stringify(rows('hot')))
    expect(await tenfold(['import', 'dump.json', '--pr'], place.work, env)).toMatchObject({ code: 1 })
    expect(await place.branches()).toEqual(['main'])
    expect(place.state.pulls).toEqual([])
  })
})
