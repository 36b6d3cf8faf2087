import { createHash } from 'node:crypto'
import { door, type Answered, type Asked, type Outsider } from './outsider.contract.ts'

/** 一件警情 — every operation of the contract's table once, from the first word to the closed case, as an outsider calls them. */
export type Life = Awaited<ReturnType<typeof live>>

export const sha256 = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex')

/** One field `file` of plain multipart. */
export const formOf = (file: Uint8Array) => () => {
  const form = new FormData()
  form.set('file', new Blob([Uint8Array.from(file)], { type: 'image/jpeg' }), '门口.jpg')
  return form
}

export async function live(near: {
  outsider: Outsider
  picture: Uint8Array
  codeSentTo: (phone: string) => string
}) {
  const { outsider } = near
  const done = new Map<string, { readonly asked: Asked; readonly answered: Answered<unknown> }>()
  /** Does it, and keeps the first answer of each operation under its name. */
  async function act<Body>(operation: string, ...[at, sent]: Parameters<Outsider['good']>): Promise<Body> {
    const body = await outsider.good<Body>(at, sent)
    const last = outsider.heard.at(-1)!
    if (!done.has(operation)) done.set(operation, last)
    return body
  }
  const now = () => new Date().toISOString()
  const login = async (account: string) => {
    const body = { account, password: 'open110-demo' }
    return act<{ token: string; staff: { unit?: string } }>('staff.login', 'POST /staff/sessions', { body })
  }

  const opening = { body: { device: { model: 'OPENPHONE 1' }, language: 'zh-CN' } }
  const { token: 林秋 } = await act<{ token: string }>('session.open', 'POST /sessions', opening)
  const 陈国强 = await outsider.session()
  const phone = '19900000110'
  await act('person.request-code', 'POST /phone-codes', { token: 林秋, body: { phone } })
  const code = near.codeSentTo(phone)
  await act('person.verify-phone', 'POST /phone-verifications', { token: 林秋, body: { phone, code } })

  const { token: 赵敏 } = await login('zhaomin@lishui')
  const { token: 王涛 } = await login('wangtao@lishui')
  const { token: 值班长 } = await login('officer@lishui')
  const { token: 绍兴 } = await login('zhaomin@shaoxing')
  const { token: 城东1, staff: patrol } = await login('unit-1@lishui')
  const { token: 城东2 } = await login('unit-2@lishui')
  const unit = patrol.unit ?? ''
  await act('desk.sign-in', 'POST /desks/lishui/seats/1', { token: 赵敏 })
  await outsider.good('POST /desks/lishui/seats/2', { token: 王涛 })

  const fix = { ...door, at: now() }
  const report = {
    mode: 'silent',
    tag: 'burglary',
    words: '有人在撬我家的门,我不能出声',
    language: 'zh-CN',
    callSafe: false,
    fix,
    place: { words: '囿山路16号3楼', pin: { lng: 119.9232, lat: 28.4539, crs: 'gcj02' } },
    madeAt: now(),
  }
  const { id, receiptCode } = await act<{ id: string; receiptCode: string }>('report.send', 'POST /reports', {
    token: 林秋,
    body: report,
  })
  const early = await act<{ ladder: { step: string }[] }>('report.get', `GET /reports/${id}`, { token: 林秋 })
  await act('report.list', 'GET /reports', { token: 林秋 })
  await act('report.by-code', `GET /receipts/${receiptCode}`)
  await act('desk.queue', 'GET /desks/lishui/queue', { token: 赵敏 })
  await act('report.receive', `POST /reports/${id}/receive`, { token: 赵敏 })
  const second = await outsider.ask<{ facts: { by: string } }>(`POST /reports/${id}/receive`, { token: 王涛 })
  await act('report.supplement', `POST /reports/${id}/supplements`, {
    token: 林秋,
    body: { words: '他进来了', fix },
  })
  await act('message.send', `POST /reports/${id}/messages`, {
    token: 林秋,
    body: { words: '在客厅', clientId: 'c-1' },
  })
  await outsider.good(`POST /reports/${id}/messages`, {
    token: 赵敏,
    body: { words: '别出声', clientId: 'c-2' },
  })
  await act('message.list', `GET /reports/${id}/messages`, { token: 林秋 })
  const attaching = { token: 林秋, form: formOf(near.picture) }
  await act('attachment.attach', `POST /reports/${id}/attachments`, attaching)

  const place = { words: '囿山路16号3楼东户', pin: { lng: 119.9233, lat: 28.454, crs: 'wgs84' } }
  const accepting = { report: id, category: '1003', level: 1, words: '独居女子家中进贼', place }
  const { id: incident } = await act<{ id: string }>('incident.accept', 'POST /incidents', {
    token: 赵敏,
    body: accepting,
  })
  await act('incident.get', `GET /incidents/${incident}`, { token: 赵敏 })
  await act('unit.fix', `POST /units/${unit}/fixes`, {
    token: 城东1,
    body: { fixes: [fix, { ...fix, at: now() }] },
  })
  await act('dispatch.suggest', `GET /incidents/${incident}/suggestions`, { token: 赵敏 })
  const { id: slip } = await act<{ id: string }>('dispatch.issue', `POST /incidents/${incident}/slips`, {
    token: 赵敏,
    body: { unit, words: '绕到后门' },
  })
  for (const move of ['sign', 'depart', 'arrive', 'settle', 'report']) {
    const feedback = move === 'report' ? { outcome: 'arrested', words: '在阳台抓获一名男子' } : undefined
    await act('dispatch.move', `POST /slips/${slip}/moves`, {
      token: 城东1,
      body: { move, fix: { ...fix, at: now() }, feedback },
    })
  }
  await outsider.good(`POST /slips/${slip}/moves`, { token: 值班长, body: { move: 'close' } })
  await act('incident.move', `POST /incidents/${incident}/moves`, {
    token: 值班长,
    body: { move: 'close', reason: '已办结' },
  })
  await act('place.resolve', `GET /places/resolve?lng=119.9231&lat=28.4538&crs=wgs84&accuracyMetres=30`)
  await act('desk.sign-out', 'DELETE /desks/lishui/seats/1', { token: 赵敏 })

  const people = { 林秋, 陈国强, 赵敏, 王涛, 值班长, 绍兴, 城东1, 城东2 }
  return { done, people, ids: { report: id, receiptCode, incident, slip, unit }, sent: report, early, second }
}
