import { expect, test } from 'vitest'
import { kindsIn, startable } from './sdp.ts'

const offer = (candidates: string[]) =>
  [
    'v=0', 'o=- 1 1 IN IP4 127.0.0.1', 's=-', 't=0 0', 'a=group:BUNDLE 0 1',
    'm=audio 9 UDP/TLS/RTP/SAVPF 111', 'c=IN IP4 0.0.0.0', ...candidates, 'a=mid:0', 'a=sendonly',
    'm=video 9 UDP/TLS/RTP/SAVPF 96', 'c=IN IP4 0.0.0.0', 'a=mid:film', 'a=sendonly', '',
  ].join('\r\n') // prettier-ignore

test('[ME42] an offer without candidates, or with hidden names alone, gets one that leads nowhere; nothing else changes', () => {
  const hidden = 'a=candidate:1 1 udp 2113937151 6f8f2e5c-9f0b.local 51000 typ host generation 0'
  for (const sdp of [offer([]), offer([hidden])]) {
    const started = startable(sdp).split('\r\n')
    expect(started.filter((line) => line.startsWith('a=candidate:'))).toHaveLength(1)
    expect(started.indexOf('a=candidate:1 1 udp 1 127.0.0.1 9 typ host')).toBe(7)
    expect(started.filter((line) => !line.startsWith('a=candidate:')).join('\r\n')).toBe(offer([]))
  }
  const open = offer(['a=candidate:1 1 udp 2113937151 192.0.2.7 51000 typ host'])
  expect(startable(open)).toBe(open)
})

test('[ME42] only sections that carry something count, each by its own mid', () => {
  expect([...kindsIn(offer([]))]).toEqual([['audio', '0'], ['video', 'film']]) // prettier-ignore
  expect([...kindsIn(offer([]).replace('m=video 9', 'm=video 0'))]).toEqual([['audio', '0']])
  expect([...kindsIn(offer([]).replace('a=sendonly', 'a=inactive'))]).toEqual([['video', 'film']])
})
