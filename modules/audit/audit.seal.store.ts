import * as z from 'zod/mini'
import { query, type Reader } from '@open110/kit/server/db'
import { plusSeconds } from '@open110/kit/time'

/** So long may a transaction still be about to write an entry of before; no transaction lives half of it. */
const patienceSeconds = 60
/** Entries under one seal, at most. */
const most = 1_000

const rowText = `a.id || ' ' || extract(epoch from a.at) || ' ' || a.actor || ' ' || a.act || ' ' || a.object || ' ' || a.facts`
const digest = (before: string) =>
  `encode(sha256(convert_to(${before} || E'\\n' || string_agg(${rowText}, E'\\n' order by a.id), 'utf8')), 'hex')`

const seal = query({
  name: 'audit.seal',
  takes: z.object({ now: z.string(), before: z.string(), most: z.number() }),
  sql: `with last as (
          (select to_id, hash from audit_seal order by from_id desc limit 1) union all select 0, '' limit 1
        ), next as (
          select a.* from audit a, last
           where a.id > last.to_id
             and a.id < coalesce((select min(id) from audit, last where id > last.to_id and at > :before), a.id + 1)
           order by a.id limit :most
        )
        insert into audit_seal (from_id, to_id, entries, sealed_at, prev_hash, hash)
        select last.to_id + 1, max(a.id), count(*), :now, last.hash, ${digest('last.hash')}
          from next a, last group by last.to_id, last.hash having count(*) > 0
        on conflict (from_id) do nothing`,
})

/** 加封 — put the next entries under a seal, once nothing can slip in among them any more. */
export function sealNext(db: Reader, now: string): Promise<number> {
  return db.run(seal, { now, before: plusSeconds(now, -patienceSeconds), most })
}

const Seal = z.object({ fromId: z.number(), toId: z.number(), holds: z.boolean() })

const verify = query({
  name: 'audit.verify-seals',
  takes: z.object({ from: z.number(), most: z.number() }),
  gives: Seal,
  sql: `select s.from_id, s.to_id,
               coalesce(p.hash, '') = s.prev_hash and coalesce(p.to_id, 0) + 1 = s.from_id
                 and a.entries = s.entries and a.hash = s.hash as holds
          from (select * from audit_seal where from_id >= :from order by from_id limit :most) s
          left join lateral (select to_id, hash from audit_seal where from_id < s.from_id
                              order by from_id desc limit 1) p on true
          cross join lateral (select count(*) as entries, coalesce(${digest('s.prev_hash')}, '') as hash
                                from audit a where a.id between s.from_id and s.to_id) a
         order by s.from_id`,
})

/** 验封 — whether these seals still hold what was put under them, each bound to the one before. */
export function verifySeals(db: Reader, from: number, mostSeals: number): Promise<z.infer<typeof Seal>[]> {
  return db.all(verify, { from, most: mostSeals })
}
