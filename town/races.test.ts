import { afterAll, beforeAll, expect, test } from 'vitest'
import { faultsAfter } from './races.check.ts'
import { openLane, race, type Lane } from './races.lane.ts'
import { openTown, type Town } from './town.ts'

let town: Town
let lanes: Lane[]
beforeAll(async () => {
  town = await openTown({ connections: 30, realClock: true })
  lanes = await Promise.all(['lishui', 'shaoxing', 'hangzhou', 'ningbo'].map((desk) => openLane(town, desk)))
})
afterAll(() => town.close())

test('[DI22] 64 presses at once on one slip, twenty times: one history, and everybody was told the truth', async () => {
  const faults = await Promise.all(
    lanes.map(async (lane, n) => {
      const found: string[] = []
      for (let seed = n; seed < 20; seed += lanes.length) {
        const raced = await race(lane, `test-${seed}`)
        found.push(...(await faultsAfter(town, raced)).map((fault) => `${seed}: ${fault}`))
      }
      return found
    }),
  )
  expect(faults.flat()).toEqual([])
}, 120_000)
