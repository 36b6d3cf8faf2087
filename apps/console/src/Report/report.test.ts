import { expect, test } from 'vitest'
import { incidentMoves } from '@open110/modules/incident'
import { slipMoves } from '@open110/modules/dispatch'
import type { SeenFix } from '@open110/modules/report'
import {
  adoptedFrom,
  emptyAcceptance,
  findCategories,
  levelOf,
  missingOf,
  placeOf,
  placesSent,
  readAcceptance,
  suggestedCategory,
  withTag,
} from './acceptance.state.ts'
import { buttonsOf } from './buttons.state.ts'
import { besideOf, placeText, truthOf } from './record.state.ts'

const fix = (kind: SeenFix['kind'], receivedAt: string, more: Partial<SeenFix> = {}): SeenFix => ({
  kind,
  raw: { lng: 119.9, lat: 28.4, crs: 'wgs84' },
  wgs84: { lng: 119.9, lat: 28.4 },
  source: 'gps',
  receivedAt,
  ...more,
})

test('[RP52] what was tapped holds until somebody chooses otherwise, so that nothing need be typed; an empty form is empty', () => {
  const tagged = { tag: 'burglary', level: 1, category: '1003' }
  expect(readAcceptance(undefined)).toEqual(emptyAcceptance)
  expect(missingOf(emptyAcceptance)).toEqual(['category', 'level'])
  const assumed = withTag(emptyAcceptance, tagged)
  expect(assumed).toMatchObject({ category: '1003', level: 1 })
  expect(missingOf(assumed)).toEqual([])
  expect(withTag({ ...emptyAcceptance, level: 2 }, tagged)).toMatchObject({ category: '1003', level: 2 })
  const chosen = withTag({ ...emptyAcceptance, category: '1004' }, tagged)
  expect([chosen.category, levelOf(chosen)]).toEqual(['1004', 3])
  expect(withTag(emptyAcceptance, undefined)).toBe(emptyAcceptance)
})

test('[CS9] words suggest too, and say which words', () => {
  expect(suggestedCategory({ mode: 'text', words: '有人在撬我家的门' })).toMatchObject({
    category: { code: '1003' },
    found: '撬我家的门',
  })
  expect(suggestedCategory({ mode: 'fraud' })).toMatchObject({ category: { code: '1005' }, why: 'fraud' })
  expect(suggestedCategory({ mode: 'text', words: '您好' })).toBeUndefined()
})

test("[CS9] the level is the person's; until then the category's stands in", () => {
  expect(levelOf({ ...emptyAcceptance, category: '1004' })).toBe(3)
  expect(levelOf({ ...emptyAcceptance, category: '1004', level: 1 })).toBe(1)
})

test('[CS9] a place is adopted by a press; a fix without a datum cannot be', () => {
  expect(placeOf(emptyAcceptance)).toBeUndefined()
  expect(placeOf({ ...emptyAcceptance, placeWords: ' 中山街 12 号 ' })).toEqual({
    from: 'desk',
    words: '中山街 12 号',
  })
  const pin = adoptedFrom(fix('pin', '2026-03-01T04:00:00.000Z'))
  expect(pin).toEqual({ wgs84: { lng: 119.9, lat: 28.4 }, from: 'reporter-pin' })
  const { wgs84: _, ...unknown } = fix('fix', '2026-03-01T04:00:00.000Z')
  expect(adoptedFrom(unknown)).toBeUndefined()
})

test('[CS9] the newest pin and the newest fix are offered apart', () => {
  const old = fix('fix', '2026-03-01T04:00:00.000Z')
  const fresh = fix('fix', '2026-03-01T04:01:00.000Z', { accuracyMetres: 12 })
  const pin = fix('pin', '2026-03-01T04:00:30.000Z')
  expect(placesSent([fresh, old, pin])).toEqual({ fix: fresh, pin })
  expect(placesSent([])).toEqual({})
})

test('[CS9] categories are found by code, by name and by their group', () => {
  expect(findCategories('1003')[0]?.name).toBe('入室盗窃')
  expect(findCategories('入室')[0]?.code).toBe('1003')
  expect(findCategories('纠纷').map((found) => found.code)).toContain('82')
  expect(findCategories('没有这种')).toEqual([])
})

test('[CS10] an absent move says from where, or by whom', () => {
  const buttons = buttonsOf(incidentMoves, 'dispatched', ['call-taker'], ['close', 'revive', 'hold'])
  expect(buttons.find((button) => button.move === 'close')).toEqual({
    move: 'close',
    isOpen: false,
    needs: ['reason'],
    why: { is: 'not-now', from: ['accepted', 'reported', 'pending'] },
  })
  const [revive] = buttonsOf(incidentMoves, 'closed', ['call-taker'], ['revive'])
  expect(revive?.why).toEqual({ is: 'denied', by: ['supervisor'] })
  const [open] = buttonsOf(slipMoves, 'issued', ['dispatcher'], ['cancel'])
  expect(open).toEqual({ move: 'cancel', isOpen: true, needs: ['reason'] })
})

test('[CS13] what was first recorded stands beside what was confirmed', () => {
  const level = { initial: 2, confirmed: 1, confirmedBy: '赵敏', confirmedAt: '2026-03-01T04:00:00.000Z' }
  expect(besideOf(level, String)).toEqual({
    initial: '2',
    confirmed: '1',
    by: '赵敏',
    at: '2026-03-01T04:00:00.000Z',
  })
  expect(besideOf({ initial: 2 }, String)).toEqual({ initial: '2' })
  expect(truthOf(level)).toBe(1)
  expect(placeText({ words: '中山街', wgs84: { lng: 119.9, lat: 28.4 }, from: 'desk' })).toBe(
    '中山街 · 119.90000, 28.40000',
  )
})
