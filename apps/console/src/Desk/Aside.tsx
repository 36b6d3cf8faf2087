import { useState } from 'react'
import { Dispatch } from '../Dispatch/Dispatch.tsx'
import { isEnded } from '../Dispatch/slip.state.ts'
import { Evidence } from '../Evidence/Evidence.tsx'
import { MapView } from '../Map/MapView.tsx'
import { Person } from '../Person/Person.tsx'
import { Timeline } from '../Timeline/Timeline.tsx'
import { Tabs } from '../parts/Tabs.tsx'
import { VideoPane } from '../Video/VideoPane.tsx'
import { useDesk, useRoom, useWish } from './desk.tsx'

const names = ['units', 'evidence', 'person', 'timeline'] as const
type Name = (typeof names)[number]

/** 右区 — the map above; units, attachments, person and history below. */
export function Aside({ theme }: { theme: string }) {
  const { say } = useDesk()
  const report = useRoom((room) => room.report)
  const incident = useRoom((room) => room.incident)
  const slips = useRoom((room) => room.slips)
  const [chosen, choose] = useState<Name>('units')
  const counts: Partial<Record<Name, number>> = {
    units: (slips ?? []).filter((slip) => !isEnded(slip)).length,
    evidence: report?.attachments.length ?? 0,
  }
  return (
    <div className="aside">
      <div className="aside-map">
        <MapView theme={theme} />
      </div>
      <VideoPane />
      <Tabs
        label={say('console.aside')}
        chosen={chosen}
        onChoose={choose}
        tabs={names.map((name) => ({ name, words: say(`console.tab.${name}`), count: counts[name] ?? 0 }))}
      >
        {chosen === 'units' ? <Dispatch incident={incident} /> : <ShowUnits onAsk={() => choose('units')} />}
        {chosen === 'evidence' ? <Evidence report={report} /> : null}
        {chosen === 'person' ? <Person report={report} /> : null}
        {chosen === 'timeline' ? <Timeline report={report} incident={incident} /> : null}
      </Tabs>
    </div>
  )
}

/** While another tab covers the units, the key first brings them up, then asks them for their first button. */
function ShowUnits({ onAsk }: { onAsk: () => void }) {
  const { bus } = useDesk()
  useWish('go-units', () => {
    onAsk()
    setTimeout(() => void bus.send('go-units'), 0)
  })
  return null
}
