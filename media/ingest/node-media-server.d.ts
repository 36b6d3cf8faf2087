/** 协议解析 — the one part of node-media-server that is used: it reads what an RTMP pusher sends. Its own server is not started. */
declare module 'node-media-server/src/protocol/rtmp.js' {
  class Rtmp {
    parserPacket: { header: { length: number } }
    streamId: number
    onConnectCallback: (asked: { app: string; name: string }) => void
    onPlayCallback: () => void
    onPushCallback: () => void
    onPacketCallback: (packet: { codec_type: number; dts: number; size: number; data: Uint8Array }) => void
    onOutputCallback: (bytes: Uint8Array) => void
    /** A sentence when the bytes are no RTMP; it also throws. */
    parserData(bytes: Uint8Array): string | null
    packetAlloc(): void
    respondPublish(): void
    sendStatusMessage(stream: number, level: string, code: string, description: string): void
  }
  export = Rtmp
}
