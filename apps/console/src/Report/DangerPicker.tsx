import { dangers, type Danger } from '@open110/modules/incident'
import { useDesk } from '../Desk/desk.tsx'

/** 危险要素 — pressed ones are what a unit will read before it opens a door. */
export function DangerPicker({
  value,
  onChange,
}: {
  value: readonly Danger[]
  onChange: (value: Danger[]) => void
}) {
  const { say } = useDesk()
  return (
    <div role="group" aria-label={say('console.dangers')} className="dangers">
      {dangers.map((danger) => {
        const isOn = value.includes(danger)
        return (
          <button
            key={danger}
            type="button"
            className="button danger-chip"
            aria-pressed={isOn}
            onClick={() => onChange(isOn ? value.filter((other) => other !== danger) : [...value, danger])}
          >
            {say(`danger.${danger}`)}
          </button>
        )
      })}
    </div>
  )
}
