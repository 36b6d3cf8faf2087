/**
 * 区号 — the last three digits of the area codes of the desks that the demonstration data knows. The SMS
 * address of a desk is 12110 and its area code (domain §2.1). A desk that is not listed gets 12110 alone, which the
 * operator sends to the city that the phone is in.
 */
const areaCodes: Readonly<Record<string, string>> = {
  hangzhou: '571',
  ningbo: '574',
  wenzhou: '577',
  jiaxing: '573',
  huzhou: '572',
  shaoxing: '575',
  jinhua: '579',
  quzhou: '570',
  zhoushan: '580',
  taizhou: '576',
  lishui: '578',
  shanghai: '021',
  xiamen: '592',
  nanyang: '377',
}

/** `12110578` for 丽水. */
export function smsNumberOf(desk: string | undefined): string {
  return `12110${(desk && areaCodes[desk]) ?? ''}`
}
