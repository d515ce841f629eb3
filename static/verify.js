// Hashes the chosen or dropped file in the browser and sends the hash alone; the file itself only when the site does not know its hash and it is pressed once more.
"use strict";
const listen = (form) => {
  const input = form.querySelector("input[type=file]");
  const card = form.closest("section");
  let unknown = null; // the very file whose hash the site does not know: no other is sent
  let asking = new AbortController();
  const say = (what) => {
    for (const note of form.querySelectorAll("[data-note]")) note.hidden = note.dataset.note !== what;
  };
  const isLarge = (file) => file.size > Number(form.dataset.verify);
  const hash = async (file) => {
    const digest = await crypto.subtle.digest("SHA-256", await file.arrayBuffer());
    return Array.from(new Uint8Array(digest), (one) => one.toString(16).padStart(2, "0")).join("");
  };
  const show = (page) => {
    document.querySelector("main").replaceWith(page.querySelector("main"));
    start();
    const answer = document.querySelector("[data-answer]");
    answer.tabIndex = -1;
    answer.focus();
  };
  const ask = async (name, value, signal) => {
    const facts = new FormData();
    facts.set(name, value);
    const response = await fetch(form.action, { method: "POST", body: facts, signal });
    const page = new DOMParser().parseFromString(await response.text(), "text/html");
    const answer = page.querySelector("[data-answer]")?.dataset.answer;
    if (signal.aborted) return "";
    if (!answer) return response.status === 429 ? "often" : "failed";
    if (answer === "hash_unknown") return "unknown";
    show(page);
    return "";
  };
  const check = async (file) => {
    asking.abort();
    asking = new AbortController();
    const { signal } = asking;
    say(isLarge(file) ? "large" : "asked");
    if (isLarge(file)) return;
    let what;
    try {
      if (file === unknown) what = await ask("file", file, signal);
      else what = await ask("sha256", await hash(file), signal);
    } catch (error) {
      what = error.name === "NotReadableError" || error.name === "NotFoundError" ? "unreadable" : "failed";
    }
    if (signal.aborted) return;
    if (what === "unknown") unknown = file;
    say(what);
  };
  input.addEventListener("change", () => {
    asking.abort();
    say(input.files.length && isLarge(input.files[0]) ? "large" : "");
  });
  form.addEventListener("submit", (event) => {
    if (!input.files.length) return;
    event.preventDefault();
    check(input.files[0]);
  });
  form.querySelector("[data-drop]").hidden = false;
  for (const name of ["dragover", "dragleave", "drop"]) {
    card.addEventListener(name, (event) => {
      event.preventDefault();
      card.style.outline = name === "dragover" ? "3px solid" : "";
    });
  }
  card.addEventListener("drop", (event) => {
    asking.abort();
    if (event.dataTransfer.files.length !== 1) return say("one");
    input.files = event.dataTransfer.files;
    check(input.files[0]);
  });
};
const start = () => {
  if (window.crypto && crypto.subtle) document.querySelectorAll("[data-verify]").forEach(listen);
};
start();
