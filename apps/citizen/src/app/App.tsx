import { lazy, Suspense, useEffect, useLayoutEffect } from 'react'
import { Home } from '../Home/Home.tsx'
import { Report } from '../Report/Report.tsx'
import { localReport } from '../Report/report.state.ts'
import { Cover } from '../Silent/Cover.tsx'
import { Silent } from '../Silent/Silent.tsx'
import { Follow } from '../Where/Follow.tsx'
import { Write } from '../Write/Write.tsx'
import { Broken } from './Broken.tsx'
import { useCell, useItems, usePhone } from './hooks.ts'
import { looks, showLooks } from './looks.ts'
import { pageAt, place } from './path.ts'
import { coveredPath } from './quiet.ts'

// What a frightened person needs is in the first file; the rest is fetched when it is idle.
const Where = lazy(() => import('../Where/Where.tsx').then(({ Where: page }) => ({ default: page })))
const Mine = lazy(() => import('../Mine/Mine.tsx').then(({ Mine: page }) => ({ default: page })))
const Check = lazy(() => import('../Receipt/Check.tsx').then(({ Check: page }) => ({ default: page })))
const Me = lazy(() => import('../Me/Me.tsx').then(({ Me: page }) => ({ default: page })))
const Live = lazy(() => import('../Video/Live.tsx').then(({ Live: page }) => ({ default: page })))
const Joined = lazy(() => import('../Video/Joined.tsx').then(({ Joined: page }) => ({ default: page })))

export function App() {
  const { say } = usePhone()
  const { path, isQuiet } = useCell(place)
  const chosen = useCell(looks)
  const { page } = pageAt(path)
  const isHushed = isQuiet || page === 'silent' || page === 'cover'
  useLayoutEffect(() => {
    showLooks(chosen, isHushed)
    document.title = say(isHushed ? 'title.neutral' : 'title.site')
  }, [chosen, isHushed, say])
  useEffect(() => {
    const scheme = matchMedia('(prefers-color-scheme: dark)')
    const follow = () => showLooks(looks.get(), isHushed)
    scheme.addEventListener('change', follow)
    return () => scheme.removeEventListener('change', follow)
  }, [isHushed])

  // Under the cover the page goes on: it tells the desk where the person is, and is there when they come back.
  const isCovered = page === 'cover'
  return (
    <>
      {isCovered && <Cover />}
      <Follow path={isCovered ? coveredPath() : path} />
      <div className="under" hidden={isCovered}>
        <Broken path={path} say={say} isQuiet={isHushed}>
          <Page path={isCovered ? coveredPath() : path} />
        </Broken>
      </div>
    </>
  )
}

/** The same page before and after the server has named the report: what is being typed there stays. */
function OneReport({ id }: { id: string }) {
  const items = useItems()
  return <Report key={localReport(id, items)?.id ?? id} id={id} />
}

function Page({ path }: { path: string }) {
  const at = pageAt(path)
  switch (at.page) {
    case 'write':
      return <Write />
    case 'silent':
      return <Silent />
    case 'report':
      return <OneReport id={at.id} />
    case 'where':
    case 'mine':
    case 'check':
    case 'me':
    case 'video':
    case 'live':
    case 'joined':
      return (
        <Suspense fallback={null}>
          {at.page === 'where' && <Where />}
          {at.page === 'mine' && <Mine />}
          {at.page === 'check' && <Check key={at.code ?? ''} code={at.code} />}
          {at.page === 'me' && <Me />}
          {(at.page === 'video' || at.page === 'live') && (
            <Live key="video" id={at.page === 'live' ? at.id : undefined} />
          )}
          {at.page === 'joined' && <Joined key={at.token} token={at.token} />}
        </Suspense>
      )
    default:
      return <Home />
  }
}
