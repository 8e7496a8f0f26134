/** What a browser would send of a form on a page: the first one that is sent to a path, or the one of a class or an id. */
export function fieldsOf(html: string, action: string, mark = ''): URLSearchParams {
  const forms = [...html.matchAll(/<form method="post"([^>]*)>/g)]
  const start = forms.find(([, text = '']) => text.includes(`action="${action}"`) && text.includes(mark))?.index ?? -1
  if (start < 0) throw new Error(`the page has no form for ${action}`)
  const form = html.slice(start, html.indexOf('</form>', start))
  const fields = new URLSearchParams()
  const control = /<input([^>]*)>|<textarea([^>]*)>([\s\S]*?)<\/textarea>|<select([^>]*)>([\s\S]*?)<\/select>/g
  for (const [, input, area, text = '', select, options = ''] of form.matchAll(control)) {
    const attributes = input ?? area ?? select ?? ''
    const name = attribute(attributes, 'name')
    if (name === undefined || / disabled/.test(attributes)) continue
    if (area !== undefined) fields.append(name, decoded(text.replace(/^\n/, '')).replaceAll('\n', '\r\n'))
    else if (select !== undefined) fields.append(name, chosen(options))
    else if (!/type="checkbox"/.test(attributes) || / checked/.test(attributes)) {
      fields.append(name, attribute(attributes, 'value') ?? '')
    }
  }
  return fields
}

function chosen(options: string): string {
  const all = [...options.matchAll(/<option([^>]*)>/g)].map(([, attributes = '']) => attributes)
  const one = all.find((attributes) => / selected/.test(attributes)) ?? all[0] ?? ''
  return attribute(one, 'value') ?? ''
}

function attribute(text: string, name: string): string | undefined {
  const [, value] = new RegExp(` ${name}="([^"]*)"`).exec(text) ?? []
  if (value !== undefined) return decoded(value)
  return new RegExp(` ${name}(?=[ />]|$)`).test(text) ? '' : undefined
}

export function decoded(html: string): string {
  return html
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&quot;', '"')
    .replaceAll('&#39;', "'")
    .replaceAll('&amp;', '&')
}

/** What the check says at a field of a form. */
export function problemsAt(html: string, name: string): string[] {
  const start = html.indexOf(`data-field="${name}"`)
  if (start < 0) throw new Error(`the page has no field ${name}`)
  const end = html.indexOf('data-field="', start + 1)
  const field = html.slice(start, end < 0 ? undefined : end)
  return [...field.matchAll(/<li class="(?:error|warning)">([^<]*) <code>([^<]*)</g)].map(
    ([, message = '', rule = '']) => {
      return `${rule}: ${decoded(message)}`
    },
  )
}
