/** Candidates that are known within this go along; the engine learns the others from the first packet that comes. */
const gatherMs = 50

/** VP8 first: it is the one that every phone encodes without surprises (media, H.264 as the alternative). */
export function preferVp8(transceiver: RTCRtpTransceiver): void {
  const known = RTCRtpReceiver.getCapabilities?.('video')?.codecs
  if (!known || !('setCodecPreferences' in transceiver)) return
  const isVp8 = ({ mimeType }: { mimeType: string }) => mimeType.toLowerCase() === 'video/vp8'
  transceiver.setCodecPreferences([...known.filter(isVp8), ...known.filter((codec) => !isVp8(codec))])
}

/** The own description with whatever candidates are there: one round trip, and no waiting for all of them. */
export async function offerOf(connection: RTCPeerConnection): Promise<string> {
  await connection.setLocalDescription(await connection.createOffer())
  await gathered(connection)
  return connection.localDescription?.sdp ?? ''
}

export async function answerTo(connection: RTCPeerConnection, offer: string): Promise<string> {
  await connection.setRemoteDescription({ type: 'offer', sdp: offer })
  await connection.setLocalDescription(await connection.createAnswer())
  await gathered(connection)
  return connection.localDescription?.sdp ?? ''
}

function gathered(connection: RTCPeerConnection): Promise<void> {
  if (connection.iceGatheringState === 'complete') return Promise.resolve()
  return new Promise((done) => {
    const id = setTimeout(done, gatherMs)
    const first = ({ candidate }: RTCPeerConnectionIceEvent) => {
      if (candidate) return
      clearTimeout(id)
      done()
    }
    connection.addEventListener('icecandidate', first)
  })
}
