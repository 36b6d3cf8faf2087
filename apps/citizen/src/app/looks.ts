import { cell } from '@open110/core/cell'

/** 显示 — how this phone shows the pages; `looks.js` reads the same before the first paint. */
export type Looks = { readonly theme: 'auto' | 'light' | 'dark'; readonly large: boolean }

function stored(): Looks {
  try {
    const { theme, large } = JSON.parse(localStorage.getItem('looks') ?? '{}') as Partial<Looks>
    return { theme: theme === 'light' || theme === 'dark' ? theme : 'auto', large: large === true }
  } catch {
    return { theme: 'auto', large: false } // no storage, no wishes
  }
}

export const looks = cell<Looks>(stored())

export function setLooks(next: Looks): void {
  looks.set(next)
  try {
    localStorage.setItem('looks', JSON.stringify(next))
  } catch {
    // It then lasts as long as the page.
  }
}

export function isDark({ theme }: Looks): boolean {
  return theme === 'dark' || (theme === 'auto' && matchMedia('(prefers-color-scheme: dark)').matches)
}

/** The grounds of `tokens.css` and of the quiet page. */
const grounds = { light: '#eef1f5', dark: '#10161d', quiet: '#0b0d0f' } as const

export function barColour(chosen: Looks, isQuiet: boolean): string {
  return isQuiet ? grounds.quiet : isDark(chosen) ? grounds.dark : grounds.light
}

/** A quiet page is dark whatever was chosen, and carries no name of the service. */
export function showLooks(chosen: Looks, isQuiet: boolean): void {
  const { dataset } = document.documentElement
  dataset['theme'] = isQuiet || isDark(chosen) ? 'dark' : 'light'
  // The browser's own bar above the page as well: a white strip lights a dark room.
  document.querySelector('meta[name=theme-color]')?.setAttribute('content', barColour(chosen, isQuiet))
  if (isQuiet) dataset['quiet'] = 'yes'
  else delete dataset['quiet']
  if (chosen.large) dataset['letters'] = 'large'
  else delete dataset['letters']
}
