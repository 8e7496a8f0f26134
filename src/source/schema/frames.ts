import account from './frames/account.json' with { type: 'json' }
import functions from './frames/functions.json' with { type: 'json' }
import models from './frames/models.json' with { type: 'json' }
import plans from './frames/plans.json' with { type: 'json' }
import profile from './frames/profile.json' with { type: 'json' }
import prompt from './frames/prompt.json' with { type: 'json' }
import providers from './frames/providers.json' with { type: 'json' }
import settings from './frames/settings.json' with { type: 'json' }
import strategy from './frames/strategy.json' with { type: 'json' }
import tenfold from './frames/tenfold.json' with { type: 'json' }
import type { FileKind } from '../file-layout.ts'

/**
 * The parts of the schemas that are the same for every configuration, one per kind of file. What follows from the
 * vocabulary is open in them.
 */
export const frames = {
  account,
  functions,
  models,
  plans,
  profile,
  prompt,
  providers,
  settings,
  strategy,
  tenfold,
} as const satisfies Readonly<Record<FileKind, object>>
