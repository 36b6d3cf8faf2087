/** 系统通知 — a second way to be noticed while another program is in front. It says nothing of what happened to whom. */
export function askToNotify() {
  if ('Notification' in window && Notification.permission === 'default') {
    // Refused is an answer: the sound and the title remain.
    void Notification.requestPermission().catch(() => undefined)
  }
}

export function notify(words: string) {
  if (!document.hidden || !('Notification' in window) || Notification.permission !== 'granted') return
  void navigator.serviceWorker?.ready.then((worker) => worker.showNotification(words, { tag: 'field' }))
}
