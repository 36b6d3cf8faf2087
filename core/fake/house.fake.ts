import type { Transport } from '@open110/kit/client/call'
import type { OpenSocket } from '@open110/kit/client/live'
import type { Upload } from '../outbox.ts'

/** Questions, as against what somebody sent. */
export const waiting: readonly string[] = ['report.list', 'report.get', 'attachment.list', 'message.mark']

type Row = { id: string; words: string | undefined; mode: string; steps: string[] }
type Answer = { status: number; text: string; retryAfterSeconds?: number }

const at = '2026-11-21T19:11:00.000Z'

/** The whole server as a phone sees it: requests in text, a live line, uploads. */
export function fakeHouse(answerOf: (name: string) => Answer | 'lost' | undefined = () => undefined) {
  const line = { isUp: true }
  const heard: string[] = []
  /** Every request as it left the phone. */
  const sent: Parameters<Transport>[0][] = []
  const rows = new Map<string, Row>()
  const byKey = new Map<string, Answer>()
  const sockets = new Set<Parameters<OpenSocket>[0]>()
  const attachments: { id: string; report: string; sha256: string }[] = []
  let head = 10
  let serial = 0

  const nameOf = (method: string, path: string) => {
    const [, , , room, , part] = path.split('/')
    if (room === 'sessions') return 'session.open'
    if (part === 'supplements') return 'report.supplement'
    if (part === 'attachments') return 'attachment.list'
    if (part?.startsWith('messages')) return path.endsWith('messages') ? 'message.send' : 'message.mark'
    if (method === 'POST') return part ? 'message.mark' : 'report.send'
    return path.endsWith('reports') ? 'report.list' : 'report.get'
  }
  const view = ({ id, mode, words, steps }: Row) => ({
    id,
    mode,
    words,
    receiptCode: 'R1',
    state: steps.at(-1),
    deliveredAt: at,
    desk: { id: 'lishui', name: '丽水市公安局' },
    ladder: steps.map((step) => ({ step, at })),
    messages: [],
    attachments: [],
    unread: 0,
    fallbackAfterSeconds: 30,
  })
  const work = (name: string, path: string, body: Record<string, unknown>): unknown => {
    const report = path.split('/')[4] ?? ''
    switch (name) {
      case 'session.open':
        return { token: `token-${++serial}`, citizen: { id: 'ct_1' } }
      case 'report.send': {
        const id = `rp_${++serial}`
        const mode = body['mode'] as string
        rows.set(id, { id, mode, words: body['words'] as string | undefined, steps: ['delivered'] })
        return {
          id,
          receiptCode: 'R1',
          state: 'delivered',
          deliveredAt: at,
          desk: null,
          fallbackAfterSeconds: 30,
        }
      }
      case 'report.list':
        return [...rows.values()].map(view)
      case 'report.get':
        return view(rows.get(report)!)
      case 'attachment.list':
        return attachments.filter((each) => each.report === report)
      default:
        return { id: `x_${++serial}`, seq: serial, at }
    }
  }

  const transport: Transport = async (request) => {
    await Promise.resolve()
    if (!line.isUp) throw new Error('no network')
    const path = request.url.replace(/^https?:\/\/[^/]+/, '').replace(/\?.*/, '')
    const name = nameOf(request.method, path)
    heard.push(name)
    sent.push(request)
    const told = answerOf(name)
    if (told === 'lost') throw new Error('connection reset')
    if (told) return told
    const key = request.headers['idempotency-key']
    const before = key === undefined ? undefined : byKey.get(key)
    if (before) return before
    const body = JSON.parse(request.body ?? '{}') as Record<string, unknown>
    const answer = { status: 200, text: JSON.stringify(work(name, path, body)) }
    if (key !== undefined) byKey.set(key, answer)
    return answer
  }
  const open: OpenSocket = (on) => {
    heard.push('live')
    const isUp = line.isUp && answerOf('live') === undefined
    sockets.add(on)
    void Promise.resolve().then(() => (isUp ? (on.open(), say(on, { head })) : on.close()))
    return { send: () => {}, close: () => sockets.delete(on) }
  }
  const say = (on: Parameters<OpenSocket>[0], frame: object) => on.message(JSON.stringify(frame))
  const upload: Upload = async ({ report, file, progress, keepUrl }) => {
    heard.push('upload')
    await keepUrl('/uploads/1')
    progress(file.bytes)
    const id = `ev_${++serial}`
    attachments.push({ id, report, sha256: file.sha256 ?? '' })
    return { attachment: id }
  }
  return {
    line,
    heard,
    sent,
    rows,
    transport,
    open,
    upload,
    beat: () => sockets.forEach((on) => say(on, { head })),
    /** Every live line breaks off. */
    drop: () => [...sockets].forEach((on) => (sockets.delete(on), on.close())),
    /** A person at the desk has opened it. */
    receive(id: string) {
      rows.get(id)!.steps.push('received')
      head += 1
      for (const on of sockets) say(on, { cursor: head, type: 'report.received', at, data: { report: id } })
    },
  }
}
