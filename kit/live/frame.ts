import * as z from 'zod/mini'

const Topics = z.array(z.string().check(z.maxLength(120))).check(z.maxLength(200))
const FirstFrame = z.object({
  auth: z.string(),
  topics: Topics,
  since: z.optional(z.int().check(z.gte(0))),
})
export type FirstFrame = z.infer<typeof FirstFrame>
const LaterFrame = z.object({ beat: z.optional(z.boolean()), topics: z.optional(Topics) })
export type LaterFrame = z.infer<typeof LaterFrame>

export const firstFrame = (text: string): FirstFrame | undefined => read(FirstFrame, text)
export const laterFrame = (text: string): LaterFrame | undefined => read(LaterFrame, text)

function read<Frame extends z.ZodMiniType>(frame: Frame, text: string): z.infer<Frame> | undefined {
  let said: unknown
  try {
    said = JSON.parse(text)
  } catch {
    return undefined
  }
  const parsed = z.safeParse(frame, said)
  return parsed.success ? parsed.data : undefined
}

const finalText = 0x81
const sixteenBits = 126
const sixtyFourBits = 127

/**
 * 成帧 — a text as the bytes of one WebSocket frame (RFC 6455 §5.2), as a server sends it: unmasked, so the same bytes go
 * to everybody and are made once.
 */
export function framed(text: string): Buffer {
  const length = Buffer.byteLength(text)
  const head = length < sixteenBits ? 2 : length < 65_536 ? 4 : 10
  const bytes = Buffer.allocUnsafe(head + length)
  bytes[0] = finalText
  if (head === 2) bytes[1] = length
  else if (head === 4) {
    bytes[1] = sixteenBits
    bytes.writeUInt16BE(length, 2)
  } else {
    bytes[1] = sixtyFourBits
    bytes.writeBigUInt64BE(BigInt(length), 2)
  }
  bytes.write(text, head)
  return bytes
}
