/** 接警席 — listens at one desk through the product's own live client, and notes when each report came. */
import { openLive } from '../../kit/client/live.ts'
import { isRefusal } from '../../kit/pure/refuse.ts'
import { queue } from '../../modules/desk/desk.api.ts'
import { callerAt, socketTo, wallClock } from '../../town/town.server.ts'
import { machineMs } from './moment.ts'

export type Heard = {
  readonly ids: readonly string[]
  readonly atMs: Float64Array
  /** How often it had missed too much and fetched the queue instead. */
  readonly gaps: number
}

const [base = '', token = '', desk = ''] = process.argv.slice(2)
const call = callerAt(base, token)
let seen = new Map<string, number>()
let gaps = -1 // a new client fetches once in any case

const note = (report: string, atMs: number) => {
  if (!seen.has(report)) seen.set(report, atMs)
}
async function fetchQueue(): Promise<void> {
  gaps += 1
  const rows = await call(queue, { params: { desk } })
  if (isRefusal(rows)) throw new Error(`the queue was refused: ${rows.refused}`)
  const atMs = machineMs()
  for (const { report } of rows) note(report, atMs)
}

let isReady = false
openLive(
  { open: socketTo(base), timers: wallClock, token: () => token, topics: [`desk:${desk}`] },
  {
    event({ type, data }) {
      if (type === 'report.delivered') note((data as { report: string }).report, machineMs())
    },
    refetch: () => void fetchQueue(),
    state(state) {
      if (state === 'live' && !isReady) process.send?.('ready')
      isReady ||= state === 'live'
    },
  },
)

process.on('disconnect', () => process.exit())
process.on('message', () => {
  process.send?.({ ids: [...seen.keys()], atMs: Float64Array.from(seen.values()), gaps } satisfies Heard)
  seen = new Map()
  gaps = 0
})
