import account from '../../schemas/account.schema.json' with { type: 'json' }
import functions from '../../schemas/functions.schema.json' with { type: 'json' }
import models from '../../schemas/models.schema.json' with { type: 'json' }
import plans from '../../schemas/plans.schema.json' with { type: 'json' }
import profile from '../../schemas/profile.schema.json' with { type: 'json' }
import prompt from '../../schemas/prompt.schema.json' with { type: 'json' }
import settings from '../../schemas/settings.schema.json' with { type: 'json' }
import strategy from '../../schemas/strategy.schema.json' with { type: 'json' }
import tenfold from '../../schemas/tenfold.schema.json' with { type: 'json' }
import type { FileKind } from './file-layout.ts'

/** The schemas in `schemas/`, one per kind of file: every configuration is checked against the program's own. */
export const schemas: Readonly<Record<FileKind, object>> = {
  account,
  functions,
  models,
  plans,
  profile,
  prompt,
  settings,
  strategy,
  tenfold,
}
