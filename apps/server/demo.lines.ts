import type { FastifyInstance } from 'fastify'
import type { FakeCti, FakeTexts } from '@open110/modules/channel/server'

/** Words of a form, as far as they are words at all. */
const partOf = (body: unknown, name: string): string | undefined => {
  const value = (body as Readonly<Record<string, unknown>> | undefined)?.[name]
  return typeof value === 'string' && value.trim() !== '' ? value.trim().slice(0, 2_000) : undefined
}

/**
 * 演示线路 — pages on which somebody may ring 110 and write to 12110 without a telephone. They exist only while the demo
 * flag is on, and reach nobody outside this server.
 */
export function serveDemoLines(
  app: FastifyInstance,
  lines: { cti: FakeCti | undefined; gateway: FakeTexts | undefined },
): void {
  app.get('/demo/lines.css', (_, reply) => reply.type('text/css; charset=utf-8').send(css))
  app.get('/demo/lines.js', (_, reply) => reply.type('text/javascript; charset=utf-8').send(script))
  if (lines.cti) serveDemoCalls(app, lines.cti)
  if (lines.gateway) serveDemoTexts(app, lines.gateway)
}

const page = (html: string) => `<!doctype html>
<html lang="zh-CN"><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<link rel="stylesheet" href="/demo/lines.css"><script type="module" src="/demo/lines.js"></script>${html}</html>`

function serveDemoCalls(app: FastifyInstance, cti: FakeCti): void {
  const calling = new Map<string, { number: string; since: string }>()
  app.get('/demo/cti', (_, reply) => reply.type('text/html; charset=utf-8').send(page(ctiPage)))
  app.get('/demo/cti/calls', () => [...calling].map(([call, about]) => ({ call, ...about })))
  app.post('/demo/cti/calls', async ({ body }, reply) => {
    const number = partOf(body, 'number')
    const [lng, lat] = (partOf(body, 'point') ?? '').split(',').map(Number)
    const words = partOf(body, 'words')
    const isPlaced = Number.isFinite(lng) && Number.isFinite(lat)
    const call = await cti.ring({
      number,
      called: partOf(body, 'called') ?? '110',
      desk: partOf(body, 'desk'),
      place: isPlaced
        ? { lng: lng!, lat: lat!, accuracyMetres: 300, source: 'cell', ...(words ? { words } : {}) }
        : undefined,
    })
    calling.set(call, { number: number ?? '', since: new Date().toISOString() })
    return reply.code(201).send({ call })
  })
  app.post<{ Params: { call: string } }>('/demo/cti/calls/:call/end', async ({ params }) => {
    calling.delete(params.call)
    // Named degradation: the desk may have hung up first.
    await cti.putDown(params.call).catch(() => undefined)
    return {}
  })
}

function serveDemoTexts(app: FastifyInstance, gateway: FakeTexts): void {
  app.get('/demo/sms-in', (_, reply) => reply.type('text/html; charset=utf-8').send(page(smsPage)))
  app.get('/demo/sms-in/texts', () => gateway.sent)
  app.post('/demo/sms-in/texts', async ({ body }, reply) => {
    const number = partOf(body, 'number') ?? '13900000000'
    const called = partOf(body, 'called') ?? '12110578'
    const words = partOf(body, 'words')
    if (words) await gateway.write({ number, called, words })
    return reply.code(201).send({})
  })
  app.post('/demo/sms-in/receipts', async ({ body }) => {
    const ref = partOf(body, 'ref')
    if (ref) await gateway.confirm(ref)
    return {}
  })
}

const desks = [
  ['lishui', '丽水', '119.9231,28.4538', '578'],
  ['shaoxing', '绍兴', '120.5802,30.0301', '575'],
  ['hangzhou', '杭州', '120.1619,30.2521', '571'],
] as const

const ctiPage = `<title>演示来电</title><h1>演示来电</h1>
<p>在这里拨打110,接警席会响铃。只在本机演示,不接通任何真实电话。<br>Ring 110 without a telephone; nobody outside hears it.</p>
<form id="ring">
<label>主叫号码<input name="number" value="13800138000" inputmode="tel"></label>
<label>被叫<select name="called"><option>110</option><option>119</option><option>122</option></select></label>
<label>接入<select name="desk">${desks.map(([id, name]) => `<option value="${id}">${name}</option>`).join('')}</select></label>
<label>基站坐标(WGS-84)<input name="point" value="${desks[0][2]}"></label>
<label>基站地址<input name="words" value="莲都区紫金路基站"></label>
<button>拨打</button></form><p id="said" role="status"></p><h2>通话</h2><ul id="list"></ul>`

const smsPage = `<title>演示12110短信</title><h1>演示12110短信</h1>
<p>在这里给12110发短信。只在本机演示。<br>Write to 12110 without a carrier; nothing leaves this server.</p>
<form id="write">
<label>手机号<input name="number" value="13900139000" inputmode="tel"></label>
<label>发到<select name="called">${desks.map(([, name, , area]) => `<option value="12110${area}">12110${area} ${name}</option>`).join('')}</select></label>
<label>内容(先写地点)<textarea name="words" rows="3">紫金路18号2幢,有人在楼道里吵架</textarea></label>
<button>发送</button></form><p id="said" role="status"></p><h2>网关发出的短信</h2><ul id="list"></ul>`

const css = `:root{color-scheme:light dark}body{font:16px/1.6 system-ui,"Noto Sans CJK SC",sans-serif;max-inline-size:720px;margin:32px auto;padding-inline:16px}
form{display:grid;gap:12px}label{display:grid;gap:4px}input,select,textarea,button{font:inherit;padding:8px}button{justify-self:start;min-inline-size:120px}li{padding-block:4px}`

const script = `const post = (path, body) => fetch(path, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) })
const list = document.querySelector('#list'), said = document.querySelector('#said')
const item = (words, act, press) => {
  const li = document.createElement('li'); li.textContent = words + ' '
  if (act) { const button = document.createElement('button'); button.textContent = act; button.onclick = press; li.append(button) }
  return li
}
const isCalls = document.querySelector('#ring') !== null
const show = async () => {
  const rows = await (await fetch(isCalls ? '/demo/cti/calls' : '/demo/sms-in/texts')).json()
  list.replaceChildren(...rows.map((row) => isCalls
    ? item((row.number || '号码未显示') + ' 正在呼叫', '挂断', async () => { await post('/demo/cti/calls/' + row.call + '/end', {}); show() })
    : item(row.to + ':' + row.words, '手机已收到', async () => { for (const ref of row.refs) await post('/demo/sms-in/receipts', { ref }); show() })))
}
document.querySelector('form').onsubmit = async (event) => {
  event.preventDefault()
  const answer = await post(isCalls ? '/demo/cti/calls' : '/demo/sms-in/texts', Object.fromEntries(new FormData(event.target)))
  said.textContent = answer.ok ? (isCalls ? '正在呼叫,接警席已响铃。' : '已发出。') : '没有发出。'
  show()
}
show(); setInterval(show, 3000)
`
