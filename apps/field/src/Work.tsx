import { useState } from 'react'
import { Camera, MessageSquare, Users } from 'lucide-react'
import { Button } from '@open110/ui/button'
import type { SlipMove } from '@open110/modules/dispatch'
import { BackupSheet } from './Backup.tsx'
import type { Duty, Extra } from './duty.state.ts'
import { EvidenceSheet } from './Evidence.tsx'
import { FeedbackForm } from './FeedbackForm.tsx'
import type { Act, Seen } from './outbox.state.ts'
import type { Parcel } from './parcels.state.ts'
import { Return } from './Return.tsx'
import { SayToDesk } from './Say.tsx'
import type { Shelf } from './shelf.ts'
import { Steps } from './Steps.tsx'
import { say } from './words.ts'
import './sheet.css'

export type EvidenceHere = {
  readonly parcels: readonly Parcel[]
  readonly isStored: boolean
  add(incident: string, file: File): void
  again(id: string): void
}

type Sheet = 'return' | 'feedback' | 'backup' | 'say' | 'evidence'
const tools = [
  { what: 'backup', icon: Users },
  { what: 'evidence', icon: Camera },
  { what: 'say', icon: MessageSquare },
] as const
/** Who has not signed has nothing to add yet, and who has reported is not there any more. */
const working: readonly string[] = ['signed', 'en-route', 'on-scene', 'scene-done']

/** 办理 — the next step under the thumb, and beside it what else an officer asks for or adds. One sheet at a time. */
export function Work(given: {
  seen: Seen
  duty: Duty
  now: number
  shelf: Shelf
  evidence: EvidenceHere
  onPress: (...acts: readonly Act[]) => void
  onStep: (name: SlipMove, extra?: Extra) => void
  onUndo: (key: string) => void
}) {
  const { seen, duty, shelf } = given
  const { slip, incident } = seen.card
  const [asked, setAsked] = useState<Sheet>()
  const shut = () => setAsked(undefined)
  const isOpen =
    asked === 'return'
      ? seen.open.includes('ask-return')
      : asked === 'feedback'
        ? seen.open.includes('report')
        : asked !== undefined
  if (!asked || !isOpen) {
    const waits = given.evidence.parcels.filter(({ state }) => state !== 'kept').length
    return (
      <Steps
        seen={seen}
        now={given.now}
        held={duty.held}
        onPress={given.onStep}
        onUndo={given.onUndo}
        onAsk={setAsked}
        tools={(back) =>
          working.includes(seen.state) || back ? (
            <div className="tools">
              {working.includes(seen.state)
                ? tools.map(({ what, icon: Icon }) => (
                    <Button key={what} onPress={() => setAsked(what)}>
                      <Icon size={20} strokeWidth={1.75} aria-hidden="true" /> {say(`field.tool.${what}`)}
                      {what === 'evidence' && waits > 0 ? ` ${waits}` : ''}
                    </Button>
                  ))
                : undefined}
              {back}
            </div>
          ) : undefined
        }
      />
    )
  }
  const sentBack = slip.feedbacks.findLast(
    ({ type, state }) => state === 'sent-back' && (type === 'final' || type === 'joint'),
  )
  return (
    <footer className="steps">
      {asked === 'feedback' ? (
        <FeedbackForm
          slip={slip.id}
          category={incident.categoryCode}
          sentBack={sentBack}
          shelf={shelf}
          onCancel={shut}
          onSubmit={(feedback) => {
            shut()
            given.onStep('report', { feedback })
          }}
        />
      ) : undefined}
      {asked === 'return' ? (
        <Return
          question={say('field.return.why')}
          onCancel={shut}
          onReturn={(returnReason, reason) => {
            shut()
            given.onStep('ask-return', { returnReason, reason })
          }}
        />
      ) : undefined}
      {asked === 'backup' ? (
        <BackupSheet
          backups={slip.backups}
          waiting={duty.presses}
          onAsk={(kind) => given.onPress({ act: 'backup', slip: slip.id, kind })}
          onClose={shut}
        />
      ) : undefined}
      {asked === 'say' ? (
        <SayToDesk
          onClose={shut}
          onSay={(words) => {
            shut()
            given.onPress({ act: 'say', slip: slip.id, words })
          }}
        />
      ) : undefined}
      {asked === 'evidence' ? (
        <EvidenceSheet
          parcels={given.evidence.parcels.filter((parcel) => parcel.incident === incident.id)}
          isStored={given.evidence.isStored}
          onFile={(file) => given.evidence.add(incident.id, file)}
          onAgain={given.evidence.again}
          onClose={shut}
        />
      ) : undefined}
    </footer>
  )
}
