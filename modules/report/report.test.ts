import fc from 'fast-check'
import { expect, test } from 'vitest'
import * as z from 'zod/mini'
import { faultsOf, openMoves } from '@open110/kit/moves'
import type { Resolution } from '@open110/modules/place'
import { readReceiptCode, receiptCode } from './report.code.ts'
import { deviceMoment, routeOf } from './report.routing.ts'
import { NewReport, reportMoves } from './report.ts'
import { asksForSilence, urgencyOf } from './report.urgency.ts'

const letters = '0123456789ABCDEFGHJKMNPQRSTVWXYZ'
const lishui: Resolution = {
  how: 'inside',
  division: { code: '331102', name: '莲都区' },
  desk: { id: 'lishui', name: '丽水市公安局110' },
  share: 1,
  alternatives: [],
  edition: 'test',
}
const nobody: Resolution = { how: 'none', share: 0, alternatives: [], edition: 'test' }
const report = (what: object) => z.parse(NewReport, what)

test('[RP8] any single wrong letter of a receipt code is found', () => {
  fc.assert(
    fc.property(
      fc.uint8Array({ minLength: 7, maxLength: 7 }),
      fc.nat(11),
      fc.integer({ min: 1, max: 31 }),
      (bytes, at, shift) => {
        const code = receiptCode(bytes)
        expect(readReceiptCode(code)).toBe(code)
        const plain = code.replaceAll('-', '')
        const wrong = letters[(letters.indexOf(plain[at] as string) + shift) % 32] as string
        expect(readReceiptCode(plain.slice(0, at) + wrong + plain.slice(at + 1))).toBeUndefined()
      },
    ),
  )
})

test('[RP8] a code may be typed in small letters, with spaces, with O for 0 and l for 1', () => {
  const code = receiptCode(Uint8Array.of(1, 2, 3, 4, 5, 6, 7))
  const sloppy = code.toLowerCase().replaceAll('-', ' ').replaceAll('0', 'o').replaceAll('1', 'l')
  expect(readReceiptCode(sloppy)).toBe(code)
  expect(readReceiptCode('')).toBeUndefined()
  expect(readReceiptCode('汉字汉字汉字汉字汉字汉字')).toBeUndefined()
})

test('[RP12] every state of a report is reached and none is a dead end', () => {
  const ends = ['transferred']
  const { unreachable, deadEnds } = faultsOf(reportMoves, 'delivered', ends)
  expect(unreachable).toEqual(['transferred'])
  expect(deadEnds).toEqual([])
  expect(openMoves(reportMoves, 'delivered', ['call-taker'])).toEqual(['receive'])
})

test('[RP7] a silent report ranks first, and a danger cue outranks a quiet matter', () => {
  expect(urgencyOf(report({ mode: 'silent' }), []).level).toBe(1)
  expect(urgencyOf(report({ mode: 'text', words: '楼下物业和快递吵起来,有人拿刀' }), []).level).toBe(1)
  expect(urgencyOf(report({ mode: 'text', words: '请帮我挪车' }), []).level).toBe(5)
  expect(urgencyOf(report({ mode: 'text', words: '有人在撬我家的门' }), []).reasons).toContain('cue.intruder')
})

test('[RP7] whoever writes that they cannot speak is not to be rung', () => {
  expect(['有人撬门,我不能出声', '我躲在衣柜里', '请不要打电话'].map(asksForSilence)).toEqual([
    true,
    true,
    true,
  ])
  expect(asksForSilence('楼下打架')).toBe(false)
})

test('[RP4] whatever arrives in the optional parts, a report is read and never refused', () => {
  fc.assert(
    fc.property(
      fc.record(
        {
          mode: fc.anything(),
          words: fc.anything(),
          fix: fc.anything(),
          place: fc.anything(),
          madeAt: fc.anything(),
          callSafe: fc.anything(),
          denied: fc.anything(),
        },
        { requiredKeys: [] },
      ),
      (what) => {
        const read = z.safeParse(NewReport, what)
        expect(read.success).toBe(true)
        if (read.success) routeOf(read.data, () => nobody, 'hangzhou')
      },
    ),
  )
})

test('[RP5] the place of the incident decides, then the fix, then the duty desk', () => {
  const shaoxing: Resolution = { ...lishui, desk: { id: 'shaoxing', name: '绍兴市公安局110' } }
  const resolve = ({ lng }: { lng: number }) => (lng > 121 ? nobody : lng > 120.2 ? shaoxing : lishui)
  const fix = { lng: 119.92, lat: 28.45, crs: 'wgs84' }
  const pin = { lng: 120.5, lat: 30.05, crs: 'wgs84' }
  expect(routeOf(report({ mode: 'text', fix, place: { pin } }), resolve, 'hangzhou')).toMatchObject({
    desk: 'shaoxing',
    by: 'pin',
  })
  expect(routeOf(report({ mode: 'text', fix }), resolve, 'hangzhou')).toMatchObject({
    desk: 'lishui',
    by: 'fix',
  })
  const lost = routeOf(report({ mode: 'silent' }), resolve, 'hangzhou')
  expect(lost).toMatchObject({ desk: 'hangzhou', by: 'duty', guidance: 'guidance.no-place' })
  expect(lost.flags).toContain('no-place')
})

test('[RP5] a pin outside the area is not pulled back in by the phone', () => {
  const resolve = ({ lng }: { lng: number }) => (lng > 121 ? nobody : lishui)
  const routed = routeOf(
    report({
      mode: 'text',
      fix: { lng: 119.92, lat: 28.45, crs: 'wgs84' },
      place: { pin: { lng: 121.5, lat: 31.2, crs: 'wgs84' } },
    }),
    resolve,
    'hangzhou',
  )
  expect(routed).toMatchObject({ desk: 'hangzhou', by: 'duty', guidance: 'guidance.out-of-area' })
})

test('[RP4] (0,0) is no fix, and a fix without a datum is kept and marked', () => {
  const zero = routeOf(
    report({ mode: 'text', fix: { lng: 0, lat: 0, crs: 'wgs84' } }),
    () => lishui,
    'hangzhou',
  )
  expect(zero).toMatchObject({ by: 'duty', fix: undefined })
  const unmarked = routeOf(
    report({ mode: 'text', fix: { lng: 119.92, lat: 28.45 } }),
    () => lishui,
    'hangzhou',
  )
  expect(unmarked.flags).toContain('datum-unknown')
  expect(unmarked.fix?.raw).toEqual({ lng: 119.92, lat: 28.45 })
})

test('[RP4] somebody in Myanmar is heard by the duty desk and told of the consular line', () => {
  const routed = routeOf(
    report({ mode: 'text', fix: { lng: 98.51, lat: 16.69, crs: 'wgs84' } }),
    () => nobody,
    'hangzhou',
  )
  expect(routed.flags).toContain('overseas')
  expect(routed.guidance).toBe('guidance.overseas')
})

test("[RP13] the phone's clock is kept apart and a wrong one is flagged, however wrong", () => {
  const now = '2026-11-21T02:00:00.000Z'
  expect(deviceMoment('2026-11-21T10:00:01+08:00', now)).toEqual({
    at: '2026-11-21T02:00:01.000Z',
    isWrong: false,
  })
  expect(deviceMoment('1970-01-01T00:00:00Z', now).isWrong).toBe(true)
  expect(deviceMoment('昨天', now)).toEqual({ isWrong: true })
})
