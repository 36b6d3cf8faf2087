import type { Call } from '@open110/kit/client/call'
import { isRefusal, type Refusal } from '@open110/kit/refuse'
import type { Receipt } from '@open110/modules/report'
import { list as attachments } from '@open110/modules/evidence/api'
import { askWithdraw, send, supplement } from '@open110/modules/report/api'
import { sendMessage } from '@open110/modules/thread/api'
import type { Item } from './item.ts'

/** Sends one text item with the key it was born with. Throws `Unanswered` when nothing is known of the outcome. */
export async function post(
  call: Call,
  item: Item,
  report: string | undefined,
  isRepeat = false,
): Promise<Receipt | Refusal | 'done'> {
  const { parcel, key } = item
  const params = { report: report ?? '' }
  switch (parcel.kind) {
    case 'report':
      return call(send, { body: parcel.body, key, isRepeat })
    case 'supplement':
      return doneOr(await call(supplement, { params, body: parcel.body, key, isRepeat }))
    case 'message':
      return doneOr(
        await call(sendMessage, { params, body: { ...parcel.body, clientId: item.id }, key, isRepeat }),
      )
    case 'withdrawal': {
      const body = { ...parcel.body, madeAt: item.madeAt }
      const answer = await call(askWithdraw, { params, body, key, isRepeat })
      // Nobody is told why it was not taken: that would be a difference on the screen (CI40).
      return isRefusal(answer) && answer.refused === 'session.signed-out' ? answer : 'done'
    }
    case 'attachment':
      throw new Error('an attachment is uploaded, not posted')
  }
}

/** The attachment with these bytes, if the server already has it: an upload may have ended unheard. */
export async function attachmentWith(
  call: Call,
  report: string,
  sha256: string | undefined,
): Promise<string | Refusal | undefined> {
  if (sha256 === undefined) return undefined
  const found = await call(attachments, { params: { report } })
  return isRefusal(found) ? found : found.find((attachment) => attachment.sha256 === sha256)?.id
}

function doneOr(answer: unknown): Refusal | 'done' {
  return isRefusal(answer) ? answer : 'done'
}
