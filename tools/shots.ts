import { spawn, type ChildProcess } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import type { Page } from 'playwright-core'
import { openSession } from '@open110/modules/person/api'
import { send } from '@open110/modules/report/api'
import { openCall } from '@open110/kit/client/call'
import { isRefusal } from '@open110/kit/refuse'
import { people } from '@open110/town/people'
import { drawPicture } from '@open110/town/replay.picture'
import {
  accept,
  addWords,
  giveFeedback,
  goOnDuty,
  issue,
  receive,
  seesInQueue,
  sendReport,
  sitDown,
  way,
} from '../town/page/acts.ts'
import { closeBrowser, hasChromium, laptop, person, phone, wall } from '../town/page/browser.ts'
import { root } from './source.ts'

/**
 * 截图 — plays one report through the real pages of a real server and takes a picture of each at phone, laptop and
 * wall size, by day and by night: `npm run shots [folder]`, into `.shots/` unless said.
 */
const folder = resolve(root, process.argv[2] ?? '.shots')
const screens = { 390: phone, 1440: laptop, 1920: wall } as const
const themes = ['light', 'dark'] as const

async function shoot(page: Page, name: string): Promise<void> {
  const before = page.viewportSize() ?? phone
  const top = page.locator('html')
  const chosen = await top.getAttribute('data-theme')
  for (const theme of themes) {
    await page.emulateMedia({ colorScheme: theme })
    if (chosen) await top.evaluate((html, next) => html.setAttribute('data-theme', next), theme)
    for (const [width, screen] of Object.entries(screens)) {
      await page.setViewportSize(screen)
      await page.waitForTimeout(200)
      await page.screenshot({ path: join(folder, `${name}-${width}-${theme}.png`) })
    }
  }
  if (chosen) await top.evaluate((html, back) => html.setAttribute('data-theme', back), chosen)
  await page.setViewportSize(before)
  console.log(name)
}

/** A server of its own, with a database that is thrown away. */
async function startServer(): Promise<{ base: string; stop: () => Promise<void> }> {
  const data = mkdtempSync(join(tmpdir(), 'open110-shots-'))
  const child: ChildProcess = spawn(
    process.execPath,
    ['--conditions=open110-server', 'apps/server/main.ts'],
    {
      cwd: root,
      env: { ...process.env, OPEN110_PORT: '0', OPEN110_DATA: data },
      stdio: ['ignore', 'pipe', 'inherit'],
    },
  )
  const stop = async () => {
    const ended = new Promise((done) => child.once('close', done))
    if (child.exitCode === null && child.kill('SIGTERM')) await ended
    rmSync(data, { recursive: true, force: true })
  }
  let said = ''
  const base = await new Promise<string | undefined>((ready) => {
    child.stdout?.on('data', (part: Buffer) => {
      said += part.toString()
      process.stdout.write(part)
      const found = /Citizen\s+(http:\/\/\S+?)\/\s/.exec(said)?.[1]
      if (found) ready(found)
    })
    child.once('close', () => ready(undefined))
  })
  if (base) return { base, stop }
  await stop()
  throw new Error('the server did not start')
}

/** Others who report at the same time, so that the queue is not a single line. */
async function othersReport(base: string): Promise<void> {
  const transport = async (asked: {
    method: string
    url: string
    headers: Readonly<Record<string, string>>
    body?: string
  }) => {
    const answer = await fetch(asked.url, {
      method: asked.method,
      headers: asked.headers,
      body: asked.body ?? null,
    })
    return { status: answer.status, text: await answer.text() }
  }
  const inLishui = people.filter(({ desk, name }) => desk === 'lishui' && name !== '林秋')
  for (const [index, { home, says, homeWords }] of inLishui.entries()) {
    const call = (token?: string) =>
      openCall({ base, transport, token: () => token, language: () => 'zh-CN' })
    const opened = await call()(openSession, { body: {}, key: randomUUID() })
    if (isRefusal(opened)) throw new Error(opened.refused)
    const at = new Date().toISOString()
    const fix = { ...home, crs: 'wgs84', accuracyMetres: 30, source: 'gps', at }
    const isSilent = index === 0
    const body = isSilent
      ? { mode: 'silent' as const, tag: 'followed', fix, madeAt: at }
      : { mode: 'text' as const, words: says, fix, place: { words: homeWords }, madeAt: at }
    await call(opened.token)(send, { body, key: randomUUID() })
  }
}

