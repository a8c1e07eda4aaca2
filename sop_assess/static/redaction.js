// One stop of the tab key for each comment; arrow keys walk through its words, space blackens one.
// Without this script every word is a stop of its own.
const STEPS = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 };

function walk(words, event) {
  const here = words.indexOf(event.target);
  const ends = { Home: 0, End: words.length - 1 };
  const next = ends[event.key] ?? (event.key in STEPS ? here + STEPS[event.key] : -1);
  if (here < 0 || !(event.key in STEPS || event.key in ends)) return;
  event.preventDefault();
  words[next]?.focus();
}

function stopAt(words, one) {
  for (const word of words) word.tabIndex = word === one ? 0 : -1;
}

for (const set of document.querySelectorAll(".words")) {
  const words = [...set.querySelectorAll("input")];
  stopAt(words, words[0]);
  set.addEventListener("keydown", (event) => walk(words, event));
  set.addEventListener("focusin", (event) => stopAt(words, event.target));
}
document.getElementById("keys").hidden = false;
