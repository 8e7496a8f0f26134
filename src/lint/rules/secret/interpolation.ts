import { type Path, type SourceFile, walk } from '../../../source/source-nodes.ts'
import { defineRule } from '../../rule.ts'

const SCHEME = /^\s*(?:file|env):/i
/** A target is a URL whose scheme may be `file:`. */
const SCHEME_OF_TARGET = /^\s*env:/i

export const interpolation = defineRule({
  id: 'secret/interpolation',
  severity: 'error',
  summary: '`${…}`, `file:` and `env:` values, except in prompt texts: nothing is read from elsewhere',
  file({ file }, report) {
    if (file.root === undefined) return
    for (const { node, path } of walk(file.root)) {
      if (node.is !== 'scalar' || typeof node.value !== 'string') continue
      const scheme = file.kind === 'tenfold' && path[0] === 'targets' ? SCHEME_OF_TARGET : SCHEME
      if (!scheme.test(node.value) && !hasReference(node.value)) continue
      if (isPromptText(file, path)) continue
      report({
        at: { file: file.path, span: node },
        message: 'this value asks to be read from elsewhere, and nothing here is',
        help: 'write the value itself; an API key is named by `api_key: { secret: NAME }` in settings.yaml alone',
      })
    }
  },
})

/** Whether a text has `${…}`, without a pattern, which would search for the end from every beginning. */
function hasReference(text: string): boolean {
  const start = text.indexOf('${')
  return start >= 0 && text.includes('}', start)
}

function isPromptText(file: SourceFile, path: Path): boolean {
  if (file.kind === 'prompt') return path.length === 1 && path[0] === 'value'
  const [section, , field] = path
  return file.kind === 'account' && section === 'prompts' && (field === 'value' || field === 'default')
}
