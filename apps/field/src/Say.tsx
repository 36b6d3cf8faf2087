import { useState } from 'react'
import { Button } from '@open110/ui/button'
import { say } from './words.ts'

/** 留言 — a word to the desk about this slip, without a call that could be heard. */
export function SayToDesk(given: { onSay: (words: string) => void; onClose: () => void }) {
  const [words, setWords] = useState('')
  return (
    <form
      className="sheet"
      onSubmit={(event) => {
        event.preventDefault()
        if (words.trim()) given.onSay(words.trim())
      }}
    >
      <label>
        {say('field.say.label')}
        <textarea
          rows={3}
          maxLength={2_000}
          value={words}
          onChange={({ target }) => setWords(target.value)}
        />
      </label>
      <Button kind="primary" isSubmit isDisabled={!words.trim()}>
        {say('field.say.send')}
      </Button>
      <Button kind="quiet" onPress={given.onClose}>
        {say('field.close')}
      </Button>
    </form>
  )
}
