import { Unanswered, type Call } from '@open110/kit/client/call'
import { refuse } from '@open110/kit/refuse'

/** What the line does to one request: the answer comes, or is lost on either side of the server's work. */
export type Fate = 'ok' | 'lost-before' | 'lost-after' | 'fault' | 'busy'

type Sent = { body?: unknown; key?: string; params?: { report?: string } }
type Kept = { key: string; body: string; answer: unknown; name: string; report: string | undefined }

/** A server that keeps by key what it is sent, as the contract promises, on a line that a script breaks. */
export function fakePolice(
  fateOf: (name: string) => Fate = () => 'ok',
  /** How long the line takes with it; it may also break off. */
  carry: (name: string) => Promise<unknown> = () => Promise.resolve(),
) {
  const kept: Kept[] = []
  const uploads = new Map<string, { bytes: number; sha256: string; report: string; isDone: boolean }>()
  const attachments: { id: string; report: string; sha256: string }[] = []
  const log: string[] = []
  const sessions = new Set<string>()
  let serial = 0
  let refusing: string | undefined

  const through = async <T>(name: string, work: () => T): Promise<T> => {
    const fate = fateOf(name)
    await carry(name)
    if (fate === 'lost-before') throw new Unanswered('line lost')
    if (fate === 'fault') throw new Unanswered('fault', { status: 500 })
    if (fate === 'busy') throw new Unanswered('busy', { status: 503, retryAfterSeconds: 7 })
    const answer = work()
    if (fate === 'lost-after') throw new Unanswered('line lost')
    return answer
  }
  const call = (async (contract: { name: string }, sent: Sent = {}) =>
    through(contract.name, () => {
      const { body, key, params } = sent
      if (contract.name === 'session.open') {
        const token = `token-${++serial}`
        sessions.add(token)
        return { token, citizen: { id: `ct_${serial}` } }
      }
      if (contract.name === 'attachment.list')
        return attachments.filter((each) => each.report === params?.report)
      if (refusing && contract.name !== 'report.send') return refuse(refusing)
      const before = kept.find((each) => each.key === key)
      const text = JSON.stringify(body)
      if (before && before.body !== text) return refuse('idempotency.key-reused')
      if (before) return before.answer
      log.push(contract.name)
      const answer =
        contract.name === 'report.send'
          ? {
              id: `rp_${++serial}`,
              receiptCode: `R${serial}`,
              state: 'delivered',
              deliveredAt: '2026-11-21T19:11:00.000Z',
              desk: null,
              fallbackAfterSeconds: 30,
            }
          : { id: `x_${++serial}`, seq: serial, at: '2026-11-21T19:11:00.000Z' }
      kept.push({ key: key ?? '', body: text, answer, name: contract.name, report: params?.report })
      return answer
    })) as Call

  /** tus in small: created once, carried in quarters, sealed when whole. */
  const upload = async (given: {
    report: string
    file: { bytes: number; sha256?: string; url?: string }
    keepUrl(url: string): Promise<void>
    progress(bytes: number): void
    onStop(stop: () => void): void
  }) => {
    let isStopped = false
    given.onStop(() => (isStopped = true))
    let url = given.file.url
    if (!url || !uploads.has(url)) {
      url = await through('upload.create', () => {
        const made = `upload-${++serial}`
        uploads.set(made, { bytes: 0, sha256: given.file.sha256 ?? '', report: given.report, isDone: false })
        return made
      })
      await given.keepUrl(url)
    }
    const at = uploads.get(url)!
    while (!at.isDone) {
      if (isStopped) throw new Unanswered('paused')
      await through('upload.patch', () => {
        at.bytes = Math.min(given.file.bytes, at.bytes + given.file.bytes / 4)
        log.push(`patch ${at.bytes}`)
        if (at.bytes < given.file.bytes) return
        at.isDone = true
        uploads.delete(url) // as tus servers do: what is sealed is no upload any more
        attachments.push({ id: `ev_${++serial}`, report: at.report, sha256: at.sha256 })
        log.push('attachment')
      })
      given.progress(at.bytes)
    }
    return {}
  }
  return {
    call,
    upload,
    kept,
    log,
    attachments,
    uploads,
    sessions,
    refuse: (code?: string) => (refusing = code),
  }
}
