// Shows in [data-live] the page of what is typed, and keeps that on the server: sends it to the address in data-keep, says so in [data-said], and shows the
// answer, in which languages the texts differ and who else is at them, in [data-report].
"use strict";
for (const form of document.querySelectorAll("form[data-keep]")) {
  const said = form.querySelector("[data-said]");
  let waiting = 0;
  let changed = false;
  const live = form.querySelector("[data-live]");
  const show = async () => {
    if (!live?.open) return;
    const here = form.querySelector("[data-unsaved]"); // without its name the answer is in the language of this page
    const answer = await fetch(here.formAction, { method: "POST", body: new FormData(form), credentials: "same-origin" });
    if (!answer.ok) return; // what cannot be shown yet leaves the last page there
    const frame = live.querySelector("iframe");
    frame.srcdoc = await answer.text();
  };
  if (live) live.hidden = false;
  live?.addEventListener("toggle", show);
  const keep = async () => {
    waiting = 0;
    changed = false;
    try {
      const answer = await fetch(form.dataset.keep, { method: "POST", body: new FormData(form), credentials: "same-origin" });
      if (!answer.ok) throw new Error(answer.status);
      show();
      const report = form.querySelector("[data-report]");
      const found = report ? await answer.text() : "";
      if (report && report.innerHTML !== found) report.innerHTML = found;
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
  form.addEventListener("submit", (event) => {
    if (event.submitter?.matches("[data-unsaved]")) return;
    clearTimeout(waiting);
    changed = false;
  });
}
