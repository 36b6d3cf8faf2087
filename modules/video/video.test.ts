import fc from 'fast-check'
import { expect, test } from 'vitest'
import { videoPolicyFrom } from './video.policy.ts'
import { isDescription, kindsOffered, maySendKinds, mayReceive } from './video.routing.ts'
import { bareJpeg } from './video.still.ts'
import { participantRoles, usualVideo, VideoPolicy, type ParticipantRole } from './video.ts'

const desk: readonly ParticipantRole[] = ['call-taker', 'duty-officer']
const role = fc.constantFrom(...participantRoles)
const rules = fc.record({ isTalking: fc.boolean(), isCovert: fc.boolean() })

test('[VC4] whoever reports receives nothing of the desk before 喊话, and no picture of anybody while covert', () => {
  fc.assert(
    fc.property(role, rules, (of, now) => {
      const kinds = mayReceive('reporter', of, now)
      if (desk.includes(of) && !now.isTalking) expect(kinds).toEqual([])
      if (now.isCovert) expect(kinds).not.toContain('video')
      if (now.isCovert && !desk.includes(of)) expect(kinds).toEqual([])
      if (of === 'unit' || of === 'reporter') expect(kinds).toEqual([])
    }),
  )
})

test('[VC6] nobody receives anything of a supervisor, who sends nothing and receives all', () => {
  fc.assert(
    fc.property(role, fc.array(role), rules, (other, others, now) => {
      expect(mayReceive(other, 'supervisor', now)).toEqual([])
      expect(maySendKinds('supervisor', others, now)).toEqual([])
      if (other !== 'supervisor') expect(mayReceive('supervisor', other, now)).toEqual(['audio', 'video'])
    }),
  )
})

test('[VC4] a microphone of the desk is open where somebody hears it, its camera where no phone is covert or hands must be seen', () => {
  const usual = { isTalking: false, isCovert: false }
  expect(maySendKinds('call-taker', ['reporter', 'supervisor'], usual)).toEqual([])
  expect(maySendKinds('call-taker', ['reporter'], { ...usual, isTalking: true })).toEqual(['audio', 'video'])
  expect(maySendKinds('call-taker', ['reporter', 'unit'], usual)).toEqual(['audio', 'video'])
  expect(maySendKinds('call-taker', ['reporter', 'unit'], { ...usual, isCovert: true })).toEqual(['audio'])
  expect(maySendKinds('call-taker', ['sign-relay'], { ...usual, isCovert: true })).toEqual(['audio', 'video'])
  expect(mayReceive('interpreter', 'call-taker', usual)).toEqual(['audio'])
  expect(mayReceive('interpreter', 'sign-relay', usual)).toEqual(['audio', 'video'])
  expect(mayReceive('unit', 'interpreter', usual)).toEqual(['audio'])
})

test('[VC4] what an offer would send is read from its sections', () => {
  const section = (kind: string, way: string) =>
    `m=${kind} 9 UDP/TLS/RTP/SAVPF 96\r\nc=IN IP4 0.0.0.0\r\na=${way}\r\n`
  const offer = (...sections: string[]) => `v=0\r\no=- 1 1 IN IP4 127.0.0.1\r\n${sections.join('')}`
  expect(kindsOffered(offer(section('audio', 'sendonly'), section('video', 'recvonly')))).toEqual(['audio'])
  expect(kindsOffered(offer(section('video', 'sendrecv')))).toEqual(['video'])
  expect(kindsOffered(offer(section('audio', 'inactive'), section('application', 'sendonly')))).toEqual([])
  expect(kindsOffered(offer('m=audio 9 X 0\r\n'))).toEqual(['audio'])
  expect(isDescription(offer(section('audio', 'sendonly')))).toBe(true)
  expect(['', 'v=0', '{"type":"offer"}', 'm=audio\r\nv=0'].filter(isDescription)).toEqual([])
})

test('[VC3] a policy that is missing or written wrongly is as usual, field by field', () => {
  expect(videoPolicyFrom(undefined)).toEqual(usualVideo)
  expect(videoPolicyFrom('off')).toEqual(usualVideo)
  expect(videoPolicyFrom({ mode: 'off', lostSeconds: '15', stillSeconds: -1, exposureMinutes: 30 })).toEqual({
    ...usualVideo,
    mode: 'off',
    exposureMinutes: 30,
  })
  fc.assert(
    fc.property(fc.anything(), (said) => {
      expect(VideoPolicy.safeParse(videoPolicyFrom(said)).success).toBe(true)
    }),
  )
})

test('[VC10] a picture is bared of everything but itself, and what is no picture is nothing, whatever the bytes', () => {
  const bytes = (...parts: (number | string)[]) =>
    Uint8Array.from(parts.flatMap((part) => (typeof part === 'number' ? [part] : [...Buffer.from(part)])))
  const frame = [0xff, 0xc0, 0, 4, 8, 1]
  const scan = [0xff, 0xda, 0, 2, 1, 2, 3, 0xff, 0xd9]
  const exif = [0xff, 0xe1, 0, 6, 'Exif']
  const comment = [0xff, 0xfe, 0, 5, 'home'.slice(0, 3)]
  expect(bareJpeg(bytes(0xff, 0xd8, ...exif, ...comment, ...frame, ...scan))).toEqual(
    bytes(0xff, 0xd8, ...frame, ...scan),
  )
  expect(bareJpeg(bytes(0xff, 0xd8, ...scan))).toBeUndefined()
  expect(bareJpeg(bytes(0xff, 0xd8, 0xff, 0xc0, 0xff, 0xff, 0xff, 0xd9))).toBeUndefined()
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 80 }), (noise) => {
      const bare = bareJpeg(bytes(0xff, 0xd8, ...noise, 0xff, 0xd9))
      if (bare) expect(bare.length).toBeLessThanOrEqual(noise.length + 4)
    }),
  )
})
