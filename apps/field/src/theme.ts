import type { Shelf } from './shelf.ts'

/** 日间与夜间 — what the officer chose, else what the phone says. */
export type Theme = 'light' | 'dark'

export function keptTheme(shelf: Shelf): Theme {
  const chosen = shelf.read<Theme>('theme')
  return chosen ?? (matchMedia('(prefers-color-scheme: dark)').matches ? 'dark' : 'light')
}

export function showTheme(theme: Theme) {
  document.documentElement.dataset['theme'] = theme
  const ground = getComputedStyle(document.documentElement).getPropertyValue('--ground')
  document.querySelector('meta[name="theme-color"]')?.setAttribute('content', ground.trim())
}
