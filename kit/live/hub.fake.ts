import { createServer } from 'node:http'
import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import pino from 'pino'
import type { Database } from '../db/index.ts'
import { nobody, type Subject } from '../http/index.ts'
import type { Clock } from '../pure/time.ts'
import { openHub, type Pace } from './index.ts'

/** 试验台 — a hub of a test's own on some log, for subjects and limits of the test's own. */
export async function openOwnHub(given: {
  db: Database
  clock: Clock
  pace?: Partial<Pace>
  heartbeatMs?: number
  hears?: readonly string[]
  onBeat?: () => void
  identify?: (token: string) => Promise<Subject | undefined>
  goesFirst?: (topics: readonly string[]) => boolean
}) {
  const subjects = new Map<string, Subject>()
  const hub = await openHub({
    log: pino({ level: 'silent' }),
    identify: async (token) => subjects.get(token),
    onBeat: () => {},
    ...given,
  })
  const server = createServer().on('upgrade', (request, socket, head) => hub.upgrade(request, socket, head))
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const knows = (token: string, more: Partial<Subject> = {}) => {
    const { heartbeatMs = 60_000, hears = ['all'] } = given
    subjects.set(token, { ...nobody, id: token, session: token, hears, heartbeatMs, ...more })
  }
  knows('one')
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    hub,
    subjects,
    knows,
    async close() {
      await hub.close()
      server.close()
    },
  }
}
