import { usePhone } from '../app/hooks.ts'

const answers = ['yes', 'no', 'not-now'] as const

/** 一点就答 — for whoever cannot type: what a desk asks in its own words is answered by a tap as well. */
export function Brief({ of, isQuestion }: { of: string; isQuestion: boolean }) {
  const { say, outbox, newId } = usePhone()
  // A question has its own options; that it cannot be answered now is none of them.
  const offered = isQuestion ? answers.slice(-1) : answers
  const answer = (words: string) =>
    void outbox.press([{ id: newId(), of, parcel: { kind: 'message', body: { words } } }])
  return offered.map((each) => (
    <button key={each} type="button" className="button" onClick={() => answer(say(`brief.${each}`))}>
      {say(`brief.${each}`)}
    </button>
  ))
}
