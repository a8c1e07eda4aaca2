// The slider shows at once what it would change; without this script its button opens a page.
const form = document.getElementById("cut");
const shown = document.getElementById("cut-shown");
const said = document.getElementById("cut-said");
const now = document.getElementById("k-now");
let waiting = 0;
let running = null;

async function preview(slider) {
  running?.abort();
  running = new AbortController();
  const asked = new URLSearchParams({ do: "cut", k: slider.value, part: "1" });
  const answer = await fetch(`${form.action}?${asked}`, { signal: running.signal });
  shown.innerHTML = answer.ok ? await answer.text() : "";
  // A region that was there before is read out; one that comes with its words is not.
  said.replaceChildren(...shown.querySelectorAll(".title"));
}

function follow(slider) {
  now.textContent = slider.value;
  clearTimeout(waiting);
  waiting = setTimeout(() => preview(slider).catch(() => {}), 120);
}

if (form) {
  now.hidden = false;
  form.elements.k.addEventListener("input", (event) => follow(event.target));
}
