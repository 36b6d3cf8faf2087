import { expect, test } from 'vitest'
import * as z from 'zod/mini'
import { faultsOf, move, openMoves } from '@open110/kit/moves'
import {
  Attachment,
  contradicts,
  EvidenceLimits,
  EvidenceState,
  evidenceMoves,
  refuseByLimits,
  usualLimits,
  viewingOf,
  warnByLimits,
} from './evidence.ts'
import { kindAfterProbe, sniff } from './evidence.sniff.ts'

const megabyte = 1024 * 1024
const bytes = (...parts: (string | number[])[]) =>
  Uint8Array.from(
    parts.flatMap((part) => (typeof part === 'string' ? [...part].map((c) => c.charCodeAt(0)) : part)),
  )
const zeros = (count: number) => Array.from({ length: count }, () => 0)

test('[EV1] every state is reached and none but 已销毁 is an end', () => {
  expect(faultsOf(evidenceMoves, 'local', ['disposed'])).toEqual({ unreachable: [], deadEnds: [] })
  expect(Object.keys(viewingOf).toSorted()).toEqual(EvidenceState.options.toSorted())
})

test('[EV1] what is held cannot be disposed of, and what was stored never goes back to the phone', () => {
  expect(move(evidenceMoves, 'held', 'dispose', ['supervisor'])).toMatchObject({ refused: 'move.not-now' })
  expect(move(evidenceMoves, 'ready', 'dispose', ['server'])).toMatchObject({ refused: 'move.denied' })
  expect(evidenceMoves.dispose.needs).toEqual(['reason', 'secondApprover'])
  const onServer: EvidenceState[] = EvidenceState.options.filter(
    (state) => state !== 'local' && state !== 'uploading',
  )
  for (const row of Object.values(evidenceMoves)) {
    if (row.from.some((state) => onServer.includes(state))) expect(onServer).toContain(row.to)
  }
})

test('[EV1] after a hold is lifted the original is hashed and examined afresh', () => {
  expect(move(evidenceMoves, 'held', 'lift', ['supervisor'])).toBe('stored')
  expect(openMoves(evidenceMoves, 'stored', ['server'])).toEqual(['verify', 'contradict'])
})

test('[EV13] a contradicted hash is flagged, stays viewable, and a supervisor may admit it', () => {
  const computed = { bytes: 3, sha256: 'ab'.repeat(32), sm3: 'cd'.repeat(32) }
  expect(contradicts({}, computed)).toBe(false)
  expect(contradicts({ sha256: ` ${'AB'.repeat(32)}` }, computed)).toBe(false)
  expect(contradicts({ sha256: 'ab'.repeat(32), sm3: 'ce'.repeat(32) }, computed)).toBe(true)
  expect(move(evidenceMoves, 'stored', 'contradict', ['server'])).toBe('mismatch')
  expect(viewingOf.mismatch).toBe('view-flagged')
  expect(move(evidenceMoves, 'mismatch', 'admit', ['supervisor'])).toBe('ready')
})

test('[EV4] a refusal says what is allowed', () => {
  expect(refuseByLimits(usualLimits, { kind: 'photo', bytes: 20 * megabyte })).toBeUndefined()
  expect(refuseByLimits(usualLimits, { kind: 'photo', bytes: 20 * megabyte + 1 })).toMatchObject({
    refused: 'attachment.too-large',
    facts: {
      maxBytes: 20 * megabyte,
      allowed: expect.arrayContaining([{ kind: 'video', maxBytes: 200 * megabyte }]),
    },
  })
  expect(refuseByLimits(usualLimits, { kind: 'voice', bytes: 9, durationSeconds: 601 })).toMatchObject({
    refused: 'attachment.too-long',
    facts: { maxSeconds: 600 },
  })
  expect(refuseByLimits(usualLimits, { bytes: 0 })).toMatchObject({ refused: 'attachment.file-missing' })
})

