/**
 * 回执码 — eleven letters somebody can read out and one check letter, shown in fours: `7K2M-9QXT-4HPC`.
 * The letters leave out I, L, O and U; 55 random bits. Check letter: ISO 7064 hybrid system MOD 33,32, which finds every
 * single wrong letter and every swap of neighbours but one pair.
 */
const letters = '0123456789ABCDEFGHJKMNPQRSTVWXYZ'
const size = 32

function checkLetter(body: string): string {
  let carry = size
  for (const letter of body) {
    const sum = (carry + letters.indexOf(letter)) % size
    carry = ((sum === 0 ? size : sum) * 2) % (size + 1)
  }
  return letters[(size + 1 - carry) % size] as string
}

/** Seven random bytes make one code. */
export function receiptCode(random: Uint8Array): string {
  let bits = 0n
  for (const byte of random) bits = (bits << 8n) | BigInt(byte)
  let body = ''
  for (let i = 0; i < 11; i++) {
    body += letters[Number(bits & 31n)]
    bits >>= 5n
  }
  return group(body + checkLetter(body))
}

function group(code: string): string {
  return `${code.slice(0, 4)}-${code.slice(4, 8)}-${code.slice(8)}`
}

/** What somebody typed as the code it must be, or nothing when a letter is wrong. O is read as 0, I and L as 1. */
export function readReceiptCode(typed: string): string | undefined {
  const plain = typed
    .normalize('NFKC')
    .toUpperCase()
    .replace(/[\s·.\-—_]/g, '')
    .replace(/O/g, '0')
    .replace(/[IL]/g, '1')
  if (plain.length !== 12 || [...plain].some((letter) => !letters.includes(letter))) return undefined
  return checkLetter(plain.slice(0, 11)) === plain[11] ? group(plain) : undefined
}
