import pg from 'pg'

const doorbell = 'open110_commit'
const bellName = 'open110-bell'
const askEveryMs = 1_000
const others = `select exists (select from pg_stat_activity
  where application_name = '${bellName}' and datname = current_database() and pid <> pg_backend_pid()) as has`

/** The doorbell between processes: NOTIFY on a connection of its own, outside every business transaction, coalesced. */
export function openBell(url: string, hear: () => void, onFault: (fault: unknown) => void) {
  let client: pg.Client | undefined
  let closed = false
  let waiting: NodeJS.Timeout | undefined
  let isRung = false
  let again: NodeJS.Timeout | undefined
  const connect = async () => {
    const mine = new pg.Client({
      connectionString: url,
      application_name: bellName,
      keepAlive: true,
      query_timeout: 5_000,
    })
    const retry = (fault: unknown) => {
      if (client === mine) client = undefined
      if (closed) return
      onFault(fault)
      clearTimeout(again)
      again = setTimeout(() => void connect(), 1_000)
    }
    mine.on('error', retry)
    // Its own ring comes back to it too, and this process has been told already.
    mine.on('notification', ({ processId }) => processId === processOf(mine) || hear())
    try {
      await mine.connect()
      await mine.query(`listen ${doorbell}`)
      client = mine
    } catch (fault) {
      retry(fault)
    }
  }
  let hasOthers = true
  let askedMs = -Infinity
  /** Nobody is rung for who is not there: each ring is a flush to the disk. Whoever has just come still looks by themselves. */
  const ringOnce = async (mine: pg.Client) => {
    if (performance.now() - askedMs > askEveryMs) {
      askedMs = performance.now()
      hasOthers = (await mine.query<{ has: boolean }>(others)).rows[0]?.has ?? true
    }
    if (hasOthers) await mine.query(`notify ${doorbell}`)
  }
  const ring = () => {
    isRung = true
    waiting ??= setTimeout(() => {
      isRung = false
      void (client ? ringOnce(client).catch(onFault) : Promise.resolve()).then(() => {
        waiting = undefined
        if (isRung && !closed) ring()
      })
    }, 5)
  }
  const started = connect()
  return {
    ring,
    async close() {
      closed = true
      clearTimeout(waiting)
      clearTimeout(again)
      await started
      await client?.end().catch(onFault)
    },
  }
}

/** The number of the server process behind a connection; the driver keeps it and its types do not tell. */
function processOf(client: pg.Client): unknown {
  return (client as unknown as { processID?: number }).processID
}
