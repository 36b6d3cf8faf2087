/** 审计 — who saw and did what, in an order that nobody can change afterwards. */
export type AuditEntry = {
  /** Who acted: a staff or citizen id, or `system`. */
  readonly actor: string
  /** What was done, by its public operation name or `refused:<code>`. */
  readonly act: string
  /** The id of what it was done to. */
  readonly object: string
  /** Ids, states and reasons; never a person's words, number or place. */
  readonly facts?: Readonly<Record<string, unknown>>
}
