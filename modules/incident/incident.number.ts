/**
 * 接警单号 — division (6) + day (8) + serial (6) + check digit: ISO 7064 MOD 11,10, which finds every single wrong digit.
 * `331102202611210000017`
 */
export function incidentNumber(division: string, day: string, serial: number): string {
  const body = `${division}${day}${serialText(serial)}`
  return body + checkDigit(body)
}

/** After 999999 comes A00000: a counter that is full must not stop a desk (faults F22). */
function serialText(serial: number): string {
  if (serial < 1_000_000) return String(serial).padStart(6, '0')
  const beyond = serial - 1_000_000
  const letter = 'ABCDEFGHJKLMNPQRSTUVWXYZ'[Math.floor(beyond / 100_000)]
  if (!letter) throw new RangeError('more than three million incidents of one division in a day')
  return letter + String(beyond % 100_000).padStart(5, '0')
}

function checkDigit(body: string): string {
  let carry = 10
  for (const sign of body) {
    const sum = (carry + parseInt(sign, 36)) % 10
    carry = ((sum === 0 ? 10 : sum) * 2) % 11
  }
  return String((11 - carry) % 10)
}

export function isIncidentNumber(text: string): boolean {
  return /^\d{14}[0-9A-HJ-NP-Z]\d{6}$/.test(text) && checkDigit(text.slice(0, 20)) === text[20]
}

/** The day of the number is the desk's own: Beijing time, eight hours ahead of UTC all year. */
export function dayOf(moment: string): string {
  return new Date(Date.parse(moment) + 8 * 3_600_000).toISOString().slice(0, 10).replaceAll('-', '')
}
