import { ChevronLeft } from 'lucide-react'
import type { ReactNode } from 'react'
import { go } from '../app/path.ts'
import { usePhone } from '../app/hooks.ts'
import { A } from './A.tsx'
import './Top.css'

/** The head of every page but the first: the way back, the title, and at most one thing more. */
export function Top({ title, children }: { title: string; children?: ReactNode }) {
  const { say } = usePhone()
  return (
    <header className="top">
      <A to="/" className="top-back" label={say('action.back')} onGo={() => go('/')}>
        <ChevronLeft size={24} strokeWidth={1.75} aria-hidden />
      </A>
      <h1>{title}</h1>
      {children}
    </header>
  )
}
