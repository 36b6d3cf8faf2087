import { useDesk } from '../Desk/desk.tsx'

const levels = [1, 2, 3, 4] as const
const shapes = { 1: '▲', 2: '◆', 3: '●', 4: '○' } as const

/** 级别 — four buttons, the keys 1 to 4. A level that only follows from the category is drawn as such. */
export function LevelPicker({
  value,
  isAssumed = false,
  onChoose,
}: {
  value: number | undefined
  isAssumed?: boolean
  onChoose: (level: number) => void
}) {
  const { say } = useDesk()
  return (
    <div role="group" aria-label={say('console.level')} className="levels">
      {levels.map((level) => (
        <button
          key={level}
          type="button"
          className="button level"
          data-level={level}
          data-assumed={(isAssumed && level === value) || undefined}
          title={isAssumed && level === value ? say('console.level-assumed') : undefined}
          aria-pressed={level === value}
          onClick={() => onChoose(level)}
        >
          <span aria-hidden="true">{shapes[level]}</span>
          {say(`level.${level}`)}
          <kbd className="key">{level}</kbd>
        </button>
      ))}
    </div>
  )
}
