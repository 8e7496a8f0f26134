/*
 * The editor of a prompt's text, loaded where somebody asks for it. It takes the place of the plain area, which keeps the
 * text: whatever goes wrong here, the form is sent as without it.
 */
import {
  type Completion,
  type CompletionContext,
  type CompletionResult,
  autocompletion,
  completionKeymap,
} from '@codemirror/autocomplete'
import { defaultKeymap, history, historyKeymap } from '@codemirror/commands'
import { unifiedMergeView } from '@codemirror/merge'
import { Compartment, EditorState, type Extension } from '@codemirror/state'
import {
  Decoration,
  type DecorationSet,
  EditorView,
  MatchDecorator,
  ViewPlugin,
  type ViewUpdate,
  highlightSpecialChars,
  keymap,
  lineNumbers,
} from '@codemirror/view'

interface Variable {
  readonly label: string
  readonly detail: string
  readonly info: string
}

function openIn(place: HTMLElement): void {
  const area = place.querySelector('textarea')
  if (area !== null && place.querySelector('.cm-editor') === null) openEditor(place, area)
}

function variablesIn(text: string): Variable[] {
  const all: unknown = JSON.parse(text)
  if (!Array.isArray(all)) return []
  return all.flatMap((one: unknown): Variable[] => {
    if (typeof one !== 'object' || one === null) return []
    const { label, detail, info } = { label: '', detail: '', info: '', ...one }
    return [{ label, detail, info }]
  })
}

/** Puts an editor into the place of a text area. */
function openEditor(place: HTMLElement, area: HTMLTextAreaElement): void {
  const variables = variablesIn(place.dataset['variables'] ?? '[]')
  const compared = new Compartment()
  const view = new EditorView({
    state: EditorState.create({
      doc: area.value,
      extensions: [
        EditorView.cspNonce.of(document.querySelector<HTMLMetaElement>('meta[name=style-nonce]')?.content ?? ''),
        lineNumbers(),
        history(),
        highlightSpecialChars(),
        EditorView.lineWrapping,
        THEME,
        highlighted(variables),
        autocompletion({ override: [(context) => completed(context, variables)] }),
        // Tab leaves the editor: whoever works by keyboard is not kept in it (WCAG 2.1.2).
        keymap.of([...completionKeymap, ...historyKeymap, ...defaultKeymap]),
        EditorView.contentAttributes.of({
          'aria-label': labelOf(area),
          'aria-describedby': area.getAttribute('aria-describedby') ?? '',
        }),
        EditorView.updateListener.of((update) => {
          if (update.docChanged) area.value = update.state.doc.toString()
        }),
        compared.of([]),
      ],
    }),
  })
  view.contentDOM.addEventListener('blur', () => area.dispatchEvent(new Event('change', { bubbles: true })))
  area.hidden = true
  area.after(
    choices(place, (original) => view.dispatch({ effects: compared.reconfigure(merged(original)) })),
    view.dom,
  )
  view.focus()
}

function labelOf(area: HTMLTextAreaElement): string {
  return area.labels[0]?.textContent ?? ''
}

/** Colours for both schemes come from the page's own sheet. */
const THEME = EditorView.theme({
  '&': { border: '1px solid var(--quiet)', borderRadius: '0.4rem', maxHeight: '36rem' },
  '&.cm-focused': { outline: '3px solid var(--link)', outlineOffset: '2px' },
  '.cm-scroller': { fontFamily: 'ui-monospace, monospace', lineHeight: '1.5' },
  '.cm-gutters': { backgroundColor: 'var(--raised)', color: 'var(--quiet)', border: 'none' },
  '.cm-content': { caretColor: 'var(--text)' },
  '.cm-cursor': { borderLeftColor: 'var(--text)' },
  '.cm-variable': { color: 'var(--link)', fontWeight: '600' },
  '.cm-tooltip': { backgroundColor: 'var(--raised)', color: 'var(--text)', border: '1px solid var(--quiet)' },
  '.cm-tooltip-autocomplete ul li[aria-selected]': { backgroundColor: 'var(--mark)', color: 'var(--text)' },
  '.cm-changedLine': { backgroundColor: 'var(--mark)' },
  '.cm-deletedChunk': { backgroundColor: 'var(--raised)' },
  // Named like theirs, whose white on green is too faint to be read.
  '.cm-chunkButtons button[name=accept], .cm-chunkButtons button[name=reject]': {
    color: 'var(--ground)',
    backgroundColor: 'var(--link)',
    border: 'none',
    minHeight: '1.5rem',
  },
})

function highlighted(variables: readonly Variable[]): Extension {
  if (variables.length === 0) return []
  const labels = variables.map(({ label }) => label.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&'))
  const matcher = new MatchDecorator({
    regexp: new RegExp(labels.join('|'), 'g'),
    decoration: Decoration.mark({ class: 'cm-variable' }),
  })
  return ViewPlugin.fromClass(
    class {
      decorations: DecorationSet

      constructor(view: EditorView) {
        this.decorations = matcher.createDeco(view)
      }

      update(update: ViewUpdate): void {
        this.decorations = matcher.updateDeco(update, this.decorations)
      }
    },
    { decorations: (plugin) => plugin.decorations },
  )
}

function completed(context: CompletionContext, variables: readonly Variable[]): CompletionResult | null {
  const word = context.matchBefore(/[[{]{1,2}[\w.-]*|\w+/)
  if (word === null && !context.explicit) return null
  const options = variables.map(({ label, detail, info }): Completion => {
    return { label, detail, ...(info !== '' && { info }), type: 'variable' }
  })
  return { from: word?.from ?? context.pos, options, filter: true }
}

function merged(original: string | undefined): Extension {
  return original === undefined ? [] : unifiedMergeView({ original, mergeControls: true, gutter: true })
}

/** Buttons that show what differs from another text, and nothing. */
function choices(place: HTMLElement, show: (original: string | undefined) => void): HTMLElement {
  const group = document.createElement('div')
  group.className = 'buttons'
  group.setAttribute('role', 'group')
  for (const other of place.querySelectorAll<HTMLTextAreaElement>('textarea[data-against]')) {
    const button = document.createElement('button')
    button.type = 'button'
    button.textContent = other.dataset['against'] ?? ''
    button.setAttribute('aria-pressed', 'false')
    button.addEventListener('click', () => {
      const isOn = button.getAttribute('aria-pressed') === 'true'
      for (const one of group.querySelectorAll('button')) one.setAttribute('aria-pressed', 'false')
      button.setAttribute('aria-pressed', String(!isOn))
      show(isOn ? undefined : other.value)
    })
    group.append(button)
  }
  return group
}

// Last, when all of the above is there: the places that were asked for before, and those that are from now on.
for (const place of document.querySelectorAll<HTMLElement>('.editor[data-asked]')) openIn(place)
document.addEventListener('open-editor', ({ target }) => {
  if (target instanceof HTMLElement) openIn(target)
})
