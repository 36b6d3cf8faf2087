import { afterAll, beforeAll, expect, test } from 'vitest'
import { openLive, type Live } from '@open110/kit/client/live'
import type { PassingFrame } from '@open110/kit/event'
import * as staff from '@open110/modules/staff/api'
import { granted, openTown, type StaffHere, type Town } from '@open110/town'
import { socketTo, wallClock } from '@open110/town/town.server'
import * as fleet from './unit.api.ts'

let town: Town
let base: string
let 城东1: StaffHere
const lines: Live[] = []
beforeAll(async () => {
  town = await openTown({ realClock: true })
  base = await town.listen()
  城东1 = await town.staff('unit-1@lishui')
})
afterAll(async () => {
  for (const line of lines) line.close()
  await town.close()
})

/** Somebody who looks at the map; resolves once their line is live. */
async function looks(account: string, topics: string[]) {
  const { token } = await town.staff(account)
  const seen: PassingFrame[] = []
  let hear = () => {}
  await new Promise<void>((live) => {
    lines.push(
      openLive(
        { open: socketTo(base), timers: wallClock, token: () => token, topics },
        {
          event: () => {},
          passing: (frame) => {
            seen.push(frame)
            hear()
          },
          refetch: () => {},
          state: (state) => void (state === 'live' && live()),
        },
      ),
    )
  })
  return { seen, next: () => new Promise<void>((heard) => (hear = heard)) }
}

test('[UN12] what has moved is one frame for the bureau, told to those at its desk and kept nowhere', async () => {
  const unit = granted(await 城东1.call(staff.me)).unit!
  const moves = async (...lngs: number[]) => {
    for (const lng of lngs) {
      const fix = { lng, lat: 28.46, crs: 'wgs84', at: town.clock.now() }
      granted(await 城东1.call(fleet.fixes, { params: { unit }, body: { fixes: [fix] } }))
    }
  }
  await town.settle()
  const [desk, stranger, unitsOwn] = await Promise.all([
    looks('zhaomin@lishui', ['map:lishui']),
    looks('zhaomin@shaoxing', ['map:lishui', 'map:shaoxing']),
    looks('unit-2@lishui', ['map:lishui']),
  ])
  const head = town.house.hub.head()
  await moves(119.931, 119.932, 119.933)
  const first = desk.next()
  await town.house.sweeps.runAll()
  await first
  await moves(119.934)
  const second = desk.next()
  await town.house.sweeps.runAll()
  await second
  const frameOf = (lng: number) => ({
    type: 'unit.places',
    at: expect.any(String),
    data: { org: 'lishui', places: [[unit, lng, 28.46, expect.any(Number)]] },
  })
  expect(desk.seen).toEqual([frameOf(119.933), frameOf(119.934)])
  // Whoever may not hear has had the whole second round to hear the first.
  expect([stranger.seen, unitsOwn.seen, town.house.hub.head()]).toEqual([[], [], head])
})
