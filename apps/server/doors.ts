import { createServer, type AddressInfo, type Server } from 'node:net'
import type { FastifyInstance } from 'fastify'

/** Who is not let in yet waits in the system's queue, as far as the system allows. */
const backlog = 4_096
/**
 * One listener lets in one connection in each turn of the program, however many wait; when turns are long, as in a flood,
 * somebody with an alarm would stand behind all of them. Several share the port, and the system deals the phones out.
 */
const besides = 63

/** 开门 — listens at the port, with more than one listener where the system can share it. Says the port. */
export async function openDoors(
  app: FastifyInstance,
  { port, host }: { port: number; host: string },
): Promise<number> {
  const isShared = process.platform === 'linux'
  await app.listen({ port, host, backlog, ...(isShared && { reusePort: true }) })
  const addresses = app.addresses() as AddressInfo[]
  const doors: Server[] = []
  if (isShared)
    for (const { address, port: own } of addresses)
      for (let n = 0; n < besides; n++) {
        const door = createServer({ noDelay: true }, (socket) => void app.server.emit('connection', socket))
        await new Promise<void>((open) => {
          // One that cannot be opened is no loss but of speed.
          door.once('error', () => open())
          door.listen({ host: address, port: own, backlog, reusePort: true }, () => {
            doors.push(door)
            open()
          })
        })
      }
  app.server.once('close', () => {
    for (const door of doors) door.close()
  })
  return addresses[0]?.port ?? port
}
