import type { Locator, Page } from 'playwright-core'
import { demoPassword } from '../staff.ts'

/** 在页面上做事 — what people do with the pages, by the words that they read there. */

/** What is pressed by its words, whether it leads to an address or does something. */
export const way = (page: Page, name: string): Locator =>
  page.getByRole('link', { name }).or(page.getByRole('button', { name })).first()

/** 报警人 — from the first page to the sent report. Returns when 发送 was pressed, on this machine's clock. */
export async function sendReport(
  page: Page,
  said: {
    words: string
    placeWords?: string
    isCallUnsafe?: boolean
    photo?: { name: string; mimeType: string; buffer: Buffer }
  },
): Promise<number> {
  await page.goto('/')
  await way(page, '快速报警').click()
  await page.getByLabel('发生了什么').fill(said.words)
  if (said.placeWords) await page.getByLabel('在什么地方').fill(said.placeWords)
  if (said.photo) {
    await page.locator('input[type=file][multiple]').setInputFiles(said.photo)
    await page.getByText(said.photo.name).waitFor()
  }
  if (said.isCallUnsafe) await page.getByText('不方便', { exact: true }).click()
  const pressedAt = Date.now()
  await page.getByRole('button', { name: '发送' }).click()
  return pressedAt
}

/** 补充 — what has changed since. Returns when it was pressed. */
export async function addWords(page: Page, words: string): Promise<number> {
  const field = page.getByLabel('补充什么')
  const title = page.getByText('补充情况')
  // The rungs above may grow under the pointer, and the press then lands beside the title: look, and press again.
  for (let tries = 0; tries < 3 && !(await field.isVisible()); tries++) {
    await title.click()
    await field.waitFor({ timeout: 2_000 }).catch(() => undefined)
  }
  await field.fill(words)
  const pressedAt = Date.now()
  await page.getByRole('button', { name: '发送补充' }).click()
  return pressedAt
}

/** 回执阶梯 — the rungs that the phone shows as true, in order. */
export async function rungs(page: Page): Promise<string[]> {
  return page.locator('.rung-true strong').allTextContents()
}

/** 入席 — signs in, takes the seat, hears the alarm, and has the queue. */
export async function sitDown(page: Page, account: string, seat: number): Promise<void> {
  await page.goto('/console/')
  await page.getByLabel('账号').fill(account)
  await page.getByLabel('密码').fill(demoPassword)
  await page.getByRole('button', { name: '登录' }).click()
  await page.getByRole('button', { name: `${seat}号席` }).click()
  await page.getByRole('button', { name: '播放提示音' }).click()
  await page.getByRole('button', { name: '听到请按' }).click()
  await page.locator('[data-queue]').waitFor()
}

const row = (page: Page, words: string) => page.getByRole('option').filter({ hasText: words })

/** Waits until the report is in the queue. */
export async function seesInQueue(page: Page, words: string): Promise<void> {
  await row(page, words).first().waitFor()
}

/** 接收 — opens the report and says that a person has. */
export async function receive(page: Page, words: string): Promise<void> {
  await row(page, words).first().click()
  await page.getByRole('region', { name: '警情', exact: true }).getByRole('button', { name: /^接收/ }).click()
  await page.getByRole('form', { name: '受理单' }).waitFor()
}

/** 受理 — with the category that the machine suggests and the person adopts, or the one that is named. */
export async function accept(page: Page): Promise<void> {
  const form = page.getByRole('form', { name: '受理单' })
  await form.getByRole('button', { name: '采用', exact: true }).click()
  await page.getByRole('button', { name: /^受理/ }).click()
  await form.waitFor({ state: 'detached' })
}

/** 下达 — to this unit if it is named, else to the first that is suggested. */
export async function issue(page: Page, unit?: string): Promise<void> {
  const offers = page.getByRole('button', { name: /^下达/ })
  await (unit ? offers.filter({ hasText: unit }) : offers).first().click()
}

/** 处警端 — signs in as the unit. */
export async function goOnDuty(page: Page, account: string): Promise<void> {
  await page.goto('/field/')
  await page.getByLabel('账号').fill(account)
  await page.getByLabel('密码').fill(demoPassword)
  await page.getByRole('button', { name: '登录' }).click()
  await page.locator('.screen').waitFor()
}

/** 反馈 — fills in the form that the last step opens. */
export async function giveFeedback(page: Page, words: string): Promise<void> {
  await page.getByRole('button', { name: '反馈', exact: true }).click()
  await page.getByText('救助完成').click()
  await page.getByLabel('处置情况').fill(words)
  await page.getByLabel('出动人次', { exact: true }).fill('2')
  await page.getByRole('button', { name: '提交反馈' }).click()
}

/** 按住 — a thumb that stays on the button. */
export async function hold(page: Page, name: string | RegExp, ms: number): Promise<void> {
  const button = page.getByRole('button', { name })
  await button.scrollIntoViewIfNeeded()
  const box = (await button.boundingBox())!
  await page.mouse.move(box.x + box.width / 2, box.y + box.height / 2)
  // A thumb does not wait until the page has noticed it.
  const down = page.mouse.down()
  await page.waitForTimeout(ms)
  await page.mouse.up()
  await down
}

/** 打开警情 — from the list of incidents, by what it says there. */
export async function openIncident(page: Page, words: string): Promise<void> {
  await way(page, '警情列表').click()
  await page.getByRole('row').filter({ hasText: words }).first().click()
  await page.getByRole('region', { name: '警情要素' }).waitFor()
}
