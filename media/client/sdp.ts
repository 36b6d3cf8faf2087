/** VP8 first: it is the one that every phone encodes without surprises (media, H.264 as the alternative). */
export function preferVp8(transceiver: RTCRtpTransceiver): void {
  const known = RTCRtpReceiver.getCapabilities?.('video')?.codecs
  if (!known || !('setCodecPreferences' in transceiver)) return
  const isVp8 = ({ mimeType }: { mimeType: string }) => mimeType.toLowerCase() === 'video/vp8'
  transceiver.setCodecPreferences([...known.filter(isVp8), ...known.filter((codec) => !isVp8(codec))])
}

/** The own description at once: an engine learns where the browser is from its first packet, so no candidate is waited for. */
export async function offerOf(connection: RTCPeerConnection): Promise<string> {
  await connection.setLocalDescription(await connection.createOffer())
  return connection.localDescription?.sdp ?? ''
}

export async function answerTo(connection: RTCPeerConnection, offer: string): Promise<string> {
  await connection.setRemoteDescription({ type: 'offer', sdp: offer })
  await connection.setLocalDescription(await connection.createAnswer())
  return connection.localDescription?.sdp ?? ''
}
