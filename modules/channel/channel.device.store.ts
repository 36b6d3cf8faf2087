import * as z from 'zod/mini'
import { query } from '@open110/kit/server/db'

const StoredDevice = z.object({
  id: z.string(),
  name: z.string(),
  desk: z.string(),
  placeWords: z.string(),
  lng: z.number(),
  lat: z.number(),
  level: z.number(),
  keySealed: z.string(),
  citizen: z.string(),
  beatSeconds: z.number(),
  lastBeatAt: z.optional(z.string()),
  offlineSince: z.optional(z.string()),
})
export type StoredDevice = z.infer<typeof StoredDevice>
const columns = `id, name, desk, place_words, lng, lat, level, key_sealed, citizen, beat_seconds, last_beat_at, offline_since`

export const addDevice = query({
  name: 'channel.add-device',
  takes: z.extend(z.omit(StoredDevice, { lastBeatAt: true, offlineSince: true }), { now: z.string() }),
  sql: `insert into alarm_device (id, name, desk, place_words, lng, lat, level, key_sealed, citizen, beat_seconds, added_at)
        values (:id, :name, :desk, :placeWords, :lng, :lat, :level, :keySealed, :citizen, :beatSeconds, :now)
        on conflict do nothing`,
})

/** Held: two presses of one button wait for each other. */
export const deviceForUpdate = query({
  name: 'channel.device-for-update',
  takes: z.object({ device: z.string() }),
  gives: StoredDevice,
  sql: `select ${columns} from alarm_device where id = :device and removed_at is null for update`,
})

export const devicesOfDesk = query({
  name: 'channel.devices-of-desk',
  takes: z.object({ desk: z.string() }),
  gives: StoredDevice,
  sql: `select ${columns} from alarm_device where desk = :desk and removed_at is null
         order by offline_since nulls last, id limit 500`,
})

/** Whether it had been silent. */
export const noteBeat = query({
  name: 'channel.note-beat',
  takes: z.object({ device: z.string(), now: z.string() }),
  sql: `update alarm_device set last_beat_at = :now, offline_since = null where id = :device`,
})

/** Three beats missed; one that was never heard since it was registered says nothing either. */
export const markOffline = query({
  name: 'channel.mark-offline',
  takes: z.object({ now: z.string() }),
  gives: z.object({ id: z.string(), desk: z.string() }),
  sql: `update alarm_device set offline_since = :now
         where offline_since is null and removed_at is null and last_beat_at is not null
           and last_beat_at < :now::timestamptz - make_interval(secs => 3 * beat_seconds) returning id, desk`,
})

export const alarmBy = query({
  name: 'channel.alarm-by',
  takes: z.object({ device: z.string(), alarm: z.string() }),
  gives: z.object({ report: z.string() }),
  sql: `select report from device_alarm where device = :device and alarm = :alarm`,
})

/** The alarm that a press within so short a time still belongs to. */
export const alarmSince = query({
  name: 'channel.alarm-since',
  takes: z.object({ device: z.string(), since: z.string() }),
  gives: z.object({ report: z.string() }),
  sql: `select report from device_alarm where device = :device and at > :since order by at desc limit 1`,
})

export const addAlarm = query({
  name: 'channel.add-alarm',
  takes: z.object({ device: z.string(), alarm: z.string(), report: z.string(), now: z.string() }),
  sql: `insert into device_alarm (device, alarm, report, at) values (:device, :alarm, :report, :now)`,
})

export const deviceOfReport = query({
  name: 'channel.device-of-report',
  takes: z.object({ report: z.string() }),
  gives: z.object({ id: z.string(), name: z.string(), placeWords: z.string(), repeats: z.number() }),
  sql: `select d.id, d.name, d.place_words, (count(*) - 1)::int as repeats from device_alarm a
          join alarm_device d on d.id = a.device where a.report = :report group by d.id, d.name, d.place_words`,
})
