import type { Diagnostic, Report } from '../../src/source/diagnostic-types.ts'

/** The error that rules.md shows. */
export const denied: Diagnostic = {
  rule: 'plan/model-not-allowed',
  severity: 'error',
  message: 'plan "starter" may not use model "gpt-5.2"',
  file: 'config/accounts/acme.yaml',
  line: 7,
  column: 12,
  end_line: 7,
  end_column: 19,
  excerpt: '    model: gpt-5.2',
  help: 'use gpt-4o, or move the account to growth',
  related: [
    {
      file: 'config/plans.yaml',
      line: 9,
      column: 16,
      end_line: 9,
      end_column: 24,
      excerpt: '      models: [gpt-4o]',
      message: 'the rule',
    },
  ],
}

export const unused: Diagnostic = {
  rule: 'ref/unused',
  severity: 'warning',
  message: 'no function uses the prompt type "outline"',
  file: 'config/prompts/outline.yaml',
  line: 120,
  column: 1,
  end_line: 122,
  end_column: 4,
  excerpt: 'outline: |',
  help: '',
  related: [],
}

/** Every text in it tries to be more than text. */
export const hostile: Diagnostic = {
  rule: 'ref/unknown',
  severity: 'error',
  message:
    'no model "\u001b[31m\n::error::forged\r\n##[add-mask]x ' + "]]><b a='1'>&\u202e [x](https://evil.test) 100%\"",
  file: 'config/accounts/a:b,c d\n#?%é.yaml',
  line: 3,
  column: 10,
  end_line: 3,
  end_column: 14,
  excerpt: 'model: "\u001b[2J\u202e"',
  help: 'half \ud800 a pair, \u009b a C1, \u0000 a NUL',
  related: [{ ...unused, file: '../other\u001b.yaml', message: '::error::forged\n::error::again' }],
}

export const clean: Report = { diagnostics: [], files: 120 }
export const both: Report = { diagnostics: [denied, unused], files: 120 }

export function many(n: number): Report {
  const lines = Array.from({ length: n }, (_, i) => i + 1)
  return { diagnostics: lines.map((line) => ({ ...denied, line, end_line: line, related: [] })), files: 1 }
}

/** One error on a line of a file, pointing at `target` in it. */
export function pointing(excerpt: string, target: string): Diagnostic {
  const column = excerpt.indexOf(target) + 1
  return { ...denied, excerpt, column, end_column: column + target.length, related: [], help: '' }
}
