import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, expect, test } from 'vitest'
import { broken } from '@open110/town/faults/check'
import { openGround, type Ground } from '@open110/town/faults/ground'
import { storm } from '@open110/town/faults/storm'

const phones = 200
/** These die with the third kill and never come back: nobody will ever know what became of their last press. */
const mortal = 20

let ground: Ground | undefined
afterEach(() => ground?.close())

test('[SV1] killed five times among two hundred senders: nothing acknowledged is lost, nothing is there twice, the desk hears each once', async () => {
  ground = await openGround({ database: 'own', settings: { OPEN110_LOG: 'debug' } })
  const { findings, figures, tokens } = await storm(ground, {
    mark: '窗外有人',
    phones,
    rounds: 5,
    blows: ['server', 'both'],
    mortal,
  })
  process.stdout.write(`${JSON.stringify(figures)}\n`)
  expect(broken(findings)).toEqual({})
  expect(figures['refetches']).toBe('1+1')

  // [LG1] of the real process and its database, at their most talkative.
  const codes = await ground.rows<{ code: string }>('select receipt_code as code from report')
  const said = ground.said() + readFileSync(join(ground.data, 'log/postgres.log'), 'utf8')
  expect(said).toContain('report.send')
  const secrets = [...tokens, '窗外有人', '119.92', '28.4538', ...codes.map(({ code }) => code)]
  expect(secrets.filter((secret) => said.includes(secret))).toEqual([])
}, 300_000)
