// Moves a progress bar: asks the address in data-progress every two seconds, loads the page again when all is done.
"use strict";
for (const box of document.querySelectorAll("[data-progress]")) {
  const bar = box.querySelector("progress");
  const text = box.querySelector("[data-progress-text]");
  const ask = async () => {
    try {
      const answer = await fetch(box.dataset.progress, { headers: { Accept: "application/json" }, credentials: "same-origin" });
      if (answer.ok) {
        const now = await answer.json();
        bar.max = now.total;
        bar.value = now.done;
        if (text.textContent !== now.text) text.textContent = now.text;
        if (now.finished) return location.reload();
      }
    } catch {
      // The connection was lost: the next question may be answered.
    }
    setTimeout(ask, 2000);
  };
  setTimeout(ask, 1000);
}