test('[EV4] before the content is known only what no kind allows is refused', () => {
  expect(refuseByLimits(usualLimits, { bytes: 200 * megabyte })).toBeUndefined()
  expect(refuseByLimits(usualLimits, { bytes: 200 * megabyte + 1 })?.refused).toBe('attachment.too-large')
  const photosOnly = z.parse(EvidenceLimits, {
    ...usualLimits,
    ...Object.fromEntries(['video', 'voice', 'file'].map((kind) => [kind, { accepted: false, maxBytes: 1 }])),
  })
  expect(refuseByLimits(photosOnly, { bytes: 21 * megabyte })?.facts['maxBytes']).toBe(20 * megabyte)
  expect(refuseByLimits(photosOnly, { kind: 'video', bytes: 1 })).toMatchObject({
    refused: 'attachment.kind-unsupported',
    facts: { allowed: [{ kind: 'photo' }] },
  })
})

test('[EV4] the ninth photo and the sixteenth second are taken, and marked', () => {
  const ninth = { kind: 'photo', bytes: megabyte } as const
  expect(refuseByLimits(usualLimits, ninth)).toBeUndefined()
  expect(warnByLimits(usualLimits, { kind: 'photo', photosInReport: 8 })).toEqual([])
  expect(warnByLimits(usualLimits, { kind: 'photo', photosInReport: 9 })).toEqual(['more-than-advised'])
  expect(
    refuseByLimits(usualLimits, { kind: 'video', bytes: megabyte, durationSeconds: 3000 }),
  ).toBeUndefined()
  expect(warnByLimits(usualLimits, { kind: 'video', durationSeconds: 15 })).toEqual([])
  expect(warnByLimits(usualLimits, { kind: 'video', durationSeconds: 16 })).toEqual(['longer-than-advised'])
  expect(warnByLimits(usualLimits, { kind: 'voice', durationSeconds: 700 })).toEqual(['longer-than-allowed'])
})

const adtsFrame = [0xff, 0xf1, 0x50, 0x80, 0x01, 0x7f, 0xfc, 0, 0, 0, 0]
const mp3Frame = [0xff, 0xfb, 0x90, 0x00, ...zeros(413)]
const samples = {
  'image/jpeg': bytes([0xff, 0xd8, 0xff, 0xe1, 0, 16], 'Exif'),
  'image/png': bytes([0x89], 'PNG\r\n\x1a\n', [0, 0, 0, 13], 'IHDR', zeros(13)),
  'image/gif': bytes('GIF89a', [1, 0, 1, 0]),
  'image/webp': bytes('RIFF', [9, 0, 0, 0], 'WEBPVP8 '),
  'image/heic': bytes([0, 0, 0, 24], 'ftypheic', zeros(4), 'mif1heic'),
  'image/avif': bytes([0, 0, 0, 28], 'ftypavif', zeros(4), 'avifmif1miaf'),
  'video/mp4': bytes([0, 0, 0, 24], 'ftypmp42', zeros(4), 'isommp42'),
  'video/quicktime': bytes([0, 0, 0, 20], 'ftypqt  ', zeros(4), 'qt  '),
  'video/3gpp': bytes([0, 0, 0, 24], 'ftyp3gp4', zeros(4), 'isom3gp4'),
  'audio/mp4': bytes([0, 0, 0, 24], 'ftypM4A ', zeros(4), 'M4A mp42'),
  'video/webm': bytes([0x1a, 0x45, 0xdf, 0xa3, 0x9f, 0x42, 0x86, 0x81, 1, 0x42, 0x82, 0x84], 'webm'),
  'video/x-matroska': bytes([0x1a, 0x45, 0xdf, 0xa3, 0xa3, 0x42, 0x82, 0x88], 'matroska'),
  'audio/ogg': bytes('OggS', zeros(24), 'OpusHead'),
  'video/ogg': bytes('OggS', zeros(24), [0x80], 'theora'),
  'audio/wav': bytes('RIFF', [9, 0, 0, 0], 'WAVEfmt '),
  'audio/amr': bytes('#!AMR\n', [0x3c]),
  'audio/mpeg': bytes(mp3Frame, mp3Frame),
  'audio/aac': bytes(adtsFrame, adtsFrame),
  'application/pdf': bytes('%PDF-1.7\n'),
}

