// Hashes the chosen or dropped file in the browser and sends the hash alone; the file itself only after a second press.
"use strict";
const form = document.querySelector("[data-verify]");
if (form && window.crypto && crypto.subtle) {
  const input = form.querySelector("input[type=file]");
  const card = form.closest("section");
  let sendFile = false;
  const say = (what) => {
    sendFile = what === "unknown";
    for (const note of form.querySelectorAll("[data-note]")) note.hidden = note.dataset.note !== what;
  };
  const hash = async (file) => {
    const digest = await crypto.subtle.digest("SHA-256", await file.arrayBuffer());
    return Array.from(new Uint8Array(digest), (one) => one.toString(16).padStart(2, "0")).join("");
  };
  const showAnswer = (sha256) => {
    const known = document.createElement("form");
    known.method = "post";
    known.action = form.action;
    const field = Object.assign(document.createElement("input"), { type: "hidden", name: "sha256", value: sha256 });
    known.append(field);
    document.body.append(known);
    known.submit();
  };
  const check = async (file) => {
    if (file.size > Number(form.dataset.verify)) return say("large");
    const facts = new FormData();
    facts.set("sha256", await hash(file));
    const answer = await fetch(form.action, { method: "POST", body: facts, headers: { Accept: "application/json" } });
    if (answer.ok) showAnswer(facts.get("sha256"));
    else say(answer.status === 404 ? "unknown" : "failed");
  };
  input.addEventListener("change", () => say(""));
  form.addEventListener("submit", (event) => {
    if (sendFile || !input.files.length) return;
    event.preventDefault();
    check(input.files[0]).catch(() => say("failed"));
  });
  form.querySelector("[data-drop]").hidden = false;
  for (const name of ["dragover", "dragleave", "drop"]) {
    card.addEventListener(name, (event) => {
      event.preventDefault();
      card.style.outline = name === "dragover" ? "3px solid" : "";
    });
  }
  card.addEventListener("drop", (event) => {
    if (event.dataTransfer.files.length !== 1) return say("one");
    input.files = event.dataTransfer.files;
    say("");
    form.requestSubmit();
  });
}
