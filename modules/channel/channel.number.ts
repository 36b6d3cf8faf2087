/** 号码 — a number as it is known by: `13812345678`, `057812345678`, `+39…`; nothing when the line withholds it. */
export function numberOf(said: string | undefined): string | undefined {
  const plain = (said ?? '').normalize('NFKC').replace(/[\s()·.\-—]/g, '')
  const national = plain.replace(/^(?:\+|00)?86(?=1[3-9]\d{9}$|0?[1-9]\d{8,10}$)/, '')
  const whole = national.replace(/^00(?=[1-9])/, '+')
  return /^\+?\d{3,20}$/.test(whole) ? whole : undefined
}

/** A mobile number can be written to; a house telephone cannot. */
export function isMobile(number: string): boolean {
  return /^(1[3-9]\d{9}|\+\d{6,15})$/.test(number)
}

/** 12110 and the last three digits of an area code (domain §2.1): `12110578` → `578`. */
export function areaOf(called: string): string | undefined {
  return /^(?:\+?86)?12110(\d{3})/.exec(called)?.[1]
}