test.each(Object.entries(samples))('[EV2] %s is known by its first bytes', (mime, head) => {
  expect(sniff(head)).toMatchObject({ mime, warnings: [] })
})

test('[EV2] a magic number with nothing true behind it is not enough', () => {
  for (const fake of [
    bytes([0xff, 0xd8, 0xff], '<script>'),
    bytes('GIF89a', [0, 0, 0, 0]),
    bytes('<!--ftypmp42'),
    bytes([0xff, 0xfb, 0x90, 0x00], 'anything at all that is not a second frame'),
    bytes('RIFF....AVI LIST'),
  ])
    expect(sniff(fake)).toMatchObject({ refused: 'attachment.kind-unsupported' })
})

test.each([
  ['web-page', bytes('\n <!DOCTYPE html><p>')],
  ['web-page', bytes([0xef, 0xbb, 0xbf], '<svg onload=alert(1)>')],
  ['web-page', bytes([0xff, 0xfe], ...[...'<html>'].map((letter) => `${letter}\0`))],
  ['web-page', bytes('hello <script>alert(1)</script>')],
  ['script', bytes('#!/bin/sh\nrm -rf /')],
  ['script', bytes('#!AMR is not amr')],
  ['program', bytes('MZ\x90\0')],
  ['program', bytes([0x7f], 'ELF')],
  ['archive', bytes('PK\x03\x04')],
  ['archive', bytes('Rar!\x1a\x07\x01')],
  ['document', bytes([0xd0, 0xcf, 0x11, 0xe0])],
  ['playlist', bytes('#EXTM3U\nfile:///etc/passwd')],
  ['unknown', bytes('just words')],
])('[EV3] refused and named: %s', (found, head) => {
  const refusal = sniff(head)
  expect(refusal).toMatchObject({ refused: 'attachment.kind-unsupported', facts: { found } })
  expect('facts' in refusal && refusal.facts['accepts']).toContain('image/jpeg')
})

test('[EV3] a real picture with something hidden in it is taken with a warning', () => {
  const jpeg = samples['image/jpeg']
  const zipEnd = bytes('PK\x05\x06', zeros(18))
  expect(sniff(bytes([...jpeg], '<html><body>'))).toMatchObject({
    kind: 'photo',
    warnings: ['hidden-content'],
  })
  expect(sniff(jpeg, zipEnd)).toMatchObject({ kind: 'photo', warnings: ['hidden-content'] })
  expect(sniff(bytes([...samples['video/mp4']], '%PDF-1.4'))).toMatchObject({ warnings: ['hidden-content'] })
  // The description that every phone writes into its photos is XML, and harmless.
  expect(sniff(bytes([...jpeg], '<x:xmpmeta><rdf:RDF>'))).toMatchObject({ warnings: [] })
})

test('[EV3] nothing at all is said to be missing', () => {
  expect(sniff(new Uint8Array())).toMatchObject({ refused: 'attachment.file-missing' })
})

test('[EV14] a container of video without a picture is voice', () => {
  expect(kindAfterProbe('video', { hasVideo: false, hasAudio: true })).toBe('voice')
  expect(kindAfterProbe('video', { hasVideo: true, hasAudio: false })).toBe('video')
  expect(kindAfterProbe('video', { hasVideo: false, hasAudio: false })).toBe('video')
})

test('[EV5] an attachment without both digests is not one', () => {
  const whole = {
    id: `ev_${'0'.repeat(26)}`,
    kind: 'photo',
    state: 'stored',
    mime: 'image/jpeg',
    bytes: 1,
    sha256: 'a'.repeat(64),
    sm3: 'b'.repeat(64),
    warnings: [],
  }
  expect(z.safeParse(Attachment, whole).success).toBe(true)
  expect(z.safeParse(Attachment, { ...whole, sm3: undefined }).success).toBe(false)
  expect(z.safeParse(Attachment, { ...whole, sha256: 'A'.repeat(64) }).success).toBe(false)
})
