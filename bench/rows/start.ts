import type { Row } from '../line.ts'
import { inTurns, tenfold, timed } from '../measure.ts'
import { ROOT } from '../place.ts'

/** What a person waits for every time. */
export const start: Row = {
  name: 'start',
  title: 'Start',
  async run({ sizes }) {
    // Once each, so that what follows is warm.
    await tenfold(['check', '--quiet'], ROOT)
    const seconds = await inTurns(sizes.rounds * 2, {
      nothing: () => timed(process.execPath, ['-e', '0'], ROOT),
      help: () => tenfold(['--help'], ROOT),
      check: () => tenfold(['check', '--quiet'], ROOT),
    })
    const ms = (name: 'nothing' | 'help' | 'check'): number => (seconds.get(name) ?? 0) * 1000
    const against = { what: 'node -e 0', value: ms('nothing') }
    return [
      { what: '`tenfold --help`', ours: ms('help'), unit: 'ms', against, goal: { of: 'ratio', most: 1.25 } },
      {
        what: '`tenfold check` of this repository',
        ours: ms('check'),
        unit: 'ms',
        against,
        goal: { of: 'ratio', most: 3 },
      },
    ]
  },
}
