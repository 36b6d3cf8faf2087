import { createHash } from 'node:crypto'
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import pg from 'pg'

const lock = 110_110

/** Forward-only migrations: `0007-name.sql`, each in its own transaction, remembered with its checksum. */
export async function migrate(url: string, folder: string, say: (line: string) => void): Promise<string[]> {
  const client = new pg.Client({ connectionString: url, application_name: 'open110-migrate' })
  await client.connect()
  try {
    await client.query('select pg_advisory_lock($1)', [lock])
    await client.query(
      `create table if not exists migration (
         name text primary key, checksum text not null, applied_at timestamptz not null default now())`,
    )
    const { rows } = await client.query<{ name: string; checksum: string }>(
      'select name, checksum from migration',
    )
    const applied = new Map(rows.map((row) => [row.name, row.checksum]))
    const done: string[] = []
    for (const name of (await readdir(folder)).filter((file) => /^\d{4}-.+\.sql$/.test(file)).toSorted()) {
      const text = await readFile(join(folder, name), 'utf8')
      const checksum = createHash('sha256').update(text).digest('hex')
      if (applied.has(name)) {
        if (applied.get(name) !== checksum)
          throw new Error(`migration ${name} was changed after it was applied`)
        continue
      }
      say(`migration ${name}`)
      await client.query('begin')
      await client.query(text)
      await client.query('insert into migration (name, checksum) values ($1, $2)', [name, checksum])
      await client.query('commit')
      done.push(name)
    }
    return done
  } finally {
    await client.end()
  }
}

/** Which major version answers. One that is just starting, or recovering from a crash, is waited for. */
export async function serverVersion(url: string, say: (line: string) => void = () => {}): Promise<number> {
  const client = await whenStarted(url, say)
  try {
    const { rows } = await client.query<{ number: string }>(
      `select current_setting('server_version_num') as number`,
    )
    return Math.floor(Number(rows[0]?.number) / 10_000)
  } finally {
    await client.end()
  }
}

const patienceSeconds = 120

async function whenStarted(url: string, say: (line: string) => void): Promise<pg.Client> {
  for (let seconds = 0; ; seconds++) {
    const client = new pg.Client({ connectionString: url, application_name: 'open110-migrate' })
    client.on('error', () => {})
    try {
      await client.connect()
      return client
    } catch (fault) {
      await client.end().catch(() => {})
      const isStarting = (fault as { code?: string }).code === '57P03'
      if (!isStarting || seconds >= patienceSeconds) throw fault
      if (seconds === 0)
        say('数据库正在启动或恢复,等它。 The database is starting or recovering; waiting for it.')
      await new Promise((soon) => setTimeout(soon, 1_000))
    }
  }
}
