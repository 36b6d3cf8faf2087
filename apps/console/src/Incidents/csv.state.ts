/** 导出 — a table for a spreadsheet. A cell that begins like a formula is made plain text, for a reporter wrote it. */
export function csvOf(rows: readonly (readonly (string | number)[])[]): string {
  const lines = rows.map((row) => row.map(cell).join(','))
  // Spreadsheets in Chinese take a file for GBK unless it begins with this mark.
  return `\uFEFF${lines.join('\r\n')}\r\n`
}

function cell(value: string | number): string {
  const text = String(value)
  const plain = typeof value === 'string' && /^[=+\-@\t\r]/.test(text) ? `'${text}` : text
  return /[",\r\n]/.test(plain) ? `"${plain.replaceAll('"', '""')}"` : plain
}
