import type { Shelf } from './shelf.ts'

/** 日间、夜间与暗光 — what the officer chose, else what the phone says. `night` keeps the eyes used to the dark. */
const themes = ['light', 'dark', 'night'] as const
export type Theme = (typeof themes)[number]

export function keptTheme(shelf: Shelf): Theme {
  const chosen = shelf.read<Theme>('theme')
  return chosen ?? (matchMedia('(prefers-color-scheme: dark)').matches ? 'dark' : 'light')
}

export function nextTheme(theme: Theme): Theme {
  return themes[(themes.indexOf(theme) + 1) % themes.length] ?? 'light'
}

export function showTheme(theme: Theme) {
  const root = document.documentElement
  root.dataset['theme'] = theme === 'light' ? 'light' : 'dark'
  root.toggleAttribute('data-night', theme === 'night')
  const ground = getComputedStyle(root).getPropertyValue('--ground')
  document.querySelector('meta[name="theme-color"]')?.setAttribute('content', ground.trim())
}
