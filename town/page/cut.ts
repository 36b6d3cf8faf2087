import { createSocket, type Socket } from 'node:dgram'

/** 断线 — a way for media that can be cut and healed: every packet of a line passes here, in both directions. */
export type Cuttable = {
  /** The other side's description with this way in place of its own addresses. */
  through(sdp: string): Promise<string>
  cut(): void
  heal(): void
  close(): void
}

export function openCuttable(): Cuttable {
  const sockets = new Set<Socket>()
  let isCut = false
  const bound = (address: string) =>
    new Promise<Socket>((done, fail) => {
      const socket = createSocket('udp4')
      sockets.add(socket)
      socket.once('error', fail)
      socket.bind(0, address, () => done(socket))
    })
  /** One address of the engine behind one of ours; each browser's port has a socket of its own behind it. */
  const wayTo = async (address: string, port: number): Promise<number> => {
    const front = await bound(address)
    const behind = new Map<string, Promise<Socket>>()
    front.on('message', (packet, from) => {
      if (isCut) return
      const key = `${from.address}:${from.port}`
      const made =
        behind.get(key) ??
        bound(address).then((back) => {
          back.on('message', (answer) => {
            if (!isCut) front.send(answer, from.port, from.address)
          })
          return back
        })
      behind.set(key, made)
      void made.then((back) => back.send(packet, port, address)).catch(() => undefined) // closed meanwhile
    })
    return front.address().port
  }
  return {
    async through(sdp) {
      const lines: string[] = []
      for (const line of sdp.split(/\r\n/)) {
        const found = /^a=candidate:(\S+) (\d) udp (\d+) (\d+\.\d+\.\d+\.\d+) (\d+) typ host/i.exec(line)
        if (line.startsWith('a=candidate:') && !found) continue // no way around
        const [, foundation, part, priority, address = '', port] = found ?? []
        lines.push(
          found
            ? `a=candidate:${foundation} ${part} UDP ${priority} ${address} ${await wayTo(address, Number(port))} typ host`
            : line,
        )
      }
      return lines.join('\r\n')
    },
    cut: () => (isCut = true),
    heal: () => (isCut = false),
    close() {
      for (const socket of sockets) socket.close()
      sockets.clear()
    },
  }
}
