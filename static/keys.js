// Single keys on a page of the desk: [data-key] names the key; a link is followed, a form lends the focus to the field named in
// data-focus, a button gets the focus and waits for Enter. Never while somebody types, and not at all when they were switched off in
// [data-keys], which says what they do. The choice stays in this browser.
"use strict";
const TYPED_INTO = "input, textarea, select, [contenteditable]";
const CHOICE = "keys";
const chosen = () => { try { return localStorage.getItem(CHOICE) !== "off"; } catch { return true; } }; // a browser may refuse to remember
const choose = (on) => { try { localStorage.setItem(CHOICE, on ? "on" : "off"); } catch { /* until the page is left */ } };
let on = chosen();
for (const told of document.querySelectorAll("[data-keys]")) {
  told.hidden = false;
  const box = told.querySelector("input");
  box.checked = on;
  box.addEventListener("change", () => choose((on = box.checked)));
}
document.addEventListener("keydown", (event) => {
  if (!on || event.ctrlKey || event.altKey || event.metaKey || event.target.closest(TYPED_INTO)) return;
  if (!/^Key[A-Z]$/.test(event.code)) return; // the place of the key, so that it works in every alphabet
  const wanted = document.querySelector(`[data-key="${event.code.slice(3)}"]`);
  if (!wanted) return;
  event.preventDefault();
  if (wanted.matches("a")) wanted.click();
  else (document.querySelector(`[data-key="${event.code.slice(3)}"] #${wanted.dataset.focus || "none"}`) || wanted).focus();
});
