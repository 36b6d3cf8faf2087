import { useEffect, useState } from 'react'
import { Volume2, VolumeX } from 'lucide-react'
import { Button } from '@open110/ui/button'
import type { Chime } from './chime.ts'
import { say } from './words.ts'

/** 试音 — a slip that rings on a muted phone has not arrived: whoever comes on duty says that it was heard. */
export function Sound(given: { chime: Chime; isQuiet: boolean }) {
  const { chime, isQuiet } = given
  const [heard, setHeard] = useState<'yes' | 'no' | 'asked' | 'off'>(() =>
    chime.isReady() ? 'asked' : 'off',
  )
  useEffect(() => {
    if (heard !== 'off') return
    const wake = () => {
      // A page that was loaded anew is mute until it is touched: the first touch anywhere is enough.
      void chime.unlock().then(
        () => setHeard(chime.isReady() ? 'yes' : 'off'),
        () => undefined,
      )
    }
    addEventListener('pointerup', wake, { once: true })
    return () => removeEventListener('pointerup', wake)
  }, [chime, heard])
  const test = () =>
    void chime.unlock().then(
      () => {
        chime.ring('ordinary')
        setHeard('asked')
      },
      () => setHeard('no'),
    )
  if (isQuiet) return <p className="sound">{say('field.sound.quiet')}</p>
  if (heard === 'yes') return undefined
  const Icon = heard === 'asked' ? Volume2 : VolumeX
  return (
    <div className="sound" data-heard={heard}>
      <Icon size={20} strokeWidth={1.75} aria-hidden="true" />
      <span role="status">{say(`field.sound.${heard}`)}</span>
      {heard === 'asked' ? (
        <>
          <Button onPress={() => setHeard('yes')}>{say('field.sound.heard')}</Button>
          <Button kind="quiet" onPress={() => setHeard('no')}>
            {say('field.sound.not-heard')}
          </Button>
        </>
      ) : (
        <Button onPress={test}>{say('field.sound.test')}</Button>
      )}
    </div>
  )
}
