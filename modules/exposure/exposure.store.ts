import * as z from 'zod/mini'
import { query } from '@open110/kit/server/db'
import { ExposureId, ExposureKind } from './exposure.ts'

const View = z.object({
  id: ExposureId,
  staff: z.string(),
  org: z.string(),
  name: z.string(),
  kind: ExposureKind,
  object: z.string(),
  openedAt: z.string(),
  renewedAt: z.string(),
  closedAt: z.optional(z.string()),
})
export type View = z.infer<typeof View>

const columns = 'id, staff, org, name, kind, object, opened_at, renewed_at, closed_at'

export const addView = query({
  name: 'exposure.add',
  takes: z.object({
    id: z.string(),
    staff: z.string(),
    org: z.string(),
    name: z.string(),
    kind: z.string(),
    object: z.string(),
    report: z.string(),
    now: z.string(),
  }),
  sql: `insert into exposure (id, staff, org, name, kind, object, report, opened_at, renewed_at)
        values (:id, :staff, :org, :name, :kind, :object, :report, :now, :now)`,
})

/** The same thing opened by the same person in another tab, or again after a reload, goes on being one view. */
export const openViewOf = query({
  name: 'exposure.open-of',
  takes: z.object({ staff: z.string(), kind: z.string(), object: z.string(), since: z.string() }),
  gives: View,
  sql: `select ${columns} from exposure
         where staff = :staff and kind = :kind and object = :object and closed_at is null and renewed_at >= :since
         order by opened_at desc limit 1`,
})

export const heldView = query({
  name: 'exposure.held',
  takes: z.object({ exposure: z.string(), staff: z.string() }),
  gives: View,
  sql: `select ${columns} from exposure where id = :exposure and staff = :staff for update`,
})

export const renewView = query({
  name: 'exposure.renew',
  takes: z.object({ exposure: z.string(), now: z.string() }),
  sql: 'update exposure set renewed_at = :now where id = :exposure and closed_at is null',
})

export const closeView = query({
  name: 'exposure.close',
  takes: z.object({ exposure: z.string(), at: z.string() }),
  sql: 'update exposure set closed_at = :at where id = :exposure and closed_at is null',
})

/** What somebody, or everybody of a desk, has looked at in a while. */
export const viewsSince = query({
  name: 'exposure.since',
  takes: z.object({ org: z.string(), staff: z.optional(z.string()), since: z.string() }),
  gives: View,
  sql: `select ${columns} from exposure
         where org = :org and renewed_at >= :since and (:staff::text is null or staff = :staff)
         order by opened_at`,
})
