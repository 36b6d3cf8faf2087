import type { MouseEvent, ReactNode } from 'react'
import { go } from '../app/path.ts'

/** A link inside this client: a real address that opens without loading the page anew. */
export function A(props: {
  to: string
  className?: string
  label?: string
  onGo?: () => void
  children: ReactNode
}) {
  const { to, className, label, onGo, children } = props
  const follow = (event: MouseEvent) => {
    if (event.metaKey || event.ctrlKey || event.shiftKey || event.button !== 0) return
    event.preventDefault()
    if (onGo) onGo()
    else go(to)
  }
  return (
    <a href={to} className={className} aria-label={label} onClick={follow}>
      {children}
    </a>
  )
}
