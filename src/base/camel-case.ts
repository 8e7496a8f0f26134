/** Converts a field's name in the files to its TypeScript spelling: `max_tokens` becomes `maxTokens`. */
export function camelCase(field: string): string {
  return field.replace(/_([a-z])/g, (_, letter: string) => letter.toUpperCase())
}
