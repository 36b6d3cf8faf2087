import { randomUUID } from 'node:crypto'
import { cpSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { migrate } from '@open110/kit/server/db'
import { startServer } from '../town.server.ts'
import type { Fault } from './fault.ts'
import type { Ground } from './ground.ts'
import { openCrowd } from './phones.ts'

const migrations = fileURLToPath(new URL('../../migrations', import.meta.url))

export const badStart: Fault = {
  id: 'F21',
  does: 'a second server with wrong settings, one that finds a changed migration, a migration that fails, and phones of another age',
  holds:
    'it refuses to start and says why, the earlier one keeps serving, and an old or a newer phone is heard',
  async run({ ground }) {
    const here = await ground()
    const breaches: string[] = []
    const crowd = await openCrowd({ base: here.base, count: 1, mark: 'F21', desk: 'quzhou' })
    const serves = async (while_: string) => {
      crowd.phones[0]!.press()
      await crowd.settle(30).catch(() => breaches.push(`${while_}: the earlier server does not serve`))
    }
    const newcomer = async (settings: Record<string, string>) => {
      const server = await startServer({
        OPEN110_DATA: join(here.folder, 'data'),
        DATABASE_URL: here.address(),
        ...settings,
      })
      if (server.readyMs !== undefined) server.signal('SIGKILL')
      return { code: await server.ended, said: server.said(), didStart: server.readyMs !== undefined }
    }
    try {
      const wrong = { OPEN110_PORT: 'ninety', OPEN110_LOG: 'loud', OPEN110_DEMO: 'perhaps' }
      const { code, said, didStart } = await newcomer(wrong)
      if (didStart || code === 0) breaches.push('it started with wrong settings')
      const unsaid = Object.keys(wrong).filter((key) => !said.includes(key))
      if (unsaid.length > 0) breaches.push(`it does not say what is wrong with ${unsaid.join(' ')}`)
      await serves('wrong settings')

      const [first] = await here.rows<{ name: string; checksum: string }>(
        `select name, checksum from migration order by name limit 1`,
      )
      await here.rows(`update migration set checksum = 'another' where name = $1`, [first!.name])
      const changed = await newcomer({})
      await here.rows(`update migration set checksum = $2 where name = $1`, [first!.name, first!.checksum])
      if (changed.didStart) breaches.push('it started on a changed migration')
      if (!changed.said.includes(first!.name)) breaches.push('it does not name the changed migration')
      await serves('changed migration')

      breaches.push(...(await failingMigration(here)))
      await serves('failing migration')
      breaches.push(...(await phonesOfAnotherAge(here, crowd.phones[0]!.token)))
      return { breaches, figures: { 'served meanwhile': crowd.history.acked.size } }
    } finally {
      crowd.close()
    }
  },
}

/** Half of it would do; then it fails. Nothing of it may stay. */
async function failingMigration(here: Ground): Promise<string[]> {
  const folder = mkdtempSync(join(tmpdir(), 'open110-migrations-'))
  try {
    cpSync(migrations, folder, { recursive: true })
    writeFileSync(
      join(folder, '9999-half.sql'),
      'create table half_made (id text);\ninsert into nowhere values (1);\n',
    )
    const end = await migrate(here.address(), folder, () => {}).then(
      () => 'done',
      () => 'failed',
    )
    const [left] = await here.rows(`select from pg_tables where tablename = 'half_made'`)
    const [noted] = await here.rows(`select from migration where name = '9999-half.sql'`)
    return [
      ...(end === 'done' ? ['a migration that fails is said to be done'] : []),
      ...(left || noted ? ['half of a failed migration stays'] : []),
    ]
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

/** Less than today's phone says, more, and something else than it would. */
async function phonesOfAnotherAge(here: Ground, token: string): Promise<string[]> {
  const bodies = {
    'the least there is': { mode: 'silent', madeAt: new Date().toISOString() },
    'without a moment': { mode: 'text', words: 'F21:旧手机' },
    'with fields of tomorrow': {
      mode: 'text',
      words: 'F21:新手机',
      madeAt: new Date().toISOString(),
      mood: { of: ['tomorrow'] },
    },
    'with a place of another shape': {
      mode: 'text',
      words: 'F21:地点',
      madeAt: 'yesterday',
      fix: { lat: '28,4', lng: null },
      place: 'home',
    },
  }
  const faults: string[] = []
  for (const [name, body] of Object.entries(bodies)) {
    const { words } = body as { words?: string }
    const answer = await fetch(`${here.base}/api/v1/reports`, {
      method: 'POST',
      headers: {
        authorization: `Bearer ${token}`,
        'idempotency-key': randomUUID(),
        'content-type': 'application/json',
      },
      body: JSON.stringify({ ...body, ...(words ? { words: words.replace('F21:', 'F21 ') } : {}) }),
    })
    if (answer.status !== 201) faults.push(`a report ${name} is answered with ${answer.status}`)
    await answer.text()
  }
  return faults
}
