import { createHmac } from 'node:crypto'
import { refuse } from '@open110/kit/refuse'
import { isSame, newToken, seal, unseal } from '@open110/kit/server/crypto'
import type { Database, Tx } from '@open110/kit/server/db'
import { answer, type Answer, type Brake } from '@open110/kit/server/http'
import type { Sweep } from '@open110/kit/server/jobs'
import { plusSeconds, type Clock } from '@open110/kit/time'
import type { Record as Audit } from '@open110/modules/audit/server'
import type { People } from '@open110/modules/person/server'
import { openReportStates } from '@open110/modules/report'
import type { Bringing, Reports } from '@open110/modules/report/server'
import { staffOf } from '@open110/modules/staff'
import * as api from './channel.api.ts'
import * as store from './channel.device.store.ts'
import { deviceMoved } from './channel.events.ts'
import { repeatSeconds } from './channel.ts'

/** What a device signs: itself, what it says, and when by its own clock. A wrong clock does not silence it. */
function signatureOf(key: string, device: string, what: string, name: string, at: string): string {
  return createHmac('sha256', key).update([device, what, name, at].join('\n')).digest('hex')
}

/** 一键报警 — buttons that hang at registered places, each with a key of its own. */
export function deviceRoutes(near: {
  bringing: Bringing
  reports: Reports
  people: People
  audit: Audit
  secret: string
  brake: Brake
}): Answer[] {
  const { bringing, reports } = near

  /** The device, if it is who it says it is. A wrong key and an unknown device are told apart by nobody. */
  async function proved(
    tx: Tx,
    from: { device: string; what: string; name: string; at: string; signature: string },
    address: string,
    now: string,
  ) {
    const nowMs = Date.parse(now)
    const wait = near.brake.waitFor(address, nowMs)
    const device = await tx.maybe(store.deviceForUpdate, { device: from.device })
    const key = device && keyOf(device)
    const right = device && key && signatureOf(key, from.device, from.what, from.name, from.at)
    // Whoever holds the key is let in whatever others at the same address have tried.
    if (device && right && isSame(right, from.signature)) return device
    if (wait > 0) return refuse('device.too-many', { seconds: wait })
    near.brake.failed(address, nowMs)
    return refuse('device.not-found')
  }
  /** Named degradation: sealed with another secret its key is not known here, and it must be registered anew. */
  function keyOf(device: store.StoredDevice): string | undefined {
    try {
      return unseal(near.secret, 'device-key', device.keySealed)
    } catch {
      return undefined
    }
  }
  async function hear(tx: Tx, device: store.StoredDevice, now: string): Promise<void> {
    await tx.run(store.noteBeat, { device: device.id, now })
    if (device.offlineSince)
      tx.emit(deviceMoved, now, { device: device.id, desk: device.desk, state: 'online', at: now })
  }

  return [
    answer(api.alarm, async ({ params, body }, { tx, now, address }) => {
      const { alarm, at, signature } = body
      const from = { device: params.device, what: 'alarm', name: alarm, at, signature }
      const device = await proved(tx, from, address, now)
      if ('refused' in device) return device
      await hear(tx, device, now)
      const same = await tx.maybe(store.alarmBy, { device: device.id, alarm })
      const since = plusSeconds(now, -repeatSeconds)
      const last = same ?? (await tx.maybe(store.alarmSince, { device: device.id, since }))
      const known = last && (await reports.byId(tx, last.report))
      // Pressed again after somebody has put the first aside, it is a new cry for help.
      if (known && (same || openReportStates.some((state) => state === known.state))) {
        if (!same) await tx.run(store.addAlarm, { device: device.id, alarm, report: known.id, now })
        await reports.heard(tx, known.id, {}, now)
        return { receiptCode: known.receiptCode, isRepeat: true, at: now }
      }
      const { id, receiptCode } = await bringing.bring(
        tx,
        {
          mode: 'panic',
          citizen: await near.people.citizen(tx, device.citizen),
          placeWords: `${device.placeWords} ${device.name}`,
          pin: { lng: device.lng, lat: device.lat, crs: 'wgs84', source: 'registered' },
          // Somebody may stand beside whoever pressed it.
          callSafe: false,
          desk: { id: device.desk, isFinal: false },
          atLeast: device.level,
          madeAt: at,
          sent: { device: device.id, alarm, at },
        },
        now,
      )
      await tx.run(store.addAlarm, { device: device.id, alarm, report: id, now })
      return { receiptCode, isRepeat: false, at: now }
    }),

    answer(api.deviceBeat, async ({ params, body: { at, signature } }, { tx, now, address }) => {
      const from = { device: params.device, what: 'beat', name: at, at, signature }
      const device = await proved(tx, from, address, now)
      if ('refused' in device) return device
      await hear(tx, device, now)
      return { nextSeconds: device.beatSeconds }
    }),

    answer(api.devices, async ({ params }, { me, db }) => {
      if (params.desk !== staffOf(me).org) return refuse('desk.not-found')
      const stored = await db.all(store.devicesOfDesk, { desk: params.desk })
      return stored.map(
        ({ lng, lat, keySealed: _, citizen: __, desk: ___, beatSeconds: ____, ...device }) => ({
          ...device,
          wgs84: { lng, lat },
        }),
      )
    }),

    answer(api.addDevice, async ({ params, body }, { me, tx, now }) => {
      const staff = staffOf(me)
      if (params.desk !== staff.org) return refuse('desk.not-found')
      const key = newToken()
      const { wgs84, ...device } = body
      const citizen = await near.people.addCaller(tx, { name: device.name }, now)
      const isNew = await tx.run(store.addDevice, {
        ...device,
        ...wgs84,
        desk: staff.org,
        citizen: citizen.id,
        keySealed: seal(near.secret, 'device-key', key),
        now,
      })
      if (isNew === 0) return refuse('device.already-there')
      const facts = { level: device.level }
      await near.audit(tx, now, { actor: staff.id, act: 'channel.add-device', object: device.id, facts })
      return { id: device.id, key }
    }),
  ]
}

/** 设备失联 — a button that says nothing any more would not be heard when it is pressed. */
export function deviceSweep(given: { db: Database; clock: Clock }): Sweep {
  return {
    name: 'channel.silent-devices',
    everyMs: 15_000,
    run: () =>
      given.db.tx(async (tx) => {
        const now = given.clock.now()
        const silent = await tx.all(store.markOffline, { now })
        for (const { id, desk } of silent)
          tx.emit(deviceMoved, now, { device: id, desk, state: 'offline', at: now })
        return silent.length
      }),
  }
}
