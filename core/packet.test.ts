import { expect, test } from 'vitest'
import { openCall } from '@open110/kit/client/call'
import { silentTags, type NewReport } from '@open110/modules/report'
import { asSent } from './fix.ts'
import { post } from './outbox.post.ts'
import type { Item } from './item.ts'

const most = 1_024
const at = '2026-11-21T19:11:00.000Z'
/** A token of 32 bytes and a key of 16, as they are spelled; the longest numbers that a fix can have here. */
const token = 'A'.repeat(43)
const key = 'k'.repeat(26)
const fix = asSent({
  lng: 119.922_604_3,
  lat: -28.467_591_8,
  crs: 'wgs84',
  accuracyMetres: 1_000.4,
  source: 'network',
  at,
})

/** Bytes of the first packet: request line, the headers that the client itself makes, and the body. */
async function bytesOf(body: NewReport): Promise<number> {
  let bytes = 0
  const call = openCall({
    base: '',
    token: () => token,
    isEven: true,
    language: () => 'zh-CN',
    transport: async ({ method, url, headers, body: text = '' }) => {
      const length = Buffer.byteLength(text)
      const lines = Object.entries({ host: '110.lishui.gov.cn', ...headers, 'content-length': length })
      const head = [`${method} ${url} HTTP/1.1`, ...lines.map(([name, value]) => `${name}: ${value}`), '', '']
      bytes = Buffer.byteLength(head.join('\r\n')) + length
      return { status: 201, text: '{}' }
    },
  })
  const parcel = { kind: 'report', body } as const
  await post(call, { key, of: 'a', id: 'a', parcel } as Item, undefined)
  return bytes
}
const alarm = { language: 'zh-CN', callSafe: false, fix, madeAt: at, denied: ['microphone', 'camera'] }

test('[CO21] a silent alarm with its tag, fix and key goes in one packet, whatever the tag', async () => {
  for (const tag of silentTags)
    expect(await bytesOf({ mode: 'silent', tag, ...alarm })).toBeLessThanOrEqual(most)
})

test('[CO21] words of up to 120 characters and a place of 20 go in one packet with the fix; more go whole, in more', async () => {
  const place = { words: '岭'.repeat(20) }
  const sent = async (letters: number) =>
    bytesOf({ mode: 'text', words: '撬'.repeat(letters), place, ...alarm })
  expect(await sent(120)).toBeLessThanOrEqual(most)
  expect(await sent(2_000)).toBeGreaterThan(6_000)
})
