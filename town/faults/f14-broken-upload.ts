import { createHash } from 'node:crypto'
import { list } from '@open110/modules/evidence/api'
import { chanceOf } from '../names.ts'
import { granted } from '../town.ts'
import type { Fault } from './fault.ts'
import { openCrowd } from './phones.ts'
import { within } from './until.ts'
import { beginUpload, fileOf } from './upload.ts'

const kilobyte = 1024

export const brokenUpload: Fault = {
  id: 'F14',
  does: 'the line of an upload breaks at bytes of chance, the server is killed in the middle of it, the phone comes back and goes on',
  holds:
    'the report is there before its media, the upload goes on from what the server has, and what is kept is byte for byte what was sent, once',
  async run({ ground, seed, isShort }) {
    const here = await ground()
    const chance = chanceOf(`${seed} F14`)
    const line = `http://127.0.0.1:${here.front.port}`
    const officer = await here.login('officer@lishui')
    const crowd = await openCrowd({ base: here.base, count: isShort ? 1 : 5, mark: 'F14' })
    const breaches: string[] = []
    let breaks = 0
    let sentTwice = 0
    try {
      for (const [n, phone] of crowd.phones.entries()) {
        const words = phone.press()
        await crowd.settle()
        const report = crowd.history.acked.get(words)!
        const bytes = fileOf(`${seed} ${n}`, (700 + Math.floor(chance() * 900)) * kilobyte + 3)
        const upload = await beginUpload({ base: () => line, token: phone.token, report, bytes })
        let known = 0
        for (let cut = 0; cut < 4; cut++) {
          here.front.set({ up: { cutAfterBytes: Math.floor((0.05 + chance() * 0.4) * bytes.length) } })
          here.front.reset()
          await upload.send()
          breaks += 1
          here.front.heal()
          here.front.reset()
          if (cut === 1) {
            await here.kill()
            await here.start()
          }
          const at = await upload.offset()
          if (at === undefined) {
            breaches.push('the upload was forgotten')
            break
          }
          if (at < known) breaches.push(`the server had ${known} bytes and now has ${at}`)
          known = at
        }
        let answer = await upload.send()
        if (answer?.sha256 === undefined) answer = await upload.send()
        if (answer?.sha256 !== upload.sha256)
          breaches.push(`the end was answered with ${answer?.status ?? 'nothing'}`)

        // The same bytes once more, from a phone that did not hear that they had arrived.
        const again = await beginUpload({ base: () => here.base, token: phone.token, report, bytes })
        await again.send()
        sentTwice += 1
        const found = await within(
          30,
          async () => granted(await here.call(phone.token)(list, { params: { report } })).length > 0,
        )
        const shown = granted(await here.call(phone.token)(list, { params: { report } }))
        if (found === undefined || shown.length !== 1)
          breaches.push(`${shown.length} attachments instead of one`)
        if (shown[0]?.sha256 !== upload.sha256) breaches.push('another digest than that of the phone')
        const original = await fetch(`${here.base}/api/v1/attachments/${shown[0]?.id}/original`, {
          headers: { authorization: `Bearer ${officer.token}` },
        })
        const kept = createHash('sha256')
          .update(Buffer.from(await original.arrayBuffer()))
          .digest('hex')
        if (kept !== upload.sha256) breaches.push('what is kept is not what was sent')
      }
      return {
        breaches,
        figures: { uploads: crowd.phones.length, 'lines broken': breaks, 'sent twice': sentTwice },
      }
    } finally {
      crowd.close()
      here.front.heal()
    }
  },
}
