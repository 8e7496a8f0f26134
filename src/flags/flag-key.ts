import type { SettingsQuestion } from '../sdk/evaluation.ts'

/**
 * Reads the key of a flag: `functions.NAME`, `prompts.TYPE`, `author_profiles` or `strategies`. A slash in place of the
 * first dot means the same; what comes after it is the name as it is, dots too.
 *
 * @returns undefined for a key that can be of no flag.
 */
export function parseFlagKey(key: string): SettingsQuestion | undefined {
  if (key === 'author_profiles' || key === 'strategies') return { is: key }
  const [, collection, name = ''] = /^(functions|prompts)[./]([^]+)$/.exec(key) ?? []
  if (collection === 'functions') return { is: 'function', name }
  return collection === 'prompts' ? { is: 'prompt', type: name } : undefined
}

export function flagKeyOf(question: SettingsQuestion): string {
  if (question.is === 'function') return `functions.${question.name}`
  return question.is === 'prompt' ? `prompts.${question.type}` : question.is
}
