// Shows in [data-live] the page of what is typed, and keeps that on the server: sends it to the address in data-keep, says so in [data-said], and shows the
// answer, in which languages the texts differ and who else is at them, in [data-report].
"use strict";
for (const form of document.querySelectorAll("form[data-keep]")) {
  const said = form.querySelector("[data-said]");
  const signIn = form.querySelector("[data-sign-in]");
  const live = form.querySelector("[data-live]");
  const report = form.querySelector("[data-report]");
  const page = Date.now();
  let typed = 0; // changes
  let kept = 0; // of these, how many the server has
  let waiting = 0;
  let sending = null;
  let leaving = false;
  let reported = "";
  const send = (address, body = new FormData(form)) => fetch(address, { method: "POST", body, redirect: "manual" });
  const words = () => {
    const body = new FormData(form);
    body.set("page", page); // what was sent earlier from this page and comes later is dropped
    body.set("turn", String(typed).padStart(9, "0"));
    return body;
  };
  const show = async () => {
    if (!live?.open) return;
    const here = form.querySelector("[data-unsaved]"); // without its name the answer is in the language of this page
    const answer = await send(here.formAction);
    if (!answer.ok) return; // what cannot be shown yet leaves the last page there
    const frame = live.querySelector("iframe");
    frame.srcdoc = await answer.text();
  };
  if (live) live.hidden = false;
  live?.addEventListener("toggle", show);
  const takeNewToken = async () => {
    const found = new DOMParser().parseFromString(await (await fetch(location.href, { redirect: "manual" })).text(), "text/html");
    const token = found.querySelector("[name=csrfmiddlewaretoken]")?.value;
    if (token) for (const field of document.querySelectorAll("[name=csrfmiddlewaretoken]")) field.value = token;
  };
  const showReport = (found) => {
    if (found === reported) return;
    reported = found;
    const ticked = new Set([...report.querySelectorAll("[name=agrees]:checked")].map((box) => box.value));
    const unfolded = report.querySelector("details")?.open;
    report.innerHTML = found;
    if (unfolded) report.querySelector("details")?.setAttribute("open", "");
    for (const box of report.querySelectorAll("[name=agrees]")) box.checked = ticked.has(box.value);
  };
  const outcome = async () => {
    let answer = await send(form.dataset.keep, words());
    if (answer.status === 403) {
      await takeNewToken(); // who signed in again in another tab has one
      answer = await send(form.dataset.keep, words());
    }
    if (answer.type === "opaqueredirect") return "out";
    if (!answer.ok) return { 409: "fixed", 413: "full" }[answer.status] ?? "failed";
    if (report) showReport(await answer.text());
    return "kept";
  };
  const later = (pause) => {
    waiting ||= setTimeout(keep, pause);
  };
  const keepNow = async () => {
    const now = typed;
    const told = await outcome().catch(() => "lost");
    sending = null;
    if (told === "kept") kept = Math.max(kept, now);
    const time = new Date().toLocaleTimeString(document.documentElement.lang, { hour: "2-digit", minute: "2-digit" });
    said.textContent = said.dataset[told] + (told === "kept" ? " " + time : "");
    signIn.hidden = told !== "out";
    if (told === "kept") show();
    if (kept < typed && (now < typed || !["fixed", "full"].includes(told))) later(told === "kept" ? 3000 : 10000);
    return told;
  };
  const keep = () => {
    clearTimeout(waiting);
    waiting = 0;
    return (sending ??= keepNow()); // one at a time; what changed meanwhile is sent after it
  };
  report?.addEventListener("click", ({ target }) => {
    const area = target.hash && document.querySelector(target.hash);
    const line = target.closest("td")?.firstChild.firstChild.data ?? "";
    const start = area ? area.value.indexOf(line) : -1;
    if (start < 0) return;
    area.setSelectionRange(start, start + line.length); // before the focus, which rolls it into sight
    area.focus();
  });
  form.addEventListener("input", ({ target }) => {
    if (target.name === "agrees") return;
    typed += 1;
    later(3000);
  });
  document.addEventListener("visibilitychange", () => {
    if (kept === typed) return;
    if (document.visibilityState === "visible" || !navigator.sendBeacon(form.dataset.keep, words())) keep();
  });
  window.addEventListener("beforeunload", (event) => {
    if (kept < typed) event.preventDefault();
  });
  form.addEventListener("submit", async (event) => {
    if (leaving || event.submitter?.matches("[data-unsaved]")) return;
    event.preventDefault();
    if (["out", "lost", "fixed"].includes(await keep())) return; // another page would not have the words
    kept = typed;
    leaving = true;
    form.requestSubmit(event.submitter);
    leaving = false;
  });
}
