/**
 * Returns text from a configuration, with whatever a terminal would obey or hide written out.
 *
 * A configuration is written by others, and a report is read in a terminal or a build log. An escape sequence could
 * repaint our text, a bidi control could reorder it, a line break could start a line of its own, and a line with
 * `##[name]` or `##vso[name]` anywhere in it is a command to the runners of GitHub and Azure.
 */
export function visible(text: string): string {
  return text.replace(unsafe, show)
}

/** Gives the same protection inside JSON, where an escape changes the bytes but not the value. */
export function visibleJson(json: string): string {
  return json.replace(unsafeInJson, (character) => {
    let escaped = ''
    for (let i = 0; i < character.length; i++) {
      escaped += `\\u${character.charCodeAt(i).toString(16).padStart(4, '0')}`
    }
    return escaped
  })
}

/** Replaces half surrogate pairs: they have no UTF-8 form, and readers of the bytes must not have to guess. */
export function wellFormed(text: string): string {
  return text.replace(/\p{Cs}/gu, '\ufffd')
}

/**
 * Bidi controls, and invisible characters. Joiners and variation selectors are left alone: emoji and several scripts
 * are written with them.
 */
const hidden =
  '\\u00ad\\u061c\\u180e\\u200b\\u200e\\u200f\\u202a-\\u202e\\u2060-\\u206f\\ufeff\\ufff9-\\ufffb' +
  '\\u{e0000}-\\u{e007f}'

const command = '(?<=##(?:vso)?)\\['

const unsafe = new RegExp(`[\\p{Cc}\\p{Zl}\\p{Zp}\\p{Cs}${hidden}]|${command}`, 'gu')

/** JSON has escaped C0 and lone surrogates already; its own line breaks must stay. */
const unsafeInJson = new RegExp(`[\\u007f-\\u009f\\p{Zl}\\p{Zp}${hidden}]|${command}`, 'gu')

/** C0 and DEL have pictures of their own (␛ for ESC); everything else is shown by its number. */
function show(character: string): string {
  const code = character.codePointAt(0) ?? 0
  if (code < 0x20) return String.fromCodePoint(0x2400 + code)
  if (code === 0x7f) return '␡'
  const hex = code.toString(16)
  return code > 0xffff ? `\\u{${hex}}` : `\\u${hex.padStart(4, '0')}`
}
