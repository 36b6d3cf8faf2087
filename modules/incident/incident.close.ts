import * as z from 'zod/mini'

/** 关闭原因 — why an incident ends without an accepted feedback (domain §3.2). A code list with the field's own names. */
export const closings = [
  { code: 'withdrawn', name: '报警人撤回,已核实安全' },
  { code: 'unreachable', name: '无法联系' },
  { code: 'duplicate', name: '重复报警' },
  { code: 'consultation', name: '咨询,已答复' },
  { code: 'on-the-phone', name: '远程处置完毕' },
  { code: 'to-12345', name: '转12345' },
  { code: 'to-mediation', name: '移交人民调解' },
  { code: 'to-other-body', name: '移交其他机关' },
  { code: 'elsewhere', name: '外地移送' },
  { code: 'nothing-found', name: '未发现异常' },
  { code: 'other', name: '其他' },
] as const
export const CloseCode = z.enum(closings.map(({ code }) => code))
export type CloseCode = z.infer<typeof CloseCode>

/** What is written down as the reason: what the person wrote, else the name of the code; `other` alone says nothing. */
export function closingWords(given: {
  code?: CloseCode | undefined
  reason?: string | undefined
}): string | undefined {
  const reason = given.reason?.trim()
  if (reason) return reason
  return given.code === undefined || given.code === 'other'
    ? undefined
    : closings.find(({ code }) => code === given.code)?.name
}
