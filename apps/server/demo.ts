const escape = (text: string) =>
  text.replace(
    /[&<>"]/g,
    (letter) => ({ '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' })[letter] ?? letter,
  )

/** 演示短信 — what the simulated carrier would have delivered; exists only while the demo flag is on. */
export function demoSmsPage(sent: readonly { to: string; words: string; at: string }[]): string {
  const rows = sent
    .map(
      ({ to, words, at }) => `<tr><td>${escape(at)}</td><td>${escape(to)}</td><td>${escape(words)}</td></tr>`,
    )
    .join('')
  return `<!doctype html>
<html lang="zh-CN"><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<meta http-equiv="refresh" content="5"><title>演示短信</title>
<h1>演示短信</h1>
<p>这里只有演示用的短信,没有发给任何人。Demo text messages; nobody received them.</p>
<table border="1" cellpadding="6"><tr><th>时间</th><th>号码</th><th>内容</th></tr>
${rows || '<tr><td colspan="3">还没有短信。</td></tr>'}</table></html>`
}
