/** 联动建议 — matters that another body answers for with the police: a joint visit is suggested, and a person decides. */
const jointCategories: readonly string[] = [
  '2005',
  '63',
  '8803',
  '8804',
  '8805',
  '8806',
  '5002',
  '5003',
  '81',
  '85',
]

export const wantsJoint = (category: string): boolean =>
  jointCategories.some((code) => category.startsWith(code))

/** 派警意见(草拟) — what the unit should read first, made of what the incident says; it is taken over by a person or not at all. */
export function draftWords(
  incident: { readonly dangers: readonly string[]; readonly callSafe: boolean },
  words: {
    readonly danger: (danger: string) => string
    readonly covert: string
    readonly caution: (dangers: string) => string
  },
): string {
  const dangers = incident.dangers.map(words.danger).join('、')
  return [dangers ? words.caution(dangers) : '', incident.callSafe ? '' : words.covert]
    .filter(Boolean)
    .join(' ')
}
