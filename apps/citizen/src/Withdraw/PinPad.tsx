import { Delete } from 'lucide-react'
import { usePhone } from '../app/hooks.ts'
import { pinLetters } from './withdraw.state.ts'

const keys = ['1', '2', '3', '4', '5', '6', '7', '8', '9', '', '0', 'back'] as const

/** 密码键盘 — buttons of the page: the phone's own keyboard clicks, lights up, and remembers what was typed. */
export function PinPad({ count, onPress }: { count: number; onPress: (key: string) => void }) {
  const { say } = usePhone()
  return (
    <div className="pin" role="group" aria-label={say('withdraw.pin')}>
      <p className="pin-dots" aria-label={say('withdraw.typed', { count })}>
        {Array.from({ length: pinLetters.most }, (_, at) => (
          <i key={at} data-typed={at < count || undefined} aria-hidden />
        ))}
      </p>
      <div className="pin-keys">
        {keys.map((key, at) =>
          key === '' ? (
            <span key={at} />
          ) : (
            <button
              key={key}
              type="button"
              className="pin-key"
              aria-label={key === 'back' ? say('withdraw.back-one') : key}
              onClick={() => onPress(key)}
            >
              {key === 'back' ? <Delete size={22} strokeWidth={1.75} aria-hidden /> : key}
            </button>
          ),
        )}
      </div>
    </div>
  )
}
