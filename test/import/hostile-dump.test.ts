import { mkdirSync, symlinkSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { ImportPlace } from './dump.ts'

describe.skipIf(process.platform === 'win32')('links among the dotfiles, which a listing leaves out', () => {
  test.each(['.import.unfinished', '.import.json'])('%s', async (name) => {
    const place = new ImportPlace()
    mkdirSync(join(place.folder, 'config'))
    place.write('precious', '{"entries":[],"files":[]}')
    symlinkSync(join(place.folder, 'precious'), join(place.folder, 'config', name))
    const { stderr } = await place.fails(2)
    expect(stderr).toContain(`config/${name} is not a regular file`)
    expect(place.read('precious')).toBe('{"entries":[],"files":[]}')
  })
})
