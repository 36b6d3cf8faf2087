import type { Say } from '@open110/core/words/console'
import './parts.css'

const shapes: Readonly<Record<number, string>> = { 1: '▲', 2: '◆', 3: '●', 4: '○', 5: '▫' }

/** 紧急程度 — colour, shape and letter together, so that none of them is the only sign. */
export function Priority({ level, say, isSilent = false }: { level: number; say: Say; isSilent?: boolean }) {
  const known = level >= 1 && level <= 5 ? level : 5
  return (
    <span className={`priority p${known}`} data-silent={isSilent || undefined}>
      <span aria-hidden="true" className="priority-shape">
        {shapes[known]}
      </span>
      <span aria-label={say('console.priority', { level: known })}>P{known}</span>
    </span>
  )
}
