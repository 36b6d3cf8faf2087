import { expect, test } from 'vitest'
import { iceServersFor } from './ice.ts'

const now = new Date('2026-11-22T08:00:00.700Z')
const ask = { secret: 'north', room: 'vc_7k2m', now, seconds: 600 }

test('[ME40] the credentials of a relay are those that coturn computes, for this call and not longer than said', () => {
  const urls = ['turn:10.0.0.8:3478?transport=udp', 'turn:10.0.0.8:3478?transport=tcp']
  expect(iceServersFor({ ...ask, urls })).toEqual({
    // printf 1795335000:vc_7k2m | openssl dgst -sha1 -hmac north -binary | base64
    servers: [{ urls, username: '1795335000:vc_7k2m', credential: 'DMO4faPI1OMDbHT+CV6pdnPrqGA=' }],
    until: new Date('2026-11-22T08:10:00.000Z'),
  })
})

test('[ME40] a STUN server needs no credentials, and without a relay nothing ends', () => {
  expect(iceServersFor({ ...ask, secret: '', urls: ['stun:10.0.0.8:3478'] })).toEqual({
    servers: [{ urls: ['stun:10.0.0.8:3478'] }],
  })
  expect(iceServersFor({ ...ask, secret: '', urls: [] })).toEqual({ servers: [] })
  const both = iceServersFor({ ...ask, urls: ['stun:10.0.0.8', 'turn:10.0.0.8'] })
  expect(both.servers.map(({ urls, credential }) => [urls, credential !== undefined])).toEqual([
    [['stun:10.0.0.8'], false],
    [['turn:10.0.0.8'], true],
  ])
})
