import { useCallback, useEffect, useState } from 'react'
import { addressOf, viewAt, type View } from './views.state.ts'

/** The view that the address names. A person's own press changes the address, and a typed address changes the view. */
export function useView(): [View, (view: View) => void] {
  const [view, setView] = useState<View>(() => viewAt(location.hash) ?? 'desk')
  useEffect(() => {
    const follow = () => setView(viewAt(location.hash) ?? 'desk')
    window.addEventListener('hashchange', follow)
    return () => window.removeEventListener('hashchange', follow)
  }, [])
  const go = useCallback((next: View) => {
    if (location.hash !== addressOf(next)) location.hash = addressOf(next)
    setView(next)
  }, [])
  return [view, go]
}
