import { useEffect, useRef } from 'react'
import type { Bus, Outcome } from './bus.ts'
import { hear, type Where } from './keys.state.ts'

const textTypes = ['text', 'search', 'password', 'number', 'tel', 'email', 'url', 'datetime-local']

function whereOf(target: EventTarget | null): Where {
  if (!(target instanceof Element)) return 'free'
  if (target instanceof HTMLTextAreaElement || target instanceof HTMLSelectElement) return 'text'
  if (target instanceof HTMLInputElement && textTypes.includes(target.type)) return 'text'
  if (target.closest('[role="listbox"][data-queue]')) return 'queue'
  if (target.closest('button, a, input, summary, [role="tab"], [role="option"], [tabindex], audio, video'))
    return 'control'
  return 'free'
}

/** One listener for the page. Ctrl+Enter submits the form it is pressed in; the rest goes to whoever owns the act, and what it answers is told. */
export function useKeys(bus: Bus, onSaid: (why: string) => void): void {
  const chord = useRef<number>(undefined)
  useEffect(() => {
    const tell = (outcome: Outcome) => {
      void Promise.resolve(outcome).then((why) => onSaid(typeof why === 'string' ? why : ''))
    }
    const press = (event: KeyboardEvent) => {
      if (event.defaultPrevented) return
      const where = whereOf(event.target)
      const isChord = chord.current !== undefined && event.timeStamp - chord.current < 1_500
      const heard = hear(
        {
          code: event.code,
          ctrl: event.ctrlKey || event.metaKey,
          // On some boards the question mark has a key of its own.
          shift: event.shiftKey || (event.code === 'Slash' && event.key === '?'),
          alt: event.altKey,
          isComposing: event.isComposing || event.keyCode === 229,
          where,
        },
        isChord,
      )
      chord.current = heard.chord ? event.timeStamp : undefined
      if (!heard.act) return
      if (heard.act === 'submit') {
        const form = event.target instanceof Element ? event.target.closest('form') : null
        event.preventDefault()
        if (form) form.requestSubmit()
        else {
          const outcome = bus.send('submit')
          if (outcome !== 'unheard') tell(outcome)
        }
        return
      }
      if (heard.act === 'dismiss') {
        if (event.target instanceof HTMLElement && where === 'text') event.target.blur()
        else void bus.send('dismiss')
        return
      }
      const outcome = bus.send(heard.act)
      if (outcome === 'unheard') return
      event.preventDefault()
      tell(outcome)
    }
    window.addEventListener('keydown', press)
    return () => window.removeEventListener('keydown', press)
  }, [bus, onSaid])
}
