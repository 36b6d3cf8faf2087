import { useState } from 'react'
import { Button } from '@open110/ui/button'
import { Reason } from '@open110/ui/reason'
import { returnReasons, type ReturnReason } from '@open110/modules/dispatch'
import { say } from './words.ts'

/** 退单 — one press on the reason; only `other` needs words. Until the desk grants it the slip stays this unit's. */
export function Return(given: {
  reasons?: readonly ReturnReason[]
  question: string
  onReturn: (returnReason: ReturnReason, reason: string) => void
  onCancel: () => void
}) {
  const [isOther, setIsOther] = useState(false)
  if (isOther) {
    return (
      <div className="sheet">
        <Reason
          question={given.question}
          confirm={say('slip.move.ask-return')}
          cancel={say('action.cancel')}
          onCancel={given.onCancel}
          onConfirm={(reason) => given.onReturn('other', reason)}
        />
      </div>
    )
  }
  return (
    <div className="sheet" role="group" aria-label={given.question}>
      <p>{given.question}</p>
      {(given.reasons ?? returnReasons).map((code) => (
        <Button
          key={code}
          onPress={() => {
            if (code === 'other') setIsOther(true)
            else given.onReturn(code, say(`field.return.${code}`))
          }}
        >
          {say(`field.return.${code}`)}
        </Button>
      ))}
      <Button kind="quiet" onPress={given.onCancel}>
        {say('action.cancel')}
      </Button>
    </div>
  )
}
