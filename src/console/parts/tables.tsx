import type { ComponentChildren, VNode } from 'preact'
import { WORDS } from '../words.ts'

interface TableProps {
  /** What the table is about, for whoever does not see it. */
  readonly caption: string
  readonly head: readonly string[]
  readonly rows: readonly (readonly ComponentChildren[])[]
}

/** A table whose first cell of each row is its name. It scrolls by itself where it is too wide. */
export function Table({ caption, head, rows }: TableProps): VNode {
  if (rows.length === 0) return <p class="none">{WORDS.none}</p>
  return (
    <div class="scroll" role="region" aria-label={caption} tabindex={0}>
      <table>
        <caption class="hidden">{caption}</caption>
        <thead>
          <tr>
            {head.map((name) => (
              <th scope="col">{name}</th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map(([first, ...others]) => (
            <tr>
              <th scope="row">{first}</th>
              {others.map((cell) => (
                <td>{cell}</td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  )
}

/** Names with their values. */
export function Facts({
  facts,
}: {
  readonly facts: readonly (readonly [name: string, value: ComponentChildren])[]
}): VNode {
  return (
    <dl class="facts">
      {facts.map(([name, value]) => (
        <div>
          <dt>{name}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  )
}

/** The most items of a list that a page has: no list of 100,000 goes into one. */
export const LONGEST_LIST = 40

interface CutListProps<T> {
  readonly items: readonly T[]
  readonly item: (item: T) => ComponentChildren
  /** Where the others are. */
  readonly rest?: string
}

/** A list, cut, with how many more there are. */
export function CutList<T>({ items, item, rest }: CutListProps<T>): VNode {
  if (items.length === 0) return <p class="none">{WORDS.none}</p>
  const more = items.length - LONGEST_LIST
  return (
    <ul class="list">
      {items.slice(0, LONGEST_LIST).map((one) => (
        <li>{item(one)}</li>
      ))}
      {more > 0 && (
        <li class="more">{rest === undefined ? WORDS.more(more) : <a href={rest}>{WORDS.more(more)}</a>}</li>
      )}
    </ul>
  )
}

/** A note with a role that is read aloud where it matters. */
export function Note({
  is,
  children,
}: {
  readonly is: 'error' | 'warning' | 'info'
  readonly children: ComponentChildren
}): VNode {
  return (
    <div class={`note ${is}`} role={is === 'info' ? 'note' : 'status'}>
      {children}
    </div>
  )
}
