import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll } from 'vitest'

/** Each test file is a machine of its own: its key and its caches are nobody else's, the user's least of all. */
const home = mkdtempSync(join(tmpdir(), 'tenfold-home-'))
process.env['XDG_STATE_HOME'] = join(home, 'state')
process.env['XDG_CACHE_HOME'] = join(home, 'cache')

afterAll(() => rmSync(home, { recursive: true, force: true, maxRetries: 10 }))
