/** 语言 — what the product can speak. */
export const languages = { 'zh-CN': { name: '简体中文', isRightToLeft: false } } as const
export type LanguageCode = keyof typeof languages

/** The best language we have for what the reader asked for (`Accept-Language` or a browser's list). */
export function languageFor(wanted: string | readonly string[] | undefined): LanguageCode {
  const asked = (typeof wanted === 'string' ? wanted.split(',') : (wanted ?? [])).map((part) =>
    (part.split(';')[0] ?? '').trim().toLowerCase(),
  )
  const known = Object.keys(languages) as LanguageCode[]
  for (const tag of asked) {
    const found = known.find((code) => code.toLowerCase() === tag || code.split('-')[0] === tag.split('-')[0])
    if (found) return found
  }
  return 'zh-CN'
}
