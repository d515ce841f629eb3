// Keeps what is typed into a form on the server while it is typed: sends it to the address in data-keep, says so in [data-said].
"use strict";
for (const form of document.querySelectorAll("form[data-keep]")) {
  const said = form.querySelector("[data-said]");
  let waiting = 0;
  let changed = false;
  const keep = async () => {
    waiting = 0;
    changed = false;
    try {
      const answer = await fetch(form.dataset.keep, { method: "POST", body: new FormData(form), credentials: "same-origin" });
      if (!answer.ok) throw new Error(answer.status);
      said.textContent = said.dataset.kept + " " + new Date().toLocaleTimeString(document.documentElement.lang, { hour: "2-digit", minute: "2-digit" });
    } catch {
      changed = true;
      said.textContent = said.dataset.lost;
      waiting ||= setTimeout(keep, 10000);
    }
  };
  form.addEventListener("input", () => {
    changed = true;
    waiting ||= setTimeout(keep, 3000);
  });
  document.addEventListener("visibilitychange", () => {
    if (document.visibilityState === "hidden" && changed) navigator.sendBeacon(form.dataset.keep, new FormData(form));
  });
  form.addEventListener("submit", () => {
    clearTimeout(waiting);
    changed = false;
  });
}
