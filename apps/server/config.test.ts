import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { settingsFrom } from './config.ts'

const root = mkdtempSync(join(tmpdir(), 'open110-config-'))
afterAll(() => rmSync(root, { recursive: true, force: true }))

const wrong = (env: Record<string, string>) => {
  const read = settingsFrom(env, root)
  return 'problems' in read ? read.problems : []
}
const keys = (env: Record<string, string>) => wrong(env).map(({ key }) => key)

test('[SV3] nothing said is all defaults, and everything that may be said is taken', () => {
  expect(settingsFrom({ PATH: '/usr/bin' }, root)).toMatchObject({
    config: { OPEN110_PORT: 8110, OPEN110_DEMO: true, OPEN110_DUTY_DESK: 'hangzhou' },
    folder: join(root, '.data'),
  })
  const said = {
    OPEN110_PORT: '0', OPEN110_HOST: '0.0.0.0', OPEN110_DATA: join(root, 'data'), OPEN110_SECRET: 'x'.repeat(32),
    DATABASE_URL: 'postgres://open110:p%40ss@db.example:5433/open110?sslmode=require', OPEN110_DEMO: 'off',
    OPEN110_LOG: 'info', OPEN110_DUTY_DESK: 'lishui', OPEN110_CONNECTIONS: '48', OPEN110_CLIENTS: 'off',
    OPEN110_PUBLIC_URL: 'https://110.example.cn', OPEN110_MEDIA: 'janus', OPEN110_MEDIA_PORT: '40000', OPEN110_MEDIA_ADDRESS: '203.0.113.7',
    OPEN110_MEDIA_RTMP: 'rtmp://110.example.cn:1935', OPEN110_JANUS_URL: 'ws://10.0.0.7:8188', OPEN110_JANUS_SECRET: 's',
    OPEN110_JANUS_DATA: '/srv/open110', OPEN110_TURN_URLS: 'stun:10.0.0.8,turn:10.0.0.8:3478?transport=tcp',
    OPEN110_TURN_SECRET: 's',
    OPEN110_LEASH: '1', OPEN110_CTI_URL: 'http://10.0.0.5:8088/ari', OPEN110_SMS_URL: 'cmpp://900001@10.0.0.9:7890',
  } // prettier-ignore
  expect(wrong(said)).toEqual([])
  expect(wrong({ DATABASE_URL: 'postgresql:///open110?host=/run/postgresql' })).toEqual([])
})

test.each([
  ['OPEN110_PORT', 'eighty', '0 到 65535'],
  ['OPEN110_PORT', '-1', '不能小于 0'],
  ['OPEN110_PORT', '65536', '不能大于 65535'],
  ['OPEN110_PORT', '80.5', '整数'],
  ['OPEN110_CONNECTIONS', '11', '不能小于 12'],
  ['OPEN110_CONNECTIONS', '501', '不能大于 500'],
  ['OPEN110_DEMO', 'yes', 'on 或 off'],
  ['OPEN110_LOG', 'loud', 'silent'],
  ['OPEN110_HOST', 'http://0.0.0.0', '主机名'],
  ['OPEN110_SECRET', 'short', '32'],
  ['OPEN110_DUTY_DESK', 'Hang Zhou', 'hangzhou'],
  ['OPEN110_CTI_URL', '10.0.0.5:8088', 'http://'],
  ['OPEN110_SMS_URL', 'http://gateway', 'cmpp://'],
  ['OPEN110_PUBLIC_URL', '110.example.cn', 'https://'],
  ['OPEN110_MEDIA', 'livekit', 'embedded'],
  ['OPEN110_MEDIA_PORT', 'udp', '0 到 65535'],
  ['OPEN110_MEDIA_ADDRESS', 'media.example.cn', 'IP'],
  ['OPEN110_MEDIA_RTMP', 'http://110.example.cn', 'rtmp://'],
  ['OPEN110_JANUS_URL', 'http://127.0.0.1:8088', 'ws://'],
  ['OPEN110_JANUS_DATA', 'data', '绝对路径'],
  ['OPEN110_TURN_URLS', 'turn:10.0.0.8,10.0.0.9', 'turn:'],
  ['OPEN110_TURN_URLS', 'turn:10.0.0.8?transport=sctp', 'turn:'],
  ['DATABASE_URL', 'mysql://root@db/open110', 'postgres://'],
  ['DATABASE_URL', 'postgres://open110:p@ss:word@db:port/open110', '转义'],
  ['DATABASE_URL', 'postgres:///open110', '主机'],
])('[SV3] %s=%s is wrong, and what it must be is said in both languages', (key, value, hint) => {
  const [only, ...more] = wrong({ [key]: value })
  expect(more).toEqual([])
  expect(only).toMatchObject({
    key,
    zh: expect.stringContaining(hint),
    en: expect.stringMatching(/^Must .+\.$/),
  })
})

test('[SV3] a relay without its secret is wrong, a STUN server needs none', () => {
  expect(keys({ OPEN110_TURN_URLS: 'turn:10.0.0.8:3478' })).toEqual(['OPEN110_TURN_SECRET'])
  expect(keys({ OPEN110_TURN_URLS: 'stun:10.0.0.8:3478' })).toEqual([])
})

test.each([
  ['OPEN110_PROT', 'OPEN110_PORT'],
  ['OPEN110_DATA_DIR', 'OPEN110_DATA'],
  ['open110_demo', 'OPEN110_DEMO'],
  ['OPEN110_LOGS', 'OPEN110_LOG'],
  ['OPEN110_CONECTIONS', 'OPEN110_CONNECTIONS'],
])('[SV3] %s is no setting; %s was meant', (typed, meant) => {
  expect(wrong({ [typed]: '1' })).toEqual([
    { key: typed, zh: expect.stringContaining(meant), en: expect.stringContaining(`did you mean ${meant}?`) },
  ])
})

test('[SV3] a name that resembles nothing is refused without a guess, and other programs’ names are left alone', () => {
  expect(wrong({ OPEN110_ZZZZZZZZZZZZ: '1', PGHOST: 'db', NODE_ENV: 'x' })).toEqual([
    { key: 'OPEN110_ZZZZZZZZZZZZ', zh: '没有这个设置。', en: 'There is no such setting.' },
  ])
})

test('[SV3] a data folder that is a file, or lies under one, is said together with everything else', () => {
  const file = join(root, 'file')
  writeFileSync(file, '')
  mkdirSync(join(root, 'there'))
  expect(wrong({ OPEN110_DATA: join(root, 'there', 'deeper', 'data') })).toEqual([])
  for (const folder of [file, join(file, 'data')]) {
    expect(keys({ OPEN110_DATA: folder, OPEN110_PORT: 'x', OPEN110_PROT: '1', DATABASE_URL: 'x' })).toEqual([
      'OPEN110_PROT',
      'OPEN110_PORT',
      'DATABASE_URL',
      'OPEN110_DATA',
    ])
  }
})

// Where a file stands nobody makes a folder, not even who may do everything else.
test('[SV3] a data folder that may not be written is said', () => {
  const closed = join(root, 'closed')
  writeFileSync(closed, '')
  expect(keys({ OPEN110_DATA: join(closed, 'data') })).toEqual(['OPEN110_DATA'])
})
