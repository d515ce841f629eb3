// Single keys on a page of the desk: [data-key] names the key; a link is followed, a form lends the focus to the field named in
// data-focus, a button gets the focus and waits for Enter. Never while somebody types. Shows what [data-keys] says.
"use strict";
const TYPED_INTO = "input, textarea, select, [contenteditable]";
for (const told of document.querySelectorAll("[data-keys]")) told.hidden = false;
document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.altKey || event.metaKey || event.target.closest(TYPED_INTO)) return;
  if (!/^Key[A-Z]$/.test(event.code)) return; // the place of the key, so that it works in every alphabet
  const wanted = document.querySelector(`[data-key="${event.code.slice(3)}"]`);
  if (!wanted) return;
  event.preventDefault();
  if (wanted.matches("a")) wanted.click();
  else (document.querySelector(`[data-key="${event.code.slice(3)}"] #${wanted.dataset.focus || "none"}`) || wanted).focus();
});
