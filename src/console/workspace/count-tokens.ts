/**
 * Estimates how many tokens a text has, by the encoding of OpenAI's newer models (o200k_base): other vendors' models
 * count a little differently.
 */
export async function countTokens(text: string): Promise<number> {
  const { countTokens: count } = await import('gpt-tokenizer/encoding/o200k_base')
  return count(text)
}
