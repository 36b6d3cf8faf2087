import { expect, test } from 'vitest'
import type { SeenItem } from '@open110/core/item'
import type { Attachment, Message } from '@open110/modules/report'
import {
  filesOf,
  itemsOf,
  localReport,
  openQuestion,
  percentOf,
  talkOf,
  waitsForAnswer,
} from './report.state.ts'

const at = '2026-11-21T19:11:00.000Z'
const message = (seq: number, rest: Partial<Message>): Message => ({
  id: `ms_${seq}`,
  seq,
  at,
  from: 'desk',
  kind: 'words',
  words: '',
  ...rest,
})
const item = (id: string, parcel: SeenItem['parcel'], rest: Partial<SeenItem> = {}): SeenItem => ({
  version: 1,
  id,
  key: `key-${id}`,
  of: 'rp_a',
  madeAt: at,
  agreedAt: at,
  state: 'queued',
  shows: 'queued',
  tries: 0,
  sentBytes: 0,
  isKept: true,
  parcel,
  ...rest,
})
const said = (id: string, words: string) => item(id, { kind: 'message', body: { words } })
const file = { name: '1.jpg', type: 'image/jpeg', bytes: 400, sha256: 's1' }
const attachment: Attachment = {
  id: 'ev_1',
  kind: 'photo',
  bytes: 400,
  sha256: 's1',
  sm3: '',
  state: 'stored',
  mime: 'image/jpeg',
  view: 'ready',
  at,
  warnings: [],
}

test('[CI7] words are shown from the phone until the server knows them, and then once', () => {
  const mine = said('m1', '他走了')
  expect(talkOf([], [mine])).toMatchObject([{ from: 'phone', words: '他走了' }])
  const known = message(1, { from: 'citizen', words: '他走了', clientId: 'm1' })
  expect(talkOf([known], [mine])).toMatchObject([{ from: 'server' }])
})

test('[CI7] a picture in the dialogue is one line on its way and one line when it is there', () => {
  const picture = item('p1', { kind: 'attachment', isSaid: true, file })
  expect(talkOf([], [picture])).toMatchObject([{ isPicture: true }])
  const saying = item('p1-said', { kind: 'message', body: { attachment: 'ev_1' } })
  const sent = { ...picture, shows: 'delivered' as const, attachment: 'ev_1' }
  expect(talkOf([], [sent, saying])).toHaveLength(1)
  expect(
    talkOf([message(1, { from: 'citizen', kind: 'picture', attachment: 'ev_1' })], [sent, saying]),
  ).toHaveLength(1)
})

test('[CI7] a question is open until it is answered here or there, and may be asked again', () => {
  const asked = message(1, { kind: 'question', question: 'hurt' })
  const answered = message(2, { from: 'citizen', kind: 'answer', question: 'hurt', option: 'no' })
  const answering = item('a', { kind: 'message', body: { answer: { question: 'hurt', option: 'no' } } })
  expect(openQuestion([asked], [])).toBe('hurt')
  expect(openQuestion([asked], [answering])).toBeUndefined()
  expect(openQuestion([asked, answered], [])).toBeUndefined()
  expect(openQuestion([asked, answered, message(3, { kind: 'question', question: 'hurt' })], [])).toBe('hurt')
  expect(openQuestion([message(1, { kind: 'question', question: 'unknown' })], [])).toBeUndefined()
})

test('[CI44] what the desk wrote last waits for one tap until something was said to it', () => {
  const asked = message(1, { words: '屋里还有别人吗' })
  expect(waitsForAnswer([asked], [])).toBe(true)
  expect(waitsForAnswer([asked, message(2, { from: 'system', kind: 'system' })], [])).toBe(true)
  expect(waitsForAnswer([asked, message(2, { from: 'citizen', words: '是' })], [])).toBe(false)
  expect(waitsForAnswer([asked], [said('m1', '是')])).toBe(false)
  expect(waitsForAnswer([message(1, { kind: 'question', question: 'hurt' })], [])).toBe(false)
  expect(waitsForAnswer([], [])).toBe(false)
})

test('[CI8] a file is on its way or it is there, never both', () => {
  const half = item('p1', { kind: 'attachment', isSaid: false, file }, { shows: 'sending', sentBytes: 160 })
  expect(percentOf(half)).toBe(40)
  expect(filesOf({ attachments: [] }, [half])).toMatchObject({ there: [], here: [{ id: 'p1' }] })
  const done = { ...half, shows: 'delivered' as const, attachment: 'ev_1' }
  expect(filesOf({ attachments: [] }, [done]).here).toHaveLength(1)
  expect(filesOf({ attachments: [attachment] }, [done])).toMatchObject({ there: [{ id: 'ev_1' }], here: [] })
})

test('[CI8] what belongs to a report is found by its id on the phone and by its id on the server', () => {
  const report = item('a', { kind: 'report', body: { mode: 'text' } } as SeenItem['parcel'], {
    of: 'a',
    shows: 'delivered',
    receipt: { id: 'rp_a' } as SeenItem['receipt'] & object,
  })
  const own = [said('m1', '1'), { ...said('m2', '2'), of: 'a' }, { ...said('m3', '3'), of: 'b' }]
  expect(localReport('rp_a', [report, ...own])?.id).toBe('a')
  expect(localReport('a', [report])?.id).toBe('a')
  expect(itemsOf([report, ...own], 'a', 'rp_a').map(({ id }) => id)).toEqual(['m1', 'm2'])
})
