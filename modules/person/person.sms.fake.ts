import type { Sms } from './person.sms.port.ts'

/** The demo's phone: keeps the last texts in memory for the page `/demo/sms`, shows them, and delivers to nobody. */
export function openFakeSms(
  show: (words: string) => void = () => {},
  keep = 50,
): Sms & { readonly sent: readonly { to: string; words: string; at: string }[] } {
  const sent: { to: string; words: string; at: string }[] = []
  return {
    sent,
    async send(_permit, text) {
      sent.unshift(text)
      sent.length = Math.min(sent.length, keep)
      show(text.words)
    },
  }
}
