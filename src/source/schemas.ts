import account from '../../schemas/account.schema.json' with { type: 'json' }
import functions from '../../schemas/functions.schema.json' with { type: 'json' }
import models from '../../schemas/models.schema.json' with { type: 'json' }
import plans from '../../schemas/plans.schema.json' with { type: 'json' }
import profile from '../../schemas/profile.schema.json' with { type: 'json' }
import prompt from '../../schemas/prompt.schema.json' with { type: 'json' }
import settings from '../../schemas/settings.schema.json' with { type: 'json' }
import strategy from '../../schemas/strategy.schema.json' with { type: 'json' }
import tenfold from '../../schemas/tenfold.schema.json' with { type: 'json' }
import type { FileKind } from './layout.ts'

/** The schemas that stand in `schemas/`, one a kind of file: the program's own judge every configuration. */
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
