import { jsonOf } from '../Session/session.state.ts'

export type Link = { readonly path: string; readonly until: string }

const nameOf = (video: string) => `open110.console.video-link.${video}`

/** 邀请链接 — the server gives it once; it stays in this tab, so that a reload in the middle of reading it out loses nothing. */
export function keepLink(video: string, link: Link): void {
  sessionStorage.setItem(nameOf(video), JSON.stringify(link))
}

export function keptLink(video: string): Link | undefined {
  const text = sessionStorage.getItem(nameOf(video))
  const link = (text === null ? undefined : jsonOf(text)) as Partial<Link> | undefined
  return link?.path && link.until ? { path: link.path, until: link.until } : undefined
}
