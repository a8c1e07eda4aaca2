/* The print button of cards and posters; times in the reader's own clock. */

document.querySelector('[data-print]')?.addEventListener('click', () => print())
const language = document.documentElement.lang === 'en' ? 'en-GB' : document.documentElement.lang
const shape = { weekday: 'short', day: 'numeric', month: 'short', hour: '2-digit', minute: '2-digit' }
for (const time of document.querySelectorAll('time[datetime]')) time.textContent = new Date(time.dateTime).toLocaleString(language, shape)
