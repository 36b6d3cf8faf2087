import fc from 'fast-check'
import { expect, test } from 'vitest'
import { readOffer, writeAnswer, type Local } from './description.ts'
import { announced } from './transport.ts'

/** As Chromium writes it, with what a line has no use for. */
const chromium = [
  'v=0',
  'o=- 42 2 IN IP4 127.0.0.1',
  's=-',
  't=0 0',
  'a=group:BUNDLE 0 1',
  'm=audio 9 UDP/TLS/RTP/SAVPF 111 63 9',
  'a=ice-ufrag:zZyn',
  'a=ice-pwd:CAteZy+v1633KPbASbGhlHhj',
  `a=fingerprint:sha-256 ${Array.from({ length: 32 }, () => '7F').join(':')}`,
  'a=setup:actpass',
  'a=mid:0',
  'a=extmap:3 http://www.ietf.org/id/draft-holmer-rmcat-transport-wide-cc-extensions-01',
  'a=sendonly',
  'a=rtpmap:111 opus/48000/2',
  'a=rtcp-fb:111 transport-cc',
  'a=fmtp:111 minptime=10;useinbandfec=1',
  'a=rtpmap:63 red/48000/2',
  'a=rtpmap:9 G722/8000',
  'm=video 9 UDP/TLS/RTP/SAVPF 96 97 102 104 98',
  'a=mid:1',
  'a=extmap:3 http://www.ietf.org/id/draft-holmer-rmcat-transport-wide-cc-extensions-01',
  'a=extmap:10 urn:ietf:params:rtp-hdrext:sdes:rtp-stream-id',
  'a=extmap:13 urn:3gpp:video-orientation',
  'a=sendonly',
  'a=rtpmap:96 VP8/90000',
  'a=rtcp-fb:96 nack',
  'a=rtcp-fb:96 nack pli',
  'a=rtpmap:97 rtx/90000',
  'a=fmtp:97 apt=96',
  'a=rtpmap:102 H264/90000',
  'a=fmtp:102 level-asymmetry-allowed=1;packetization-mode=1;profile-level-id=42e01f',
  'a=rtpmap:104 H264/90000',
  'a=fmtp:104 level-asymmetry-allowed=1;packetization-mode=0;profile-level-id=42e01f',
  'a=rtpmap:98 VP9/90000',
  'a=rid:h send',
  'a=simulcast:send h',
  '',
].join('\r\n')

const local: Local = {
  ufrag: 'abcd',
  password: 'abcdefghijklmnopqrstuv',
  fingerprint: 'sha-256 00',
  setup: 'active',
  candidates: ['candidate:1 1 UDP 2114977791 192.0.2.2 40000 typ host'],
}

test('[ME38] of an offer only what a line is made of is read', () => {
  const offer = readOffer(chromium)
  expect(offer).toMatchObject({ ufrag: 'zZyn', password: 'CAteZy+v1633KPbASbGhlHhj' })
  const [audio, video] = offer!.sections
  expect(audio).toMatchObject({
    mid: '0',
    kind: 'audio',
    sends: true,
    receives: false,
    transportSequenceId: 3,
  })
  expect(audio!.formats).toMatchObject([{ payloadType: 111, codec: 'opus', repeats: false }])
  expect(video!.formats).toMatchObject([
    { payloadType: 96, codec: 'vp8', repeats: true },
    { payloadType: 102, codec: 'h264' },
  ])
})

test('[ME38] the answer promises what we keep: feedback, repair, one layer, pictures turned upright by their sender', () => {
  const offer = readOffer(chromium)!
  const answer = writeAnswer(offer, local, (section) => ({
    direction: 'recvonly',
    formats: section.formats.slice(0, 1),
    maxKbps: 900,
  }))
  const lines = answer.split('\r\n')
  for (const line of [
    'a=group:BUNDLE 0 1',
    'm=video 9 UDP/TLS/RTP/SAVPF 96',
    'b=TIAS:900000',
    'a=rtcp-fb:96 nack',
    'a=rtcp-fb:96 nack pli',
    'a=rtcp-fb:96 transport-cc',
    'a=candidate:1 1 UDP 2114977791 192.0.2.2 40000 typ host',
  ]) {
    expect(lines).toContain(line)
  }
  expect(answer).not.toMatch(/rtx|red\/|H264|simulcast|orientation|sendrecv/)
  // A section that is not taken is refused in its place, and the connection is that of the one that is.
  const half = writeAnswer(offer, local, (section) =>
    section.kind === 'video'
      ? { direction: 'sendonly', formats: section.formats, ssrc: 9, stream: 'phone' }
      : undefined,
  )
  expect(half).toMatch(/^m=audio 0 /m)
  expect(half).toContain('a=group:BUNDLE 1')
  expect(half).toContain('a=ssrc:9 cname:phone')
})

test('[ME27] no text makes reading an offer throw, and none that was tampered with is taken for one', () => {
  fc.assert(
    fc.property(fc.nat(chromium.length), fc.nat(200), fc.string({ maxLength: 20 }), (at, cut, words) => {
      const text = chromium.slice(0, at) + words + chromium.slice(at + cut)
      const offer = readOffer(text)
      if (offer) expect(readOffer(writeAnswer(offer, local, () => undefined))).toBeUndefined()
    }),
  )
  for (const line of ['a=ice-ufrag:zZyn', 'a=mid:1', 'a=fingerprint:sha-256', 'v=0']) {
    expect(readOffer(chromium.replace(line, 'a=x'))).toBeUndefined()
  }
  const second = chromium.replace('m=audio 9 UDP/TLS/RTP/SAVPF 111 63 9', 'm=video 9 UDP/TLS/RTP/SAVPF 111')
  expect(readOffer(second)).toBeUndefined()
  expect(
    readOffer(`${chromium}m=application 9 UDP/DTLS/SCTP webrtc-datachannel\r\na=mid:2\r\n`),
  ).toBeUndefined()
})

test('[ME32] the public address stands first, with the port of the machine’s own', () => {
  const own = [
    'a=candidate:2 1 UDP 2116026111 fd00::2 52819 typ host',
    'a=candidate:1 1 UDP 2114977791 10.0.0.2 52819 typ host',
    'a=candidate:3 1 TCP 1 10.0.0.2 9 typ host tcptype active',
  ]
  expect(announced(own, undefined)).toHaveLength(2)
  const [first, ...others] = announced(own, '198.51.100.4')
  expect(first).toBe('candidate:public 1 UDP 2114977791 198.51.100.4 52819 typ host')
  expect(others).toHaveLength(2)
})