async function play(base: string): Promise<void> {
  const words = '有人在撬我家的门,手里有刀'
  const reporter = await person({ base, at: { lng: 119.9231, lat: 28.4538 } })
  await reporter.page.goto('/demo')
  await shoot(reporter.page, '00-demo')
  await reporter.page.goto('/')
  await way(reporter.page, '快速报警').waitFor()
  await shoot(reporter.page, '10-home')
  await reporter.page.goto('/report')
  await reporter.page.getByLabel('发生了什么').fill(words)
  await shoot(reporter.page, '11-report-form')
  await reporter.page.goto('/')
  const photo = { name: '门锁.jpg', mimeType: 'image/jpeg', buffer: Buffer.from(await drawPicture('lock')) }
  await othersReport(base)
  await sendReport(reporter.page, {
    words,
    photo,
    placeWords: '莲都区中山街囿山路16号3楼',
    isCallUnsafe: true,
  })
  await reporter.page.getByText('已送达').first().waitFor()
  await shoot(reporter.page, '12-delivered')

  const quiet = await person({ base, at: { lng: 119.91, lat: 28.46 } })
  await quiet.page.goto('/')
  await way(quiet.page, '静默报警').click()
  await quiet.page.getByRole('button', { name: '有人入室' }).waitFor()
  await shoot(quiet.page, '20-silent')
  await quiet.page.getByRole('button', { name: '隐藏' }).click()
  await shoot(quiet.page, '21-silent-hidden')

  const desk = await person({ base, screen: laptop })
  await desk.page.goto('/console/')
  await shoot(desk.page, '30-console-sign-in')
  await sitDown(desk.page, 'zhaomin@lishui', 1)
  await seesInQueue(desk.page, words)
  await shoot(desk.page, '31-console-queue')
  await receive(desk.page, words)
  await desk.page.getByLabel('回复报警人').fill('已看到您的报警,正在安排民警。锁好门,不用出声。')
  await desk.page.getByLabel('回复报警人').press('Control+Enter')
  await reporter.page.getByText('正在安排民警').waitFor()
  await reporter.page.getByLabel('写给接警员').fill('他还在门外,我在卧室')
  await reporter.page.getByRole('button', { name: '发送' }).click()
  await desk.page.getByRole('log').getByText('他还在门外').waitFor()
  await shoot(desk.page, '32-console-received')
  await shoot(reporter.page, '13-dialogue')

  const unit = await person({ base, at: { lng: 119.93, lat: 28.46 }, theme: 'dark' })
  await unit.page.goto('/field/')
  await shoot(unit.page, '40-field-sign-in')
  await goOnDuty(unit.page, 'unit-1@lishui')
  await unit.page.getByRole('heading', { level: 1 }).waitFor()
  await shoot(unit.page, '41-field-waiting')
  await accept(desk.page)
  const name = (await unit.page.locator('.bar b').textContent()) ?? ''
  await issue(desk.page, name)
  await unit.page.getByText(words).waitFor()
  await shoot(unit.page, '42-field-slip')
  await shoot(desk.page, '33-console-dispatched')
  for (const step of ['签收', '出警'])
    await unit.page.getByRole('button', { name: step, exact: true }).click()
  await addWords(reporter.page, '他们进来了,一个拿着刀')
  await unit.page.getByRole('button', { name: '已读' }).waitFor()
  await shoot(unit.page, '43-field-supplement')
  await unit.page.getByRole('button', { name: '已读' }).click()
  await unit.context.setOffline(true)
  await unit.page.getByRole('button', { name: '到场', exact: true }).click()
  await unit.page.getByText('与接警台断开').waitFor()
  await shoot(unit.page, '44-field-offline')
  await unit.context.setOffline(false)
  await unit.page.getByRole('button', { name: '处置完毕', exact: true }).click()
  await unit.page.getByRole('button', { name: '反馈', exact: true }).click()
  await shoot(unit.page, '45-field-feedback')
  await unit.page.getByRole('button', { name: '返回', exact: true }).click()
  await giveFeedback(unit.page, '嫌疑人已带离,报警人安全。')
  await unit.page.getByText('已反馈,等接警台办结。').waitFor()
  await reporter.page.getByText('民警已到场').first().waitFor()
  await shoot(reporter.page, '14-ladder')
  await shoot(desk.page, '34-console-reported')
}

if (!(await hasChromium())) {
  console.log('没有 Chromium,不能截图。 No Chromium on this machine; set CHROMIUM_PATH.')
  process.exit(1)
}
mkdirSync(folder, { recursive: true })
const server = await startServer()
try {
  await play(server.base)
  console.log(`截图在 ${folder} The pictures are there.`)
} finally {
  await closeBrowser()
  await server.stop()
}
