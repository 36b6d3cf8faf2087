import { fileURLToPath } from 'node:url'
import type { BrowserContext } from 'playwright-core'

/** 马脚 — something that the page did which somebody beside the phone could notice, or find afterwards. */
export type Told = { readonly what: string; readonly detail: string }

/** What is not a tell by itself, but has to stay the same whatever is sent: titles and addresses over time. */
const courses = ['title', 'address'] as const

/** Sits in every page before its own first line, and writes down whatever could sound, light up, show or be kept. */
export async function spyOn(context: BrowserContext): Promise<{
  told(): readonly Told[]
  course(of: (typeof courses)[number]): readonly string[]
}> {
  const heard: Told[] = []
  await context.exposeBinding('leakTold', (_source, what: string, detail: string) => {
    heard.push({ what, detail })
  })
  await context.addInitScript({ path: fileURLToPath(new URL('leak.spies.js', import.meta.url)) })
  return {
    told: () => heard.filter(({ what }) => !courses.some((each) => each === what)),
    course: (of) =>
      heard
        .filter(({ what }) => what === of)
        .map(({ detail }) => detail)
        .filter((each, at, all) => each !== all[at - 1]),
  }
}
