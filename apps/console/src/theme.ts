import { useEffect, useState } from 'react'

export type Theme = 'light' | 'dark'
const name = 'open110.console.theme'

/** 日夜 — as chosen on this machine, else as the machine itself is set. */
export function useTheme(): [Theme, () => void] {
  const [theme, setTheme] = useState<Theme>(() => {
    const kept = localStorage.getItem(name)
    if (kept === 'light' || kept === 'dark') return kept
    return matchMedia('(prefers-color-scheme: dark)').matches ? 'dark' : 'light'
  })
  useEffect(() => {
    document.documentElement.dataset['theme'] = theme
  }, [theme])
  return [
    theme,
    () => {
      const next = theme === 'dark' ? 'light' : 'dark'
      localStorage.setItem(name, next)
      setTheme(next)
    },
  ]
}
