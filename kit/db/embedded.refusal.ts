/**
 * 不能启动 — why the embedded database does not start, said to the person at the terminal in one line.
 * A mistake of the installation and not of the program: show `message` and leave the stack out.
 */
export class CannotStart extends Error {
  override readonly name = 'CannotStart'

  constructor(chinese: string, english: string, options?: ErrorOptions) {
    super(`${chinese} ${english}`, options)
  }
}
