import { PLANS } from '../../domain/settings-types.ts'
import { own } from '../../domain/plain-data.ts'
import { providersOf } from '../../domain/vocabulary.ts'
import type { PartialGlobals } from '../../source/link-files.ts'

/** Returns what may be written at a path, as far as other files say so; empty where anything may. */
export function choicesFor(key: string, path: readonly string[], known: PartialGlobals): readonly string[] {
  const { vocabulary, models = {}, prompts } = known
  const [name = '', section = ''] = [path.at(-1), path.at(-2)]
  const ofProvider = (provider: string): string[] => {
    return Object.entries(models).flatMap(([id, model]) => (model.provider === provider ? [id] : []))
  }
  switch (name) {
    case 'plan':
      return PLANS
    case 'prompts':
    case 'prompt_types':
      return Object.keys(prompts)
    case 'successor':
    case 'allow':
    case 'deny':
      return Object.keys(models)
    case 'model':
      return ofProvider(section)
    case 'provider':
      if (vocabulary === undefined) return []
      return key === 'models' ? Object.keys(vocabulary.providers) : providersOf(vocabulary, section)
    default:
      // Of a function: a model for each provider.
      return section === 'models' && key === 'functions' ? ofProvider(name) : valuesOf(section, name, known)
  }
}

/** The values that the models of a provider list for a parameter. */
function valuesOf(provider: string, parameter: string, { models = {} }: PartialGlobals): string[] {
  const listed = Object.values(models).flatMap((model) => {
    const bounds = model.provider === provider ? own(model.parameters, parameter) : undefined
    return bounds === undefined || bounds === false ? [] : (bounds.enum ?? [])
  })
  return [...new Set(listed.map(String))]
}
