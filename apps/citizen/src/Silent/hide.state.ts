/** Three presses within a span. A press of anything else in between begins anew with `forget`. */
export function threefold(spanMs: number) {
  let presses: number[] = []
  return {
    press(nowMs: number): boolean {
      presses = [...presses.filter((at) => nowMs - at <= spanMs), nowMs]
      if (presses.length < 3) return false
      presses = []
      return true
    },
    forget() {
      presses = []
    },
  }
}

/** GOV.UK's span for Shift (lessons c3); taps come faster than anybody taps by chance. */
export const shiftSpanMs = 5_000
export const tapSpanMs = 1_000

/** What somebody types into the cover's search to come back without tapping. */
export const wayBack = '110'
