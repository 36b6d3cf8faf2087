import * as z from 'zod/mini'
import { query } from '@open110/kit/server/db'
import { LinePlace, TextOut, TextState } from './channel.ts'

export const StoredTextIn = z.object({
  id: z.string(),
  ref: z.string(),
  citizen: z.string(),
  called: z.string(),
  words: z.string(),
  at: z.string(),
  pieceGroup: z.optional(z.string()),
  piece: z.optional(z.number()),
  pieces: z.optional(z.number()),
  place: z.optional(LinePlace),
})
export type StoredTextIn = z.infer<typeof StoredTextIn>

/** A text that the carrier sends twice, not having heard that we took it, is one text. */
export const addTextIn = query({
  name: 'channel.add-text-in',
  takes: z.extend(z.omit(StoredTextIn, { place: true }), { place: z.string() }),
  sql: `insert into text_in (id, ref, citizen, called, words, at, piece_group, piece, pieces, place)
        values (:id, :ref, :citizen, :called, :words, :at, :pieceGroup, :piece, :pieces,
                nullif(:place::jsonb, 'null'::jsonb)) on conflict (ref) do nothing`,
})

/** Pieces of one long text that lie here and belong to no report yet, in their order. */
export const looseOf = query({
  name: 'channel.loose-texts-of',
  takes: z.object({ citizen: z.string(), pieceGroup: z.optional(z.string()) }),
  gives: StoredTextIn,
  sql: `select id, ref, citizen, called, words, at, piece_group, piece, pieces, place from text_in
         where citizen = :citizen and report is null and piece_group is not distinct from :pieceGroup order by piece, at
           for update`,
})

/** Groups of which nothing has come for so long that the missing piece is not waited for any longer. */
export const looseGroups = query({
  name: 'channel.loose-groups',
  takes: z.object({ before: z.string() }),
  gives: z.object({ citizen: z.string(), pieceGroup: z.optional(z.string()) }),
  sql: `select citizen, piece_group from text_in where report is null group by citizen, piece_group
        having max(at) < :before order by min(at) limit 50`,
})

export const placeTexts = query({
  name: 'channel.place-texts',
  takes: z.object({ ids: z.array(z.string()), report: z.string(), how: z.string() }),
  sql: `update text_in set report = :report, how = :how where id = any(:ids)`,
})

export const textsInOf = query({
  name: 'channel.texts-in-of',
  takes: z.object({ report: z.string() }),
  gives: z.object({ id: z.string(), words: z.string(), at: z.string(), how: z.string() }),
  sql: `select id, words, at, how from text_in where report = :report order by at, piece`,
})

/** What was said so far about each of these reports by text. */
export const saidIn = query({
  name: 'channel.said-in',
  takes: z.object({ reports: z.array(z.string()) }),
  gives: z.object({ report: z.string(), words: z.string() }),
  sql: `select report, string_agg(words, '' order by at, piece) as words from text_in where report = any(:reports)
         group by report, coalesce(piece_group, id)`,
})

export const addTextOut = query({
  name: 'channel.add-text-out',
  takes: z.object({
    id: z.string(),
    report: z.string(),
    kind: z.string(),
    message: z.optional(z.string()),
    seq: z.optional(z.number()),
    words: z.string(),
    state: TextState,
    why: z.optional(z.string()),
    pieces: z.number(),
    override: z.optional(z.string()),
    now: z.string(),
  }),
  sql: `insert into text_out (id, report, kind, message, seq, words, state, why, due_at, at, pieces, override)
        values (:id, :report, :kind, :message, :seq, :words, :state, :why, :now, :now, :pieces, :override)
        on conflict do nothing`,
})

/** One at a time, and no other process takes it meanwhile: while it is handed over it is not due again. */
export const takeDue = query({
  name: 'channel.take-due-text',
  takes: z.object({ now: z.string(), again: z.string() }),
  gives: z.object({
    id: z.string(),
    report: z.string(),
    kind: z.enum(['receipt', 'dialogue']),
    words: z.string(),
    tries: z.number(),
    override: z.optional(z.string()),
  }),
  sql: `update text_out set tries = tries + 1, due_at = :again
         where id = (select id from text_out where state = 'queued' and due_at <= :now order by due_at limit 1
                        for update skip locked)
        returning id, report, kind, words, tries, override`,
})

export const markText = query({
  name: 'channel.mark-text',
  takes: z.object({
    text: z.string(),
    state: TextState,
    why: z.optional(z.string()),
    sentAt: z.optional(z.string()),
  }),
  sql: `update text_out set state = :state, why = :why, sent_at = coalesce(:sentAt, sent_at)
         where id = :text and state in ('queued', 'sent')`,
})

export const addPieces = query({
  name: 'channel.add-pieces',
  takes: z.object({ text: z.string(), refs: z.array(z.string()) }),
  sql: `insert into text_piece (ref, text) select ref, :text from unnest(:refs::text[]) ref on conflict do nothing`,
})

/** The text is delivered when its last piece is; one piece that never arrives fails it. */
export const notePiece = query({
  name: 'channel.note-piece',
  takes: z.object({ ref: z.string(), isDelivered: z.boolean(), at: z.string() }),
  gives: z.object({ id: z.string(), report: z.string(), state: TextState }),
  sql: `with piece as (
          update text_piece set delivered_at = :at where ref = :ref and delivered_at is null returning text
        )
        update text_out t set pieces_delivered = pieces_delivered + (:isDelivered::boolean)::int,
               state = case when not :isDelivered::boolean then 'failed'
                            when pieces_delivered + 1 >= pieces and state = 'sent' then 'delivered' else state end,
               why = case when not :isDelivered::boolean then 'not-delivered' else why end,
               delivered_at = case when :isDelivered::boolean and pieces_delivered + 1 >= pieces then :at end
          from piece p where t.id = p.text returning t.id, t.report, t.state`,
})

export const textsOutOf = query({
  name: 'channel.texts-out-of',
  takes: z.object({ report: z.string() }),
  gives: TextOut,
  sql: `select id, kind, seq, words, state, why, at, sent_at, delivered_at, pieces from text_out where report = :report
         order by at, id`,
})

/** What the newest text of this report was sent to: the answer comes from there. */
/** The number that an answer comes from: the one that was written to, else the 12110 of the division. */
export const calledBy = query({
  name: 'channel.called-by',
  takes: z.object({ report: z.string(), division: z.string() }),
  gives: z.object({ called: z.string() }),
  sql: `select called from (
          select 1 as choice, called, at from text_in where report = :report
          union all
          select 2, '12110' || area, null from text_area
           where division in (left(:division, 4) || '00', left(:division, 2) || '0000')) line
         order by choice, at desc nulls last limit 1`,
})
