import { Socket } from 'node:net'

/**
 * 牵绳 — loaded into the server before anything else: when the process that started it is gone, even by SIGKILL,
 * the pipe between them closes and the server is asked to stop, so none stays behind holding port and data.
 */
const rope = process.env['OPEN110_LEASH']
delete process.env['OPEN110_LEASH'] // not for workers and children of the server: the pipe is not theirs
if (rope) {
  new Socket({ fd: Number(rope) })
    .on('error', () => {}) // it closes as well
    .on('close', () => process.kill(process.pid, 'SIGTERM'))
    .resume()
    .unref()
}
