import type { Truth } from './check.ts'
import type { Ground } from './ground.ts'

/** Reads from the tables all that was sent under this mark, and the log of what was told about it. */
export async function readTruth(
  ground: Ground,
  mark: string,
): Promise<{ stored: Stored[]; log: Truth['log'] }> {
  const stored = await ground.rows<{
    id: string
    words: string
    state: string
    owner: string | null
    at: string
  }>(
    `select id, words, state, owner, (extract(epoch from delivered_at) * 1000)::float8 as at
       from report where words like $1`,
    [`${mark}:%`],
  )
  const log = await ground.rows<{ cursor: string; type: string; report: string }>(
    `select e.cursor, e.type, e.data->>'report' as report from event e
      where e.type like 'report.%' and exists (
        select from report r where r.id = e.data->>'report' and r.words like $1) order by e.cursor`,
    [`${mark}:%`],
  )
  return {
    stored: stored.map(({ id, words, state, owner, at }) => ({
      id,
      words,
      state,
      owner: owner ?? undefined,
      atMs: Number(at),
    })),
    log: log.map(({ cursor, type, report }) => ({ cursor: Number(cursor), type, report })),
  }
}

type Stored = Truth['stored'][number] & { atMs: number }
