import { randomUUID } from 'node:crypto'
import { signIn } from '../../modules/desk/desk.api.ts'
import { accept } from '../../modules/incident/incident.api.ts'
import { openSession } from '../../modules/person/person.api.ts'
import { receive, send } from '../../modules/report/report.api.ts'
import { login } from '../../modules/staff/staff.api.ts'
import { demoPassword } from '../../town/staff.ts'
import type { Server } from '../../town/town.server.ts'
import { granted } from '../../town/town.ts'

/** An accepted incident in the middle of the town. */
export async function openIncidentAt(server: Server, at: { lng: number; lat: number }): Promise<string> {
  const { token } = granted(await server.caller()(openSession, { body: {} }))
  const body = {
    mode: 'text' as const,
    words: '有人打架',
    fix: { ...at, crs: 'wgs84', source: 'gps', accuracyMetres: 20, at: new Date().toISOString() },
    madeAt: new Date().toISOString(),
  }
  const { id } = granted(await server.caller(token)(send, { body, key: randomUUID() }))
  const taker = granted(
    await server.caller()(login, { body: { account: 'zhaomin@lishui', password: demoPassword } }),
  )
  const call = server.caller(taker.token)
  granted(await call(signIn, { params: { desk: 'lishui', seat: '1' } }))
  granted(await call(receive, { params: { report: id } }))
  return granted(await call(accept, { body: { report: id, category: '1003', level: 3 }, key: randomUUID() }))
    .id
}
