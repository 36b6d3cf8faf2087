import './priority.css'

/** Colour, shape and letter say the same, so that any two may be missing (design: 色彩). */
const shapes = ['▲', '◆', '●', '○', '▫'] as const

/** 级别标记 — `P1 ▲ 特急`. Levels outside 1 to 5 are drawn as the nearest one. */
export function Priority(given: { level: number; words?: string; isLarge?: boolean }) {
  const level = Math.min(5, Math.max(1, Math.round(given.level)))
  return (
    <span className={`ui-priority ui-priority-${level}`} data-large={given.isLarge || undefined}>
      <span>P{level}</span>
      <span aria-hidden="true">{shapes[level - 1]}</span>
      {given.words ? <span>{given.words}</span> : undefined}
    </span>
  )
}
