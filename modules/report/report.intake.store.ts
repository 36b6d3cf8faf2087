import * as z from 'zod/mini'
import { query, rowsTogether } from '@open110/kit/server/db'
import type { FixRow } from './report.fix.ts'

/** What is written of a report when it comes in. */
export type ReportRow = {
  readonly id: string
  readonly receiptCode: string
  readonly citizen: string
  readonly desk: string
  readonly routedBy: string
  readonly mode: string
  readonly tag: string | undefined
  readonly words: string | undefined
  readonly placeWords: string | undefined
  readonly language: string
  readonly callSafe: boolean
  readonly urgency: number
  readonly reasons: readonly string[]
  readonly flags: readonly string[]
  readonly denied: readonly string[]
  readonly division: string | undefined
  readonly divisionName: string | undefined
  readonly station: string | undefined
  readonly alternatives: unknown
  readonly outlines: string | undefined
  readonly original: unknown
  readonly guidance: string | undefined
  readonly fallbackAfterSeconds: number
  readonly deviceAt: string | undefined
  readonly now: string
}
export type IntakeRows = { readonly reports: readonly ReportRow[]; readonly fixes: readonly FixRow[] }

/** The inserts of reports with their fixes; `only` says which of the rows. */
const inserts = (only: (row: string) => string) => `reports as (
          insert into report (id, receipt_code, citizen, desk, first_desk, routed_by, state, mode, tag, words, place_words,
                 language, call_safe, urgency, reasons, flags, denied, division, division_name, station, alternatives,
                 outlines, original, guidance, fallback_after_seconds, device_at, delivered_at, last_signal_at)
          select id, "receiptCode", citizen, desk, desk, "routedBy", 'delivered', mode, tag, words, "placeWords",
                 language, "callSafe", urgency, reasons, flags, denied, division, "divisionName", station, alternatives,
                 outlines, original, guidance, "fallbackAfterSeconds", "deviceAt", now, now
            from jsonb_to_recordset(:reports::jsonb) as r(press text, id text, "receiptCode" text, citizen text, desk text,
                 "routedBy" text, mode text, tag text, words text, "placeWords" text, language text, "callSafe" boolean,
                 urgency int, reasons text[], flags text[], denied text[], division text, "divisionName" text,
                 station text, alternatives jsonb, outlines text, original jsonb, guidance text,
                 "fallbackAfterSeconds" int, "deviceAt" timestamptz, now timestamptz)
           where ${only('r')}
        ), fixes as (
          insert into report_fix (id, report, kind, raw_lng, raw_lat, raw_crs, lng, lat, accuracy_metres, source,
                 device_at, received_at)
          select id, report, kind, "rawLng", "rawLat", "rawCrs", lng, lat, "accuracyMetres", source, "deviceAt", now
            from jsonb_to_recordset(:fixes::jsonb) as f(press text, id text, report text, kind text, "rawLng" float8,
                 "rawLat" float8, "rawCrs" text, lng float8, lat float8, "accuracyMetres" float8, source text,
                 "deviceAt" text, now timestamptz)
           where ${only('f')}
        )`

/** 落库 — reports that came at the same moment, with their fixes. */
export const addReports = rowsTogether({
  name: 'report.add-together',
  lists: ['reports', 'fixes'],
  sql: inserts((row) => `${row}.press in (select press from fresh)`),
})

/** One report by another door, in the transaction of that door. */
export const addReport = query({
  name: 'report.add',
  takes: z.object({ reports: z.string(), fixes: z.string() }),
  sql: `with ${inserts(() => 'true')} select`,
})
