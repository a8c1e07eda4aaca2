// Follows a job and opens its next page when it ends. Without this script the link "Look again" does it.
const box = document.getElementById("job");
const bar = document.getElementById("job-share");
const words = document.getElementById("job-message");

async function look() {
  const answer = await fetch(box.dataset.url, { headers: { Accept: "application/json" } });
  if (!answer.ok) return false;
  const job = await answer.json();
  bar.value = job.share;
  if (job.state === "running") document.querySelector("h1").textContent = box.dataset.running;
  if (job.message !== words.textContent) words.textContent = job.message;
  if (job.state === "done") location.replace(job.next_url);
  const stopped = job.state === "failed" || job.state === "cancelled";
  if (stopped) location.reload();
  return stopped || job.state === "done";
}

async function follow(pause) {
  const ended = await look().catch(() => false);
  if (!ended) setTimeout(() => follow(Math.min(pause * 1.3, 5000)), pause);
}

follow(700);
