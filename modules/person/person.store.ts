import * as z from 'zod/mini'
import { query } from '@open110/kit/server/db'
import { Assurance, Need } from './person.ts'

const Stored = z.object({
  id: z.string(),
  assurance: Assurance,
  phoneSealed: z.optional(z.string()),
  nameSealed: z.optional(z.string()),
  needs: z.array(Need),
  language: z.string(),
  lastSignalAt: z.optional(z.string()),
})
export type StoredCitizen = z.infer<typeof Stored>

const columns = 'c.id, c.assurance, c.phone_sealed, c.name_sealed, c.needs, c.language, c.last_signal_at'

export const addCitizen = query({
  name: 'person.add-citizen',
  takes: z.object({ id: z.string(), language: z.string(), now: z.string() }),
  sql: `insert into citizen (id, language, created_at, last_signal_at) values (:id, :language, :now, :now)`,
})

/** 来电人 — somebody known by their number alone; nothing is proved by having used it. */
export const addCaller = query({
  name: 'person.add-caller',
  takes: z.object({
    id: z.string(),
    language: z.string(),
    phoneSealed: z.optional(z.string()),
    phoneDigest: z.optional(z.string()),
    nameSealed: z.optional(z.string()),
    now: z.string(),
  }),
  sql: `insert into citizen (id, language, phone_sealed, phone_digest, name_sealed, created_at)
        values (:id, :language, :phoneSealed, :phoneDigest, :nameSealed, :now)`,
})

export const openSession = query({
  name: 'person.open-session',
  takes: z.object({ tokenHash: z.string(), citizen: z.string(), now: z.string(), endsAt: z.string() }),
  sql: `insert into citizen_session (token_hash, citizen, opened_at, ends_at) values (:tokenHash, :citizen, :now, :endsAt)`,
})

const Holder = z.object({
  tokenHash: z.string(),
  id: z.string(),
  endsAt: z.string(),
  assurance: Assurance,
  needs: z.array(Need),
  language: z.string(),
})
export type Holder = z.infer<typeof Holder>

/** Of many at once: on a busy night each second brings thousands. */
export const holdersOfTokens = query({
  name: 'person.holders-of-tokens',
  takes: z.object({ tokenHashes: z.array(z.string()), now: z.string() }),
  gives: Holder,
  sql: `select s.token_hash, s.citizen as id, s.ends_at, c.assurance, c.needs, c.language
          from citizen_session s join citizen c on c.id = s.citizen
         where s.token_hash = any(:tokenHashes::text[]) and s.ends_at > :now`,
})

export const citizenById = query({
  name: 'person.citizen-by-id',
  takes: z.object({ citizen: z.string() }),
  gives: Stored,
  sql: `select ${columns} from citizen c where c.id = :citizen`,
})

/** What is not said stays, also when two pages save at once. */
export const saveProfile = query({
  name: 'person.save-profile',
  takes: z.object({
    citizen: z.string(),
    nameSealed: z.optional(z.string()),
    needs: z.optional(z.array(z.string())),
    language: z.optional(z.string()),
  }),
  sql: `update citizen set name_sealed = coalesce(:nameSealed, name_sealed), needs = coalesce(:needs::text[], needs),
               language = coalesce(:language, language)
         where id = :citizen`,
})

export const codeOf = query({
  name: 'person.code-of',
  takes: z.object({ phoneDigest: z.string() }),
  gives: z.object({ codeHash: z.string(), sentAt: z.string(), tries: z.number() }),
  sql: `select code_hash, sent_at, tries from phone_code where phone_digest = :phoneDigest for update`,
})

export const keepCode = query({
  name: 'person.keep-code',
  takes: z.object({
    phoneDigest: z.string(),
    codeHash: z.string(),
    now: z.string(),
    pausedSince: z.string(),
  }),
  // No row changes when somebody else asked for the same phone at the same moment: only one text is sent.
  sql: `insert into phone_code (phone_digest, code_hash, sent_at, tries) values (:phoneDigest, :codeHash, :now, 0)
        on conflict (phone_digest) do update set code_hash = :codeHash, sent_at = :now, tries = 0
         where phone_code.sent_at <= :pausedSince`,
})

export const countTry = query({
  name: 'person.count-try',
  takes: z.object({ phoneDigest: z.string() }),
  sql: `update phone_code set tries = tries + 1 where phone_digest = :phoneDigest`,
})

export const forgetCode = query({
  name: 'person.forget-code',
  takes: z.object({ phoneDigest: z.string() }),
  sql: `delete from phone_code where phone_digest = :phoneDigest`,
})

export const provePhone = query({
  name: 'person.prove-phone',
  takes: z.object({ citizen: z.string(), phoneSealed: z.string(), phoneDigest: z.string() }),
  sql: `update citizen set phone_sealed = :phoneSealed, phone_digest = :phoneDigest,
               assurance = case assurance when 'none' then 'phone' else assurance end
         where id = :citizen`,
})

export const noteSignal = query({
  name: 'person.note-signal',
  takes: z.object({ citizen: z.string(), now: z.string() }),
  sql: `update citizen set last_signal_at = :now where id = :citizen`,
})

export const needsOf = query({
  name: 'person.needs-of',
  takes: z.object({ citizens: z.array(z.string()) }),
  gives: z.object({ id: z.string(), needs: z.array(Need) }),
  sql: `select id, needs from citizen where id = any(:citizens) and needs <> '{}'`,
})
