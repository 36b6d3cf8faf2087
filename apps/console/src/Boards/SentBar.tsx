import { useDesk, useRoom } from '../Desk/desk.tsx'
import type { Sending } from './sending.ts'
import { useBoard } from './useBoard.ts'

/** 刚下达 — who was sent, and taking it back as long as nobody has signed. */
export function SentBar({ sending }: { sending: Sending }) {
  const { say } = useDesk()
  const ofOpen = useRoom((room) => room.slips)
  const board = useBoard('slips').value
  if (sending.sent.length === 0) return null
  const isUnsigned = sending.sent.some(({ id, state }) => {
    const now = ofOpen?.find((slip) => slip.id === id) ?? board?.find(({ slip }) => slip.id === id)?.slip
    return (now?.state ?? state) === 'issued'
  })
  return (
    <span className="sent-bar" role="status">
      {say('console.issued-to', { units: sending.sent.map(({ unitName }) => unitName).join('、') })}
      {isUnsigned ? (
        <button
          type="button"
          className="button"
          disabled={sending.isBusy}
          onClick={() => void sending.takeBack()}
        >
          {say('console.take-back')}
        </button>
      ) : null}
    </span>
  )
}
