import { type ComponentChildren, type VNode, createContext } from 'preact'
import { useContext } from 'preact/hooks'

/** Whether the console writes at all: one that is read-only has no forms that would be refused. */
export const MayWrite = createContext(true)

interface PostFormProps {
  readonly action: string
  readonly children: ComponentChildren
  readonly class?: string
  readonly id?: string
  /** Whether the script keeps each field as it is changed. */
  readonly 'data-keep'?: boolean
}

/** A form that changes something. */
export function PostForm({ children, ...attributes }: PostFormProps): VNode | null {
  if (!useContext(MayWrite)) return null
  return (
    <form method="post" {...attributes}>
      {children}
    </form>
  )
}

/** What only leads to such a form. */
export function ToForm({ children }: { readonly children: ComponentChildren }): VNode | null {
  return useContext(MayWrite) ? <>{children}</> : null
}
